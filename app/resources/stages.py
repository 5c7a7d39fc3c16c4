"""Stages: how far a cancer has gone, or how abnormal it looks, in one system."""

from pydantic import BaseModel, Field

from app.model.citation import Text
from app.model.record import Ref
from app.model.resource import Loaded, Resource, answer_of, seed_of, table_of
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.survival import SurvivalSeed, SurvivalStage


class System(Vocabulary):
    """The system that a stage, grade or letter belongs to."""

    ANATOMIC = "anatomic", "stage I to IV"
    SEER_SUMMARY = "seer-summary", "SEER summary stage: in situ, localized, regional, distant"
    GRADE = "grade", "how abnormal the cells look and how fast they grow"
    TNM = "tnm", "tumor size, lymph node status, distant metastasis"


class StageFields(BaseModel):
    """The own fields of a stage."""

    system: System = System.field("The system.", editorial=True)
    label: str = Field(min_length=1, description="What stands for it in the system.")
    survival_stage: SurvivalStage | None = SurvivalStage.field(
        "The word for it in `stage` of survival figures, or null.", default=None, editorial=True
    )
    name: Text = Field(description="The stage, grade or letter.")
    definition: Text = Field(description="What the sources say it is, in our own words.")
    position: int = Field(
        ge=1, description="Its place within the system.", json_schema_extra=EDITORIAL
    )


class StageDetail(BaseModel):
    """The figures for a stage."""

    survival: list[Ref] = Field(description="Survival figures of this stage in this system.")


def detail(stage: Loaded, records: list[Loaded]) -> StageDetail:
    """The survival figures of a stage."""
    own = stage.seed
    assert isinstance(own, StageFields)
    return StageDetail(
        survival=[
            record.ref
            for record in records
            if isinstance(record.seed, SurvivalSeed)
            and record.seed.stage_system.value == own.system.value
            and record.seed.stage == own.survival_stage
        ]
    )


STAGES = Resource(
    kind="stages",
    singular="stage",
    plural="stages",
    about="Stages, grades and letters, each in its own system; systems are never converted.",
    seed=seed_of(StageFields),
    answer=answer_of(StageFields, about="One stage, grade or letter of one system."),
    row=table_of(StageFields, "system", "label", "survival_stage"),
    schema_org=lambda stage: {
        "@type": "MedicalConditionStage",
        "description": stage["definition"],
    },
    detail=detail,
    detail_model=StageDetail,
)
