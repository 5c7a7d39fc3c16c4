"""Stages: how far a cancer has spread, or how abnormal it looks, each in one system."""

from typing import Literal

from pydantic import BaseModel, Field

from app.model.field import Described
from app.model.record import KIND, Cited, Identified, RecordSeed, Ref
from app.model.resource import Graph, KindRow, Loaded, Resource
from app.model.value import Text
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.survival import SurvivalSeed
from app.resources.vocabularies import SurvivalStage


class System(Vocabulary):
    """The system that a stage, grade or letter belongs to."""

    ANATOMIC = "anatomic", "stage 0 to IV"
    SEER_SUMMARY = "seer-summary", "SEER summary stage: in situ, localized, regional, distant"
    GRADE = "grade", "how abnormal the cells look and how fast they grow"
    TNM = "tnm", "tumor size, lymph node status, distant metastasis"


class StageFilters(Described):
    """Columns by which the list of stages can be filtered."""

    system: System = System.field("System of the stage.", editorial=True)
    label: str = Field(min_length=1, description="Label of the stage in the system.")
    survival_stage: SurvivalStage | None = SurvivalStage.field(
        "The value of `stage` that survival figures use for it.", default=None, editorial=True
    )


class StageFields(StageFilters):
    """Fields of a stage."""

    name: Text = Field(description="The stage, grade or letter.")
    definition: Text = Field(description="What the sources say it is, in our own words.")
    place: int = Field(
        ge=0, description="Place in the order of the system.", json_schema_extra=EDITORIAL
    )


class StageSeed(StageFields, RecordSeed):
    """A stage in `seed/stages.yaml`."""


class Stage(Cited, StageFields, Identified):
    """One stage, grade or letter of one system."""

    kind: Literal["stages"] = KIND


class StageRow(StageFilters, KindRow, table=True):
    """The row of a stage in its typed table."""


class StageLinks(BaseModel):
    """Links of a single stage."""

    survival: list[Ref] = Field(description="Survival figures of this stage in this system.")


def stage_links(record: Loaded, graph: Graph) -> StageLinks:
    """The survival figures of a stage, in its system."""
    stage = record.seed
    assert isinstance(stage, StageSeed)

    def has_stage(figure: SurvivalSeed) -> bool:
        in_system = figure.stage_system.value == stage.system.value
        return in_system and figure.stage == stage.survival_stage

    return StageLinks(survival=graph.refs(SurvivalSeed, has_stage))


STAGES = Resource(
    kind="stages",
    singular="stage",
    plural="stages",
    about="Stages, grades and letters, each in one system; systems are never converted.",
    seed=StageSeed,
    model=Stage,
    row=StageRow,
    columns=("name", "system", "definition", "sources"),
    stated=("definition",),
    schema_org=lambda stage: {
        "@type": "MedicalConditionStage",
        "description": stage["definition"],
    },
    names=("name",),
    links=stage_links,
    links_model=StageLinks,
)
