"""What every record shares: citations and notes, as the seed writes them, the database keeps them
and the API answers them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.passages import Passage
from app.vocabulary import EDITORIAL, AppliesTo, Vocabulary

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class Refers:
    """Marks a field of a seed record as the identifier of a record of this kind."""

    kind: str


def refers_to(annotation: Any) -> str | None:
    """The kind of record that a field's type refers to, if it does."""
    for part in get_args(annotation):
        if kind := part.kind if isinstance(part, Refers) else refers_to(part):
            return str(kind)
    return None


TopicId = Annotated[Slug, Refers("topics")]
SourceId = Annotated[Slug, Refers("sources")]
DrugId = Annotated[Slug, Refers("drugs")]


class Seen(Vocabulary):
    """Where the curator read what a citation supports."""

    DOCUMENT = "document", "in the captured text of the source, whose digest is kept"
    PUBLISHER_PAGE = "publisher-page", "on the publisher's own page, abstract or code list"
    MIRROR = "mirror", "on a mirror that carries the publisher's label"
    SECONDARY = "secondary", "on third-party pages, at least two of which agree"


class NoteKind(Vocabulary):
    """What a curator's note does."""

    CORRECTION = "correction", "the statement is wrong; the note says what is right"
    QUALIFICATION = "qualification", "the statement needs a limit that the source does not give"
    OUTDATED = "outdated", "the statement was right once and is no longer"
    CONFLICT = "conflict", "another source says something else"
    MISPRINT = "misprint", "the source has a slip of the pen, mended in our words"
    GAP = "gap", "something is missing in the source or in its captured text"


class TableCell(BaseModel):
    """Where in a source's table a figure stands."""

    model_config = ConfigDict(extra="forbid")

    table: Text = Field(description="Caption or nearest heading of the table.")
    row: Text = Field(description="Label of the row, as printed.")
    column: Text = Field(description="Label of the column, as printed.")


class CitationFields(BaseModel):
    """What a citation says, in the seed and in an answer alike."""

    supports: list[str] = Field(min_length=1, description="Fields of the record that rest on it.")
    section: Text | None = Field(
        None,
        description="Nearest heading; in square brackets where the captured text has lost it.",
    )
    passage: Passage | None = Field(
        None, description="First and last words of the passage; null where no text was captured."
    )
    table_cell: TableCell | None = Field(None, description="Where in a table, or null.")
    attributed_to: Text | None = Field(
        None, description="Whom the source itself names for the statement, or null."
    )
    as_of: date | None = Field(
        None, description="Date for which the source's statement speaks, or null."
    )
    accessed: date | None = Field(None, description="Day on which the curator read the source.")
    seen: Seen = Field(Seen.DOCUMENT, description="Where the curator read it.")
    seen_at: AnyHttpUrl | None = Field(
        None, description="Address of the mirror or third-party page that was read, or null."
    )


class CitationSeed(CitationFields):
    """A citation in a seed file; `as_of` and `accessed` default to the source's own dates."""

    model_config = ConfigDict(extra="forbid")

    source: SourceId

    @model_validator(mode="after")
    def says_where(self) -> "CitationSeed":
        if (self.seen is Seen.DOCUMENT) != (self.passage is not None):
            raise ValueError("should have a passage if seen is 'document', and only then")
        if not (self.passage or self.section or self.table_cell):
            raise ValueError("should have a section or table_cell where there is no passage")
        if (self.seen in (Seen.MIRROR, Seen.SECONDARY)) != (self.seen_at is not None):
            raise ValueError("should have seen_at if seen is 'mirror' or 'secondary', only then")
        return self


class NoteFields(BaseModel):
    """A curator's note: own words beside a record."""

    kind: NoteKind = Field(description="What the note does.")
    text: Text = Field(description="The note, in the curator's own words.")


class NoteSeed(NoteFields):
    """A note in a seed file; its citations support the field `text`."""

    model_config = ConfigDict(extra="forbid")

    citations: list[CitationSeed] = Field(min_length=1)


class RecordSeed(SQLModel):
    """A record in a seed file. It can't exist with a stated field that no citation supports."""

    model_config = {"extra": "forbid"}

    LABEL: ClassVar[str] = "name"

    id: Slug = Field(json_schema_extra=EDITORIAL)
    topic: TopicId | None = Field(None, json_schema_extra=EDITORIAL)
    applies_to: AppliesTo | None = None
    citations: list[CitationSeed] = Field(min_length=1, json_schema_extra=EDITORIAL)
    notes: list[NoteSeed] = Field([], json_schema_extra=EDITORIAL)

    @model_validator(mode="after")
    def is_supported(self) -> "RecordSeed":
        known = set(type(self).model_fields) - {"id", "citations", "notes"}
        supported: set[str] = set()
        for number, citation in enumerate(self.citations):
            for name in citation.supports:
                if name not in known:
                    raise ValueError(
                        f"citations[{number}].supports: no field {name!r}; fields: {sorted(known)}"
                    )
            supported.update(citation.supports)
        if missing := [name for name in self.stated() if name not in supported]:
            raise ValueError(f"no citation supports {', '.join(missing)}")
        return self

    def stated(self) -> Iterator[str]:
        """Names of the fields that state something a source must say."""
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if not (isinstance(extra, dict) and extra.get("x-editorial")):
                value = getattr(self, name)
                if value is not None and value != [] and value != "not-stated":
                    yield name

    @property
    def display_name(self) -> str:
        """The record's display name."""
        return str(getattr(self, self.LABEL))


class SourceRef(BaseModel):
    """The source of a citation, in short."""

    id: str = Field(description="Identifier of the source.")
    title: str = Field(description="Its title.")
    publisher: str = Field(description="Its publisher.")
    url: str | None = Field(
        description="Address of the document itself, or null where none was verified."
    )
    published: date | None = Field(description="Its date of publication, or null.")


class CitedSource(BaseModel):
    """Which source a citation is of."""

    source: SourceRef = Field(description="The source.")


class Citation(CitationFields, CitedSource):
    """The link from a record to a source: which fields it supports, and the passage."""

    deep_link: str | None = Field(
        description="Address that opens the source at the passage; null without a verified address."
    )


class Note(NoteFields):
    """A curator's note beside a record, with its own citations."""

    citations: list[Citation] = Field(description="What the note rests on; at least one.")


class Identified(BaseModel):
    """How a record is told from others."""

    id: str = Field(description="Readable, stable and never reused.")
    kind: str = Field(description="The collection that the record belongs to.")
    url: str = Field(description="The record's own address.")
    name: str = Field(description="Display name.")


class Cited(BaseModel):
    """What every record says of its subject and of its evidence."""

    applies_to: AppliesTo | None = Field(description="The disease that it speaks of, or null.")
    topic: str | None = Field(description="Identifier of its topic, or null.")
    citations: list[Citation] = Field(description="Where each value comes from; at least one.")
    notes: list[Note] = Field(description="Curator's notes; may be empty.")
    as_of: date | None = Field(
        description="The date for which its newest dated citation speaks, or null."
    )


class Meta(BaseModel):
    """What goes for the whole data set."""

    version: str = Field(description="Version of the data.")
    date: str = Field(description="Its date (ISO 8601).")
    digest: str = Field(description="SHA-256 over all records of this version.")
    licence: str = Field(description="Terms of the data (SPDX identifier).")
    disclaimer: str = Field(description="What the data is not.")
    docs: str = Field(description="Address of the documentation.")


class WithMeta(BaseModel):
    """An answer that says which data it comes from."""

    meta: Meta = Field(description="Version, terms and disclaimer of the data.")


class Ref(Identified):
    """Another record, in short."""


class ReleaseRow(SQLModel, table=True):
    """The release of the data that the database holds."""

    __tablename__ = "release"

    version: str = Column(primary_key=True)
    date: date
    digest: str
    fingerprint: str  # of the seed and the code it was built from


class RecordRow(SQLModel, table=True):
    """A record of any kind, with the JSON text that answers for it."""

    __tablename__ = "record"

    id: str = Column(primary_key=True)
    kind: str
    name: str
    topic: str | None = Column(foreign_key="record.id", index=True)
    applies_to: AppliesTo | None = AppliesTo.field("The disease that it speaks of.")
    position: int
    as_of: date | None
    text: str
    document: str
    detail: str | None = None  # what only the single record's answer has besides, as JSON

    __table_args__ = (
        CheckConstraint("json_valid(document)", name="document_is_json"),
        UniqueConstraint("kind", "position"),
    )


class NoteRow(SQLModel, table=True):
    """A note of a record."""

    __tablename__ = "note"

    id: int = Column(primary_key=True)
    record: str = Column(foreign_key="record.id", index=True)
    kind: NoteKind = NoteKind.field("What the note does.")
    text: str


class CitationRow(SQLModel, table=True):
    """A citation of a record, or of one of its notes."""

    __tablename__ = "citation"

    id: int = Column(primary_key=True)
    record: str = Column(foreign_key="record.id", index=True)
    note: int | None = Column(foreign_key="note.id", index=True)
    source: str = Column(foreign_key="record.id", index=True)
    supports: list[str] = Column(sa_type=JSON)
    section: str | None
    prefix: str | None
    start: str | None
    end: str | None
    suffix: str | None
    sha256: str | None
    seen: Seen = Seen.field("Where the curator read it.")
    seen_at: str | None
    deep_link: str | None

    __table_args__ = (
        CheckConstraint("json_array_length(supports) > 0", name="supports_something"),
        CheckConstraint(
            "(seen = 'document') = (start IS NOT NULL AND sha256 IS NOT NULL)",
            name="passage_has_digest",
        ),
    )


class KindRow(SQLModel):
    """What the typed table of every kind has: the record that it belongs to."""

    id: str = Column(primary_key=True, foreign_key="record.id")


@dataclass(frozen=True)
class Resource:
    """One collection: what its seed file holds, its table and its answer."""

    kind: str
    singular: str
    plural: str
    about: str
    seed: type[RecordSeed]
    row: type[KindRow]
    answer: type[Cited]
    detail: "Callable[[Loaded, list[Loaded]], BaseModel] | None" = None
    detail_model: type[BaseModel] | None = None


@dataclass(frozen=True)
class Loaded:
    """A record as it was read from its seed file."""

    resource: Resource
    seed: RecordSeed
    position: int

    @property
    def ref(self) -> Ref:
        """The record, in short."""
        kind = self.resource.kind
        url = f"/v1/{kind}/{self.seed.id}"
        return Ref(id=self.seed.id, kind=kind, url=url, name=self.seed.display_name)

    @property
    def sources(self) -> set[str]:
        """Identifiers of the sources that it and its notes cite."""
        notes = (citation for note in self.seed.notes for citation in note.citations)
        return {citation.source for citation in (*self.seed.citations, *notes)}
