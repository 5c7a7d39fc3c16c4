"""Survival: one figure a record, typed so that it can't be misread."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.model.field import FREE_TEXT, Described
from app.model.json_text import Figure
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.rule import Broken, rule
from app.model.schema_org import join_fields, value_properties
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.series import InSeries, join_series
from app.resources.vocabularies import Comparator, DataProvider, ReceptorStatus, SurvivalStage


class SurvivalMeasure(Vocabulary):
    """What a survival figure measures. The measures are never converted into each other."""

    RELATIVE = "relative", "survival compared with that of people without the cancer"
    OVERALL = "overall", "share still alive; a death of any cause counts"
    CANCER_SPECIFIC = (
        "cancer-specific",
        "share that has not died of the cancer",
        "Cancer-specific",
    )
    NOT_STATED = "not-stated", "the source does not say"


class StageSystem(Vocabulary):
    """The system that a stage belongs to. Stages of two systems are never converted."""

    SEER_SUMMARY = "seer-summary", "SEER summary stage: localized, regional, distant"
    ANATOMIC = "anatomic", "anatomic stage I to IV"
    NOT_STATED = "not-stated", "the source names no system"


ANYWHERE = (SurvivalStage.ALL, SurvivalStage.NOT_STATED)
SEER = (SurvivalStage.LOCALIZED, SurvivalStage.REGIONAL, SurvivalStage.DISTANT)
STAGES_BY_SYSTEM = {
    StageSystem.SEER_SUMMARY: (*SEER, SurvivalStage.UNSTAGED, *ANYWHERE),
    StageSystem.ANATOMIC: (SurvivalStage.STAGE_IV, *ANYWHERE),
    StageSystem.NOT_STATED: (SurvivalStage.STAGE_IV, SurvivalStage.METASTATIC, *ANYWHERE),
}


class SurvivalFields(Described):
    """Fields of a survival figure in its seed file; all are columns of its typed table."""

    name: str = Field(min_length=1, description="What the figure is.", json_schema_extra=EDITORIAL)
    value_percent: Figure = Field(ge=0, le=100, description="The figure, in percent.")
    ci_low: Figure | None = Field(
        None, ge=0, le=100, description="Lower end of its 95% confidence interval, in percent."
    )
    ci_high: Figure | None = Field(
        None, ge=0, le=100, description="Upper end of its 95% confidence interval, in percent."
    )
    comparator: Comparator = Comparator.field("How to read the figure.")
    years: int = Field(ge=1, le=30, description="Years after diagnosis.")
    measure: SurvivalMeasure = SurvivalMeasure.field("What it measures.")
    stage_system: StageSystem = StageSystem.field("The system of the stage.")
    stage: SurvivalStage = SurvivalStage.field("Stage at diagnosis.")
    hr_status: ReceptorStatus = ReceptorStatus.field("Hormone-receptor status.")
    her2_status: ReceptorStatus = ReceptorStatus.field("HER2 status.")
    population: Annotated[str | None, FREE_TEXT] = Field(None, description="Who was counted.")
    diagnosed_from: int | None = Field(
        None, ge=1970, le=2100, description="First year of diagnosis."
    )
    diagnosed_to: int | None = Field(None, ge=1970, le=2100, description="Last year of diagnosis.")
    data_provider: DataProvider = DataProvider.field(
        "Whom the source names as the origin of the figure."
    )


class SurvivalSeed(SurvivalFields, RecordSeed):
    """A survival figure in `seed/survival.yaml`."""

    @rule("stage_system", "stage")
    def check_stage(self) -> Iterator[Broken]:
        allowed = STAGES_BY_SYSTEM[self.stage_system]
        if self.stage not in allowed:
            words = ", ".join(allowed)
            yield ("stage",), f"should be one of {words} in {self.stage_system}, got {self.stage}"

    @rule("diagnosed_from", "diagnosed_to")
    def check_years(self) -> Iterator[Broken]:
        if (self.diagnosed_from or 0) > (self.diagnosed_to or 9999):
            yield ("diagnosed_from",), "should not be after diagnosed_to"

    @rule("value_percent", "ci_low", "ci_high")
    def check_interval(self) -> Iterator[Broken]:
        low, high = self.ci_low, self.ci_high
        if (low is None) != (high is None):
            yield ("ci_low",), "is required with ci_high, or neither"
        elif low is not None and high is not None and not low <= self.value_percent <= high:
            yield ("ci_low",), "should make an interval with ci_high that has value_percent"


class Survival(Cited, InSeries, SurvivalFields, Identified):
    """One survival figure, with everything that is needed to read it."""

    kind: Literal["survival"] = KIND


class SurvivalRow(InSeries, SurvivalFields, KindRow, table=True):
    """The row of a survival figure in its typed table."""


SURVIVAL = Resource(
    kind="survival",
    singular="survival figure",
    plural="survival figures",
    about="Survival figures, one a record, by stage and receptor status. Only figures of one "
    "series may be drawn together: they have the same source and edition, measure, years, years of "
    "diagnosis, stage system and people counted.",
    seed=SurvivalSeed,
    model=Survival,
    row=SurvivalRow,
    columns=(
        "figure",
        "measured",
        "stage",
        "hr_status",
        "her2_status",
        "diagnosed",
        "sources",
        "notes",
    ),
    names=("name",),
    receptors={"hr": "hr_status", "her2": "her2_status"},
    stated=("value_percent",),
    comparable=(
        "comparator",
        "years",
        "measure",
        "stage_system",
        "stage",
        "hr_status",
        "her2_status",
        "population",
        "diagnosed_from",
        "diagnosed_to",
        "data_provider",
    ),
    schema_org=lambda figure: {
        "@type": "Observation",
        **value_properties(figure["comparator"], figure["value_percent"]),
        "unitText": "percent",
        "description": join_fields(
            figure,
            "comparator",
            "measure",
            "years",
            "stage_system",
            "stage",
            "hr_status",
            "her2_status",
            "diagnosed_from",
            "diagnosed_to",
            "stale",
            "population",
            "data_provider",
        ),
    },
    ages=True,
    joined=join_series(
        ("measure", "years"),
        ("stage_system", "population", "diagnosed_from", "diagnosed_to", "data_provider"),
    ),
)
