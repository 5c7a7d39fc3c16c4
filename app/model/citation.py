"""Citations, as a seed file writes them and as the API answers them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import AnyHttpUrl, Field, model_validator

from app.model.field import AS_WRITTEN, Described, Strict
from app.model.passage import Passage
from app.model.source_ref import SourceRef
from app.model.value import PartialDate, SourceId, Text
from app.model.vocabulary import Vocabulary


class Seen(Vocabulary):
    """Where the curator read the statement that a citation supports."""

    DOCUMENT = "document", "in the captured text of the source, whose digest is kept"
    PUBLISHER_PAGE = "publisher-page", "on the publisher's page, abstract or code list"
    MIRROR = "mirror", "on a mirror that carries the publisher's label"
    SECONDARY = "secondary", "on third-party pages, at least two of which agree"


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
