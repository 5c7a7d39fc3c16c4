"""What a citation says of its source."""

from typing import Annotated, ClassVar

from pydantic import Field

from app.model.field import AS_WRITTEN, Described
from app.model.value import PartialDate
from app.model.vocabulary import Vocabulary


class Standing(Vocabulary):
    """Whether a source still stands."""

    CURRENT = "current", "nothing newer of the same kind is known to replace it"
    SUPERSEDED = "superseded", "its publisher has issued a newer edition"
    RETIRED = "retired", "its publisher has taken it down"
    RETRACTED = "retracted", "its publisher or authors have withdrawn what it says"


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
