"""Stages: how far a cancer has gone, or how abnormal it looks, in one system."""

from pydantic import BaseModel, Field
from sqlmodel import Field as SQLField
from sqlmodel import SQLModel

from app.citing import Text
from app.records import Cited, Identified, Loaded, RecordSeed, Ref, Resource
from app.resources.survival import SurvivalSeed, SurvivalStage
from app.tables import KindRow
from app.vocabulary import EDITORIAL, Vocabulary


class System(Vocabulary):
    """The system that a stage, grade or letter belongs to."""

    ANATOMIC = "anatomic", "stage I to IV"
    SEER_SUMMARY = "seer-summary", "SEER summary stage: in situ, localized, regional, distant"
    GRADE = "grade", "how abnormal the cells look and how fast they grow"
    TNM = "tnm", "tumor size, lymph node status, distant metastasis"


class StageColumns(SQLModel):
    """The fields of a stage that lists are filtered and sorted by."""

    system: System = System.field("The system.", editorial=True)
    label: str = SQLField(min_length=1, description="What stands for it in the system.")
    survival_stage: SurvivalStage | None = SQLField(
        None,
        sa_type=SurvivalStage.column(),
        description="The word for it in `stage` of survival figures, or null.",
        schema_extra={"json_schema_extra": EDITORIAL},
    )


class StageFields(StageColumns):
    """The own fields of a stage."""

    name: Text = Field(description="The stage, grade or letter.")
    definition: Text = Field(description="What the sources say it is, in our own words.")
    position: int = Field(
        ge=1, description="Its place within the system.", json_schema_extra=EDITORIAL
    )


class StageSeed(StageFields, RecordSeed):
    """A stage in `seed/stages.yaml`."""


class StageRow(StageColumns, KindRow, table=True):
    """The filters of stages."""

    __tablename__ = "stage"


class Stage(Cited, StageFields, Identified):
    """One stage, grade or letter of one system."""


class StageDetail(BaseModel):
    """The figures for a stage."""

    survival: list[Ref] = Field(description="Survival figures of this stage in this system.")


def detail(stage: Loaded, records: list[Loaded]) -> StageDetail:
    """The survival figures of a stage."""
    own = stage.seed
    assert isinstance(own, StageSeed)
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
    seed=StageSeed,
    row=StageRow,
    answer=Stage,
    schema_org=lambda stage: {
        "@type": "MedicalConditionStage",
        "description": stage["definition"],
    },
    detail=detail,
    detail_model=StageDetail,
)
