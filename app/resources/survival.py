"""Survival: one figure a record, typed so that it can't be misread."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlmodel import Field as SQLField
from sqlmodel import SQLModel

from app.db import SessionDep
from app.errors import documented
from app.listing import ListQuery, Page, RecordId, RecordQuery, RecordSort, Sort, page, single
from app.records import Cited, Identified, KindRow, RecordSeed, Resource, WithMeta
from app.vocabulary import EDITORIAL, Comparator, DataProvider, ReceptorStatus, Vocabulary

router = APIRouter(prefix="/survival", tags=["survival"])


class SurvivalMeasure(Vocabulary):
    """What a survival figure measures. The measures are never converted into each other."""

    RELATIVE = "relative", "survival compared with that of people without the cancer"
    OVERALL = "overall", "share still alive, whatever the cause of death"
    CANCER_SPECIFIC = "cancer-specific", "share that has not died of the cancer"
    NOT_STATED = "not-stated", "the source does not say"


class StageSystem(Vocabulary):
    """The system that a stage belongs to. Stages of two systems are never converted."""

    SEER_SUMMARY = "seer-summary", "SEER summary stage: localized, regional, distant"
    ANATOMIC = "anatomic", "anatomic stage I to IV"
    NOT_STATED = "not-stated", "the source names no system"


class SurvivalStage(Vocabulary):
    """The stage that a survival figure is for."""

    LOCALIZED = "localized", "no sign that the cancer has spread outside the breast"
    REGIONAL = "regional", "spread to nearby lymph nodes or tissue"
    DISTANT = "distant", "spread to distant parts of the body"
    METASTATIC = "metastatic", "called metastatic by the source, in no named system"
    ALL = "all", "all stages together"
    NOT_STATED = "not-stated", "the source does not say"


class SurvivalFields(SQLModel):
    """The own fields of a survival figure."""

    name: str = SQLField(
        min_length=1,
        description="What the figure is.",
        schema_extra={"json_schema_extra": EDITORIAL},
    )
    value_percent: float = SQLField(ge=0, le=100, description="The figure, in percent.")
    comparator: Comparator = Comparator.field("How the figure is to be read.")
    years: int = SQLField(ge=1, le=30, description="Years after diagnosis.")
    measure: SurvivalMeasure = SurvivalMeasure.field("What it measures.")
    stage_system: StageSystem = StageSystem.field("The system of the stage.")
    stage: SurvivalStage = SurvivalStage.field("Stage at diagnosis.")
    hr_status: ReceptorStatus = ReceptorStatus.field("Hormone-receptor status.")
    her2_status: ReceptorStatus = ReceptorStatus.field("HER2 status.")
    population: str | None = SQLField(None, description="Who was counted, or null.")
    diagnosed_from: int | None = SQLField(
        None, ge=1970, le=2100, description="First year of diagnosis, or null."
    )
    diagnosed_to: int | None = SQLField(
        None, ge=1970, le=2100, description="Last year of diagnosis, or null."
    )
    data_provider: DataProvider = DataProvider.field("Whom the source names as its origin.")


class SurvivalSeed(SurvivalFields, RecordSeed):
    """A survival figure in `seed/survival.yaml`."""


class SurvivalRow(SurvivalFields, KindRow, table=True):
    """The filters of survival figures."""

    __tablename__ = "survival"


class Survival(Cited, SurvivalFields, Identified):
    """One survival figure, with all that says what it means."""


class SurvivalAnswer(WithMeta, Survival):
    """A survival figure with the state of the data."""


class SurvivalPage(Page[Survival]):
    """One page of survival figures."""


class SurvivalQuery(ListQuery):
    """What the list of survival figures can be asked."""

    stage: list[SurvivalStage] = Field([], description="Stage at diagnosis.")
    stage_system: list[StageSystem] = Field([], description="The system of the stage.")
    hr_status: list[ReceptorStatus] = Field([], description="Hormone-receptor status.")
    her2_status: list[ReceptorStatus] = Field([], description="HER2 status.")
    measure: list[SurvivalMeasure] = Field([], description="What it measures.")
    years: list[int] = Field([], description="Years after diagnosis.")
    comparator: list[Comparator] = Field([], description="How the figure is to be read.")
    diagnosed_from: list[int] = Field([], description="First year of diagnosis.")
    diagnosed_to: list[int] = Field([], description="Last year of diagnosis.")
    data_provider: list[DataProvider] = Field([], description="Origin that the source names.")
    sort: Sort[
        Literal[
            RecordSort,
            "value_percent",
            "-value_percent",
            "years",
            "-years",
            "stage",
            "-stage",
            "diagnosed_to",
            "-diagnosed_to",
        ]
    ] = []


SURVIVAL = Resource(
    kind="survival",
    about="Survival figures by stage and receptor status; years, measure and population typed.",
    seed=SurvivalSeed,
    row=SurvivalRow,
    answer=Survival,
    router=router,
)


@router.get(
    "", summary="List survival figures", response_model=SurvivalPage, responses=documented(422)
)
async def list_survival(
    request: Request, session: SessionDep, query: Annotated[SurvivalQuery, Query()]
) -> Response:
    """Survival figures, one a record, by stage and receptor status.

    Figures of different years, measures or stage systems are never one series: compare
    `measure`, `years`, `stage_system` and the years of diagnosis before you compare values.
    """
    return page(request, session, SURVIVAL, query)


@router.get(
    "/{id}",
    summary="Get a survival figure",
    response_model=SurvivalAnswer,
    responses=documented(404, 422),
)
async def get_survival(
    request: Request, session: SessionDep, id: RecordId, query: Annotated[RecordQuery, Query()]
) -> Response:
    """One survival figure, with what it measures, whom it counts and where it is printed."""
    return single(request, session, SURVIVAL, id)
