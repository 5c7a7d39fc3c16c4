"""Warnings: what the label of a drug warns of."""

from typing import Literal

from pydantic import Field

from app.model.field import Described
from app.model.in_place import InPlace, Short, ShortName
from app.model.json_text import Figure
from app.model.place import Item
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.value import PartialDate, Text
from app.model.vocabulary import EDITORIAL, Vocabulary
from app.resources.of_drug import LinkedDrug, OfDrug, describe_drug
from app.resources.vocabularies import Agency, Setting


class WarningKind(Vocabulary):
    """Which part of a label a warning stands in."""

    BOXED_WARNING = "boxed-warning", "the FDA's strongest warning, in a box at the top of the label"
    WARNING = "warning", "the section of warnings and precautions"
    CONTRAINDICATION = "contraindication", "when the drug must not be used"
    COMMON_ADVERSE_REACTION = "common-adverse-reaction", "the most common adverse reactions"
    SERIOUS_ADVERSE_REACTION = "serious-adverse-reaction", "serious adverse reactions"
    MONITORING = "monitoring", "what is to be checked before and during treatment"
    PREGNANCY = "pregnancy", "pregnancy, contraception and breastfeeding"


class Reaction(Item):
    """One adverse reaction."""

    key_fields = ("name",)

    name: Text = Field(description="The reaction, as `diarrhea`.")
    percent: Figure | None = Field(None, ge=0, le=100, description="Share that had it.")
    control_percent: Figure | None = Field(
        None, ge=0, le=100, description="Share that had it without the drug."
    )


class WarningFilters(Described):
    """Columns by which the list of warnings can be filtered, besides the drug."""

    warning_kind: WarningKind = WarningKind.field("Part of the label that it stands in.")
    agency: Agency = Agency.field("Agency that approved the label.")
    setting: Many[Setting] = Field([], description="Settings that the label limits it to.")
    label_revised: PartialDate | None = Field(
        None, description="Revision of the label that was read."
    )


class WarningTexts(WarningFilters):
    """What a warning says."""

    name: Text = Field(description="What it warns of, in short.", json_schema_extra=EDITORIAL)
    statement: Text = Field(description="What the label says, in our own words.")
    threshold: Text | None = Field(
        None, description="From which share or grade the label counts, as `at least 20%`."
    )
    population: Text | None = Field(
        None, description="Patients and regimen that the figures of the label come from."
    )


class WarningFields(WarningTexts):
    """Fields of a warning that a seed file and an answer share."""

    reactions: list[Reaction] = Field(
        [], description="For adverse reactions: each of them, in the order of the label."
    )


class LabelWarningSeed(WarningFields, OfDrug, RecordSeed):
    """A warning in `seed/warnings.yaml`."""


class LabelWarning(Cited, WarningFields, LinkedDrug, Identified):
    """One thing that the label of a drug warns of."""

    kind: Literal["warnings"] = KIND


class DrugReaction(Short, Reaction):
    """One adverse reaction, in place in its drug."""


class DrugWarning(InPlace, WarningTexts, ShortName):
    """One warning, in place in its drug."""

    reactions: list[DrugReaction] = Field(
        description="For adverse reactions: each of them, in the order of the label."
    )


class LabelWarningRow(WarningFilters, OfDrug, KindRow, table=True):
    """The row of a warning in its typed table."""


WARNINGS = Resource(
    kind="warnings",
    singular="warning",
    plural="warnings",
    about="What the labels of drugs warn of: boxed warnings, contraindications, common adverse "
    "reactions, what to check. They are those of the label that was read, never advice.",
    seed=LabelWarningSeed,
    model=LabelWarning,
    row=LabelWarningRow,
    columns=("name", "warning_kind", "drug", "agency", "label_revised", "sources"),
    asked=("side effect", "adverse reaction", "safety", "harm", "toxicity", "precaution"),
    stated=("statement",),
    schema_org=lambda warning: {
        "@type": "Claim",
        "text": warning["statement"],
        "about": describe_drug(warning["drug"]),
    },
    ages=True,
)
