"""Statistics: every other figure, such as a share, a count or a rate."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.model.field import AS_WRITTEN, FREE_TEXT, Described
from app.model.json_text import Figure
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.rule import Broken, rule
from app.model.schema_org import join_fields, value_properties
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.series import InSeries, join_series
from app.resources.vocabularies import Comparator, DataProvider, ReceptorStatus, SurvivalStage


class StatisticMeasure(Vocabulary):
    """What a figure counts."""

    SHARE_OF_CASES = "share-of-cases", "share of cases that have a feature"
    NEW_CASES = "new-cases", "number of new cases in a period"
    INCIDENCE_RATE = "incidence-rate", "new cases per 100,000 people per year"
    DEATHS = "deaths", "number of deaths in a period"
    DEATH_RATE = "death-rate", "deaths per 100,000 people per year"


class Unit(Vocabulary):
    """The unit of a figure."""

    PERCENT = "percent", "of the denominator, in percent"
    PEOPLE = "people", "number of people"
    PER_100000 = "per-100000", "per 100,000 people per year", "Per 100,000"


class StatisticFields(Described):
    """Fields of a figure in its seed file; all are columns of its typed table."""

    name: str = Field(min_length=1, description="What the figure is.", json_schema_extra=EDITORIAL)
    measure: StatisticMeasure = StatisticMeasure.field("What it counts.")
    low: Annotated[Figure | None, AS_WRITTEN] = Field(
        None, ge=0, description="The figure, or the lower end of a range; null without a number."
    )
    high: Figure | None = Field(None, ge=0, description="The upper end of a range.")
    unit: Unit = Unit.field("Its unit.")
    comparator: Comparator = Comparator.field("How to read the figure.")
    denominator: Annotated[str | None, FREE_TEXT] = Field(
        None, description="What it is a share of."
    )
    population: Annotated[str | None, FREE_TEXT] = Field(None, description="Who was counted.")
    hr_status: ReceptorStatus = ReceptorStatus.field("Hormone-receptor status of who is counted.")
    her2_status: ReceptorStatus = ReceptorStatus.field("HER2 status of who is counted.")
    stage: SurvivalStage = SurvivalStage.field("Stage at diagnosis of who is counted.")
    period_from: int | None = Field(
        None, ge=1970, le=2100, description="First year that it speaks of."
    )
    period_to: int | None = Field(
        None, ge=1970, le=2100, description="Last year that it speaks of."
    )
    data_provider: DataProvider = DataProvider.field("Whom the source names as its origin.")


class StatisticSeed(StatisticFields, RecordSeed):
    """A figure in `seed/statistics.yaml`."""

    @rule("low", "high", "comparator")
    def check_comparator(self) -> Iterator[Broken]:
        if (self.low is None) != (self.comparator is Comparator.MOST):
            yield ("low",), "is required unless the comparator is 'most'"
        if (self.high is not None) != (self.comparator is Comparator.BETWEEN):
            yield ("high",), "is required if the comparator is 'between', and only then"

    @rule("period_from", "period_to")
    def check_years(self) -> Iterator[Broken]:
        if (self.period_from is None) != (self.period_to is None):
            yield ("period_from",), "is required with period_to, or neither"
        if (self.period_from or 0) > (self.period_to or 9999):
            yield ("period_from",), "should not be after period_to"


class Statistic(Cited, InSeries, StatisticFields, Identified):
    """One figure that is not a survival figure."""

    kind: Literal["statistics"] = KIND


class StatisticRow(InSeries, StatisticFields, KindRow, table=True):
    """The row of a figure in its typed table."""


STATISTICS = Resource(
    kind="statistics",
    singular="statistic",
    plural="statistics",
    about="Shares, counts and rates, with denominator, population and period. Only figures of "
    "one series may be drawn together.",
    seed=StatisticSeed,
    model=Statistic,
    row=StatisticRow,
    columns=(
        "figure",
        "measure",
        "receptors",
        "denominator",
        "population",
        "period",
        "sources",
        "notes",
    ),
    names=("name",),
    receptors={"hr": "hr_status", "her2": "her2_status"},
    stated=("low", "high"),
    comparable=(
        "comparator",
        "measure",
        "unit",
        "denominator",
        "population",
        "hr_status",
        "her2_status",
        "stage",
        "period_from",
        "period_to",
        "data_provider",
    ),
    schema_org=lambda figure: {
        "@type": "Observation",
        **value_properties(figure["comparator"], figure["low"], figure["high"]),
        "unitText": figure["unit"],
        "description": join_fields(
            figure,
            "comparator",
            "measure",
            "denominator",
            "population",
            "hr_status",
            "her2_status",
            "stage",
            "period_from",
            "period_to",
            "data_provider",
        ),
    },
    joined=join_series(
        ("measure",),
        ("unit", "denominator", "population", "period_from", "period_to", "data_provider"),
    ),
)
