"""Trials: clinical trials of drugs against HER2-positive breast cancer, with typed results."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from app.model.field import UNSEARCHED, Described
from app.model.identifier import NctId
from app.model.in_place import InPlace, Short, ShortName
from app.model.json_text import Figure
from app.model.place import Item
from app.model.record import KIND, Cited, Identified, Link, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.rule import Broken, rule
from app.model.value import DrugId, Slug, SourceId, Text
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.of_drug import describe_drug
from app.resources.vocabularies import Comparator


class Phase(Vocabulary):
    """The phase of a trial."""

    PHASE_1 = "phase-1", "a first trial in people: dose and safety"
    PHASE_1_2 = "phase-1-2", "phases 1 and 2 in one trial", "Phase 1/2"
    PHASE_2 = "phase-2", "activity and safety in some patients"
    PHASE_2_3 = "phase-2-3", "phases 2 and 3 in one trial", "Phase 2/3"
    PHASE_3 = "phase-3", "comparison with a standard treatment in many patients"
    PHASE_4 = "phase-4", "after approval"


class ResultStatistic(Vocabulary):
    """What the numbers of a trial's result are."""

    HAZARD_RATIO = "hazard-ratio", "hazard ratio of arm to control arm"
    MEDIAN = "median", "median time"
    RESTRICTED_MEAN = "restricted-mean", "mean time up to a limit, which is no median"
    MEAN = "mean", "mean of a measured value"
    PERCENT = "percent", "share of the patients"
    DIFFERENCE = "difference", "difference between arm and control arm"
    OTHER = "other", "another number; the endpoint says which"


class Analysis(Vocabulary):
    """Which analysis of a trial a result comes from."""

    INTERIM = "interim", "before the planned end"
    PRIMARY = "primary", "the analysis that the trial was planned for"
    UPDATED = "updated", "with longer follow-up, not the last"
    FINAL = "final", "the last planned analysis"
    EXPLORATORY = "exploratory", "not planned to decide anything"


class Unreached(Vocabulary):
    """A number that a source says was not reached or can't be calculated."""

    VALUE = "value", "the number of the arm"
    CONTROL = "control", "the number of the control arm"
    CI_LOW = "ci-low", "the lower end of the interval of `value`"
    CI_HIGH = "ci-high", "the upper end of the interval of `value`"
    CONTROL_CI_LOW = "control-ci-low", "the lower end of the interval of `control`"
    CONTROL_CI_HIGH = "control-ci-high", "the upper end of the interval of `control`"


class Arm(Item):
    """A group of a trial."""

    key_fields = ("name",)

    name: Text = Field(description="Its name, in short.")
    treatment: Text = Field(description="What it was given, in our own words.")
    enrolled: int | None = Field(None, ge=1, description="Patients assigned to it.")


class TrialResult(Item):
    """One result of a trial, with the digits that its source prints."""

    key_fields = ("key",)

    key: Annotated[Slug, UNSEARCHED] = Field(
        description="Key of the result within the trial, as `os-final`."
    )
    endpoint: Text = Field(description="What was measured, as `Overall survival`.")
    statistic: ResultStatistic = Field(description="What the numbers are.")
    arm: Text | None = Field(None, description="The arm that `value` is of, by its name.")
    control_arm: Text | None = Field(None, description="The arm of `control`, by its name.")
    subgroup: Text | None = Field(None, description="Patients counted, if not all of the trial.")
    analysis: Analysis | None = Field(None, description="Analysis that it comes from.")
    time_point: Text | None = Field(None, description="Time that a share is for, as `5 years`.")
    comparator: Comparator = Field(
        Comparator.EXACTLY, description="How to read `value` and `control`."
    )
    value: Figure | None = Field(
        None, description="The number, in the treated arm if there are two."
    )
    control: Figure | None = Field(None, description="The number in the control arm.")
    unit: Text | None = Field(None, description="Unit.")
    ci_level: Figure | None = Field(
        None, gt=0, lt=100, description="Confidence level of the intervals, in percent."
    )
    ci_low: Figure | None = Field(None, description="Lower end of the interval of `value`.")
    ci_high: Figure | None = Field(None, description="Upper end of the interval of `value`.")
    control_ci_low: Figure | None = Field(
        None, description="Lower end of the interval of `control`."
    )
    control_ci_high: Figure | None = Field(
        None, description="Upper end of the interval of `control`."
    )
    unreached: list[Unreached] = Field(
        [], description="Numbers that were not reached, or can't be calculated yet."
    )
    p_value: Text | None = Field(None, description="P value as printed.")
    median_follow_up: Text | None = Field(None, description="Median follow-up, as `8.4 years`.")

    def find_faults(self) -> Iterator[tuple[str, str]]:
        """Yield a field and a message for each number that is missing or one too many."""
        for word in self.unreached:
            if getattr(self, word.replace("-", "_")) is not None:
                yield "unreached", f"should not name {word}, which has a number"
        if self.value is None and Unreached.VALUE not in self.unreached:
            yield "value", "is required, or named in unreached"
        for low, high in (("ci_low", "ci_high"), ("control_ci_low", "control_ci_high")):
            ends = getattr(self, low), getattr(self, high)
            if None not in ends and ends[0] > ends[1]:
                yield low, f"should not be above {high}"
        intervals = (self.ci_low, self.ci_high, self.control_ci_low, self.control_ci_high)
        if (self.ci_level is not None) != any(end is not None for end in intervals):
            yield "ci_level", "is required with an interval, and only then"
        if (self.statistic is ResultStatistic.HAZARD_RATIO) == bool(self.unit):
            yield "unit", "is required, except for a hazard ratio, which has none"


class TrialFilters(Described):
    """Columns by which the list of trials can be filtered, besides the drugs."""

    aliases: Many[Text] = Field([], description="Other names.")
    nct_ids: Many[NctId] = Field([], description="ClinicalTrials.gov identifiers.")
    phase: Phase | None = Phase.field("Its phase.", default=None)
    enrolled: int | None = Field(None, ge=1, description="Number of patients.")


class TrialTexts(TrialFilters):
    """What a trial is called, and whom it tried its drugs in."""

    name: Text = Field(description="Name of the trial.")
    population: Text = Field(
        description="Patients and what they were treated with, in our own words."
    )


class TrialFields(TrialTexts):
    """Fields of a trial that a seed file and an answer share."""

    arms: list[Arm] = Field([], description="Its groups.")
    results: list[TrialResult] = Field([], description="Its results.")


class TrialDrugs(Described):
    """The drugs of a trial, as a seed file and a typed table name them."""

    drugs: Many[DrugId] = Field(
        min_length=1, description="Drugs that it tried.", json_schema_extra=EDITORIAL
    )


class TrialSeed(TrialFields, TrialDrugs, RecordSeed):
    """A trial in `seed/trials.yaml`."""

    publications: list[SourceId] = Field(
        [], description="Our sources that report it.", json_schema_extra=EDITORIAL
    )

    @rule("results", "arms")
    def check_results(self) -> Iterator[Broken]:
        names = [arm.name for arm in self.arms]
        for number, result in enumerate(self.results):
            for field, message in result.find_faults():
                yield ("results", number, field), message
            for field in ("arm", "control_arm"):
                if (name := getattr(result, field)) and name not in names:
                    yield ("results", number, field), f"should be the name of an arm, got {name!r}"


class Trial(Cited, TrialFields, Identified):
    """One clinical trial."""

    kind: Literal["trials"] = KIND

    drugs: list[Link] = Field(description="Drugs that it tried.")
    publications: list[Link] = Field(description="Our sources that report it.")


class DrugArm(Short, Arm):
    """A group of a trial, in place in its drug."""


class DrugResult(Short, TrialResult):
    """One result of a trial, in place in its drug."""


class DrugTrial(InPlace, TrialTexts, ShortName):
    """One trial, in place in each of its drugs."""

    arms: list[DrugArm] = Field(description="Its groups.")
    results: list[DrugResult] = Field(description="Its results.")
    drugs: list[DrugId] = Field(description="Drugs that it tried, by their ids.")
    publications: list[SourceId] = Field(description="Our sources that report it, by their ids.")


class TrialRow(TrialFilters, TrialDrugs, KindRow, table=True):
    """The row of a trial in its typed table."""


TRIALS = Resource(
    kind="trials",
    singular="trial",
    plural="trials",
    about="Clinical trials with arms and typed results: endpoint, numbers, interval, P value. "
    "Results of different analyses or subgroups are never one series.",
    seed=TrialSeed,
    model=Trial,
    row=TrialRow,
    columns=("name", "phase", "enrolled", "population", "drugs", "sources"),
    names=("name", "aliases"),
    identifiers={"nct_ids": "NCT"},
    asked=("study", "evidence", "results"),
    stated=("population",),
    schema_org=lambda trial: {
        "@type": "MedicalTrial",
        "alternateName": [*trial["aliases"], *trial["nct_ids"]],
        "description": trial["population"],
        "studySubject": [describe_drug(drug) for drug in trial["drugs"]],
    },
)
