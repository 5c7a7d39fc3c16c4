"""Citations and notes, as a seed file writes them and as the API answers them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import (
    AnyHttpUrl,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.fields import FieldInfo

from app.model.field import AS_WRITTEN, UNSEARCHED, Described, Strict, markers
from app.model.passage import Passage
from app.model.vocabulary import Vocabulary

Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class Dated:
    """Marks a text that is a date, so that a list can be filtered by the days before and after."""


# As precise as the source: a year, a month or a day.
PartialDate = Annotated[
    str,
    BeforeValidator(lambda value: value.isoformat() if isinstance(value, date) else value),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"),
    Dated(),
]


@dataclass(frozen=True)
class Refers:
    """Marks a field of a seed record as the identifier of a record of this kind."""

    kind: str


def refers_to(annotation: Any) -> str | None:
    """The kind of record that a field's type refers to, or None."""
    return next((part.kind for part in markers(annotation) if isinstance(part, Refers)), None)


def field_refers_to(info: FieldInfo) -> str | None:
    """The kind of record that a field refers to, or None: Pydantic keeps some markers apart."""
    return refers_to(Annotated[info.annotation, *info.metadata, None])


TopicId = Annotated[Slug, Refers("topics"), UNSEARCHED]
SourceId = Annotated[Slug, Refers("sources"), UNSEARCHED]
# Searched: a drug's identifier is its name, so a query for a drug finds its treatments too.
DrugId = Annotated[Slug, Refers("drugs")]
ApprovalId = Annotated[Slug, Refers("approvals"), UNSEARCHED]
ProductId = Annotated[Slug, Refers("products"), UNSEARCHED]


class Seen(Vocabulary):
    """Where the curator read the statement that a citation supports."""

    DOCUMENT = "document", "in the captured text of the source, whose digest is kept"
    PUBLISHER_PAGE = "publisher-page", "on the publisher's page, abstract or code list"
    MIRROR = "mirror", "on a mirror that carries the publisher's label"
    SECONDARY = "secondary", "on third-party pages, at least two of which agree"


class Standing(Vocabulary):
    """Whether a source still stands."""

    CURRENT = "current", "nothing newer of the same kind is known to replace it"
    SUPERSEDED = "superseded", "its publisher has issued a newer edition"
    RETIRED = "retired", "its publisher has taken it down"
    RETRACTED = "retracted", "its publisher or authors have withdrawn what it says"


class NoteKind(Vocabulary):
    """What a curator's note does."""

    CORRECTION = "correction", "the statement is wrong; the note says what is right"
    QUALIFICATION = "qualification", "the statement needs a limit that the source does not give"
    OUTDATED = (
        "outdated",
        "the statement was right once and is no longer, or its source has a newer edition",
    )
    CONFLICT = "conflict", "another source says something else"
    MISPRINT = "misprint", "the source has a misprint, which our wording corrects"
    GAP = "gap", "something is missing in the source or in its captured text"


class TableCell(Strict):
    """The cell of a source's table that holds a figure."""

    table: Text = Field(description="Caption or nearest heading of the table.")
    row: Text = Field(description="Label of the row, as printed.")
    column: Text = Field(description="Label of the column, as printed.")


class SupportedFields(Described):
    """What a citation supports."""

    supports: list[str] = Field(
        min_length=1,
        description="Fields of the record that it supports; an item of a list by its key, "
        "such as `codes[RXNORM:224905]` or `brand_names[Herceptin]`.",
    )


class ReadPassage(Described):
    """Where a source makes a statement, and how the curator read it."""

    section: Annotated[Text | None, AS_WRITTEN] = Field(
        None,
        description="Nearest heading; in square brackets where the captured text lacks it.",
    )
    passage: Annotated[Passage | None, AS_WRITTEN] = Field(
        None, description="First and last words of the passage; null where no text was captured."
    )
    table_cell: TableCell | None = Field(
        None, description="The cell of a table that holds the figure."
    )
    attributed_to: Text | None = Field(
        None, description="Whom the source names as the origin of the statement."
    )
    as_of: PartialDate | None = Field(
        None, description="Date as of which the source makes the statement."
    )
    accessed: Annotated[date | None, AS_WRITTEN] = Field(
        None, description="Day on which the curator read the source."
    )
    seen: Seen = Field(Seen.DOCUMENT, description="Where the curator read it.")


class CopyAddress(Described):
    """Where a copy was read, or a page of others."""

    seen_url: AnyHttpUrl | None = Field(
        None, description="Address of the mirror or third-party page that was read."
    )


class CitationFields(CopyAddress, ReadPassage, SupportedFields):
    """Fields of a citation that a seed file and an answer share."""


class CitationSeed(CitationFields, Strict):
    """A citation in a seed file; `as_of` and `accessed` default to the source's dates."""

    source: SourceId = Field(description="The source.")

    @model_validator(mode="after")
    def check_place(self) -> "CitationSeed":
        if (self.seen is Seen.DOCUMENT) != (self.passage is not None):
            raise ValueError("should have a passage if seen is 'document', and only then")
        if not (self.passage or self.section or self.table_cell):
            raise ValueError("should have a section or table_cell where there is no passage")
        if (self.seen in (Seen.MIRROR, Seen.SECONDARY)) != (self.seen_url is not None):
            raise ValueError("should have seen_url if seen is 'mirror' or 'secondary', only then")
        return self


def is_from_one_page(citations: Iterable[CitationSeed]) -> bool:
    """Whether a single third-party page is all there is: two of them must agree."""
    pages = {str(c.seen_url) if c.seen is Seen.SECONDARY else None for c in citations}
    return len(pages) == 1 and pages != {None}


class NoteFields(Described):
    """Fields of a curator's note that a seed file and an answer share."""

    kind: NoteKind = Field(description="What the note does.")
    text: Text = Field(description="The note, in the curator's words.")
    about: list[str] = Field(
        [],
        description="Fields of the record that it is about, or items of a list by their key; "
        "empty if it is about the whole record.",
    )


class NoteSeed(NoteFields, Strict):
    """A note in a seed file; its citations support the field `text`."""

    citations: list[CitationSeed] = Field(
        min_length=1, description="Citations that support the field `text`."
    )

    @model_validator(mode="after")
    def check_note(self) -> "NoteSeed":
        if is_from_one_page(self.citations):
            raise ValueError("the note rests on one secondary page; two should agree")
        if self.kind in (NoteKind.CORRECTION, NoteKind.MISPRINT) and not self.about:
            raise ValueError(f"a {self.kind} should say in `about` which field it corrects")
        return self


class Referring(Described):
    """A model whose values stand for a record, whose id says enough in a table."""

    refers: ClassVar[str] = "*"  # the kind of the record; "*" for any

    id: str = Field(description="Identifier of the record.")


class SourceIdentity(Referring):
    """Which source it is."""

    refers: ClassVar[str] = "sources"

    id: str = Field(description="Identifier of the source.")


class SourceTitle(Described):
    """What a source is called."""

    title: str = Field(description="Title.")


class SourcePublisher(Described):
    """Whose source it is."""

    publisher: str = Field(description="Publisher.")


class SourceAddress(Described):
    """Where a source is."""

    document_url: Annotated[str | None, AS_WRITTEN] = Field(
        description="Address of the document itself, or null where none was verified."
    )


class SourceState(Described):
    """When a source was published, and whether it still counts."""

    published: PartialDate | None = Field(description="Date of publication.")
    standing: Standing = Field(description="Whether it still stands.")
    superseded_by: str | None = Field(
        description="Identifier of the newer edition, where it is among our sources."
    )


class SourceRef(SourceState, SourceAddress, SourcePublisher, SourceTitle, SourceIdentity):
    """A short reference to the source of a citation."""


class CitedSource(Described):
    """The source that a citation cites."""

    source: SourceRef = Field(description="The source.")


class DeepLink(Described):
    """The address of a passage."""

    deep_link: Annotated[str | None, AS_WRITTEN] = Field(
        description="Address that opens the source at the passage; null without a verified address."
    )


class Citation(DeepLink, CitationFields, CitedSource):
    """The link from a record to a source: which fields it supports, and the passage."""


class Note(NoteFields):
    """A curator's note beside a record, with its citations."""

    citations: list[Citation] = Field(description="Citations that support the note; at least one.")
