"""What each tool takes: words of closed lists wherever there is one."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.model.field import Strict
from app.resources import Kind
from app.resources.survival import StageSystem
from app.resources.vocabularies import Agency, ReceptorStatus, Setting, SurvivalStage
from app.serving.cursors import LONGEST_CURSOR

LONGEST_WORDS, LONGEST_NAME = 500, 300
ABOUT_STAGES = "SEER registries have localized, regional, distant; stage IV is stage-iv."


def check_written(text: str) -> str:
    """Raise ValueError for a blank text."""
    if not text.strip():
        raise ValueError("should not be blank")
    return text


Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS), AfterValidator(check_written)]
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(check_written)]
NAMED_RECORD: Any = Field(
    description="Its address (`drugs/trastuzumab`), id, name, brand, trial or code (`NCT00829166`)"
)
CURSOR: Any = Field(
    None, max_length=LONGEST_CURSOR, description="Goes on where an answer ended; all else as then"
)


class Arguments(Strict):
    """What a tool takes."""

    # What to know about an argument, besides its words, where it was wrong.
    hints: ClassVar[Mapping[str, str]] = {}

    cursor: str | None = CURSOR


class SearchArguments(Arguments):
    """What `search` takes."""

    words: Words = Field(description='A question or words; `"side by side"`, `-without`')
    kind: Kind | None = Field(None, description="Only this collection")


class RecordArguments(Arguments):
    """What `get_record` takes."""

    record: Name = NAMED_RECORD
    kind: Kind | None = Field(None, description="Its collection, where a name is of several")


class SurvivalArguments(Arguments):
    """What `survival` takes."""

    hints = {"stage": f"{ABOUT_STAGES} Stages of two systems are never converted."}

    stage: SurvivalStage | None = Field(None, description=ABOUT_STAGES)
    stage_system: StageSystem | None = Field(None, description="Systems are never converted")
    hr_status: ReceptorStatus | None = Field(None, description="Hormone receptors, ER or PR")
    her2_status: ReceptorStatus | None = Field(None, description="HER2")
    older: bool = Field(False, description="Also figures that newer years have replaced")


class ApprovalArguments(Arguments):
    """What `drug_approvals` takes."""

    drug: Name | None = Field(None, description="Generic name or brand")
    agency: Agency | None = Field(None, description="US or European Union")
    setting: Setting | None = Field(None, description="When in the course it is used")


class ComparisonArguments(Arguments):
    """What `compare_sources` takes."""

    question: Words = Field(description="The question, in any words")


class CitationArguments(Arguments):
    """What `cite` takes."""

    record: Name = NAMED_RECORD
    kind: Kind | None = Field(None, description="Its collection, where a name is of several")
    style: Literal["text", "bibtex", "ris", "csl-json"] = Field(
        "text", description="`text` is Vancouver"
    )
