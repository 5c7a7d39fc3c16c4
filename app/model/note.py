"""Curator's notes, as a seed file writes them and as the API answers them."""

from pydantic import Field, model_validator

from app.model.citation import Citation, CitationSeed, is_from_one_page
from app.model.field import Described, Strict
from app.model.value import Text
from app.model.vocabulary import Vocabulary


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


class Note(NoteFields):
    """A curator's note beside a record, with its citations."""

    citations: list[Citation] = Field(description="Citations that support the note; at least one.")
