"""The tables that all records share; a collection adds one with its typed columns."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field as Column

from app.model.citation import Seen
from app.model.note import NoteKind
from app.model.resource import TableRow
from app.model.vocabulary import AppliesTo


class ReleaseRow(TableRow, table=True):
    """A release of the data."""

    __tablename__ = "release"

    version: str = Column(primary_key=True)
    date: date
    digest: str
    position: int
    json_text: str  # as `/v1/releases/{version}` answers it
    changes: bytes  # since the previous release, as compressed JSON
    feed_entry: str  # as the Atom feed has it


class ReleasePartRow(TableRow, table=True):
    """The records of one collection in a release, as they were answered: compressed lines."""

    __tablename__ = "release_part"

    release: str = Column(primary_key=True, foreign_key="release.version")
    kind: str = Column(primary_key=True)
    position: int
    content: bytes


class BuildRow(TableRow, table=True):
    """The build of the database: the release that it holds, and what it was built from."""

    __tablename__ = "build"

    fingerprint: str = Column(primary_key=True)  # of the seed and the code
    release: str = Column(foreign_key="release.version")
    openapi: str = ""  # the OpenAPI document, as JSON


class FileRow(TableRow, table=True):
    """A file of the data set, compressed; its addresses lack the public base URL."""

    __tablename__ = "file"

    name: str = Column(primary_key=True)
    position: int
    content: bytes


class WithdrawnRow(TableRow, table=True):
    """A withdrawn record; its identifier is never used again."""

    __tablename__ = "withdrawn"

    id: str = Column(primary_key=True)
    kind: str
    reason: str
    successor: str | None = Column(foreign_key="record.id")
    since: str


class KeyRow(TableRow, table=True):
    """A code, name or identifier with its spelling folded, and a record that has it."""

    __tablename__ = "lookup_key"

    value: str = Column(primary_key=True)
    scheme: str = Column(primary_key=True)
    record: str = Column(primary_key=True, foreign_key="record.id")
    field: str  # the field of the record that holds it
    text: str  # as the record has it
    place: int = 0  # of the field among those with names: a display name stands before an alias


class SuggestionRow(TableRow, table=True):
    """A name, by its beginning or that of a later word of it, to complete what is typed."""

    __tablename__ = "suggestion"

    start: str = Column(primary_key=True)  # folded, as `name_keys` does
    place: int = Column(primary_key=True)  # among the suggestions with the same beginning
    record: str = Column(foreign_key="record.id")
    text: str
    rank: int  # 0 for the beginning of a name, 1 for a later word

    __table_args__ = ({"sqlite_with_rowid": False},)


class RecordRow(TableRow, table=True):
    """A record of any collection, with the JSON that answers are made of."""

    __tablename__ = "record"

    id: str = Column(primary_key=True)
    kind: str
    name: str
    topic: str | None = Column(foreign_key="record.id", index=True)
    applies_to: AppliesTo | None = AppliesTo.field("The disease that it is about.")
    position: int
    as_of: str | None
    stale: bool | None
    json_text: str  # as lists answer it; `json` is a method of every model
    csv_text: str  # its row in the table of the collection, with the end of the line
    single_text: str | None = None  # as the single record is answered, where it has more
    ref: str  # the record in short, as JSON

    __table_args__ = (
        CheckConstraint("json_valid(json_text)", name="json_is_valid"),
        CheckConstraint("json_valid(ref)", name="ref_is_valid"),
        UniqueConstraint("kind", "position"),
        # Each has all that filters and facets read of this table, whose rows are long.
        Index(None, "kind", "topic", "applies_to", "id"),
        Index(None, "kind", "applies_to", "topic", "id"),
    )


class SortRow(TableRow, table=True):
    """The rank of a record when its collection is sorted by a field; nulls are last both ways."""

    __tablename__ = "sort_key"

    kind: str = Column(primary_key=True)
    field: str = Column(primary_key=True)
    record: str = Column(primary_key=True, foreign_key="record.id")
    ascending: int
    descending: int

    __table_args__ = (
        Index(None, "kind", "field", "ascending", "record"),
        Index(None, "kind", "field", "descending", "record"),
        {"sqlite_with_rowid": False},
    )


class ItemRow(TableRow, table=True):
    """One item of a list in a record, to filter and count by."""

    __tablename__ = "item"

    kind: str = Column(primary_key=True)
    field: str = Column(primary_key=True)
    value: str = Column(primary_key=True)
    record: str = Column(primary_key=True, foreign_key="record.id")

    __table_args__ = ({"sqlite_with_rowid": False},)


class SpellingRow(TableRow, table=True):
    """A word, name or identifier that can be suggested, forwards and backwards (see `spelling`)."""

    __tablename__ = "spelling"

    list: str = Column(primary_key=True)
    word: str = Column(primary_key=True)
    reversed: str
    written: str  # as the records have it
    records: int  # how many have it

    __table_args__ = (Index(None, "list", "reversed"), {"sqlite_with_rowid": False})


class NoteRow(TableRow, table=True):
    """A note of a record."""

    __tablename__ = "note"

    id: int = Column(primary_key=True)
    record: str = Column(foreign_key="record.id", index=True)
    kind: NoteKind = NoteKind.field("What the note does.")
    text: str
    about: list[str] = Column(sa_type=JSON)

    __table_args__ = (Index(None, "kind", "record"),)


class CitationRow(TableRow, table=True):
    """A citation of a record, or of one of its notes."""

    __tablename__ = "citation"

    id: int = Column(primary_key=True)
    record: str = Column(foreign_key="record.id", index=True)
    note: int | None = Column(foreign_key="note.id", index=True)
    source: str = Column(foreign_key="record.id")
    supports: list[str] = Column(sa_type=JSON)
    section: str | None
    prefix: str | None
    start: str | None
    end: str | None
    suffix: str | None
    sha256: str | None
    seen: Seen = Seen.field("Where the curator read it.")
    seen_url: str | None
    deep_link: str | None

    __table_args__ = (
        Index(None, "source", "record"),
        CheckConstraint("json_array_length(supports) > 0", name="supports_something"),
        CheckConstraint(
            "(seen = 'document') = (start IS NOT NULL AND sha256 IS NOT NULL)",
            name="passage_has_digest",
        ),
    )
