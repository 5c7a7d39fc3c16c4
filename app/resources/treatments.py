"""Treatments: kinds of treatment, operations, and classes of drugs."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.model.field import Described
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.rule import Broken, rule
from app.model.value import DrugId, Text
from app.model.vocabulary import EDITORIAL, Vocabulary


class Modality(Vocabulary):
    """The kind of treatment."""

    SURGERY = "surgery", "an operation"
    RADIATION = "radiation", "radiation therapy"
    CHEMOTHERAPY = "chemotherapy", "drugs that kill cancer cells"
    HORMONE_THERAPY = "hormone-therapy", "drugs or operations against the effect of hormones"
    TARGETED_THERAPY = "targeted-therapy", "drugs that act on HER2"
    SUPPORTIVE = "supportive", "care that eases symptoms and side effects"
    CLINICAL_TRIAL = "clinical-trial", "taking part in a study of new treatments"


class Intent(Vocabulary):
    """What a treatment is meant to do."""

    REMOVE_TUMOR = "remove-tumor", "remove the tumor"
    KILL_CANCER_CELLS = "kill-cancer-cells", "destroy cancer cells"
    SHRINK_TUMOR = "shrink-tumor", "make the tumor smaller"
    LOWER_RECURRENCE_RISK = "lower-recurrence-risk", "lower the risk that the cancer comes back"
    TEST_LYMPH_NODES = "test-lymph-nodes", "have lymph nodes tested for cancer"
    RESTORE_BREAST = "restore-breast", "restore the breast"
    PALLIATIVE = "palliative", "ease symptoms or side effects"
    BLOCK_GROWTH_SIGNAL = "block-growth-signal", "keep cells from receiving the signal to grow"
    BLOCK_HORMONES = "block-hormones", "block hormone receptors or stop the making of estrogen"
    STUDY_NEW_TREATMENT = "study-new-treatment", "study a new treatment"


class Timing(Vocabulary):
    """When in the course of the disease a treatment is used."""

    ADJUVANT = "adjuvant", "after surgery"
    NEOADJUVANT = "neoadjuvant", "before surgery"
    EARLY = "early", "in early disease"
    ADVANCED = "advanced", "in advanced disease"
    METASTATIC = "metastatic", "in disease that has spread to distant parts of the body"
    NOT_STATED = "not-stated", "the sources name none of these times"


class TreatmentFilters(Described):
    """Columns by which the list of treatments can be filtered."""

    modality: Modality = Modality.field("The kind of treatment.", editorial=True)
    intent: Many[Intent] = Field([], description="What it is meant to do.")
    timing: Many[Timing] = Field([], description="When it is used.")
    aliases: Many[Text] = Field([], description="Other names.")
    drugs: Many[DrugId] = Field(
        [], description="Ids of the drugs that belong to it.", json_schema_extra=EDITORIAL
    )


class TreatmentFields(TreatmentFilters):
    """Fields of a treatment."""

    name: Text = Field(description="The treatment.")
    description: Text = Field(description="What the sources say about it, in our own words.")


class TreatmentSeed(TreatmentFields, RecordSeed):
    """A treatment in `seed/treatments.yaml`."""

    @rule("timing")
    def check_timing(self) -> Iterator[Broken]:
        if not self.timing:
            yield ("timing",), "is required; not-stated where the sources name no time"
        elif Timing.NOT_STATED in self.timing and len(self.timing) > 1:
            yield ("timing",), "not-stated should stand alone"


class Treatment(Cited, TreatmentFields, Identified):
    """One kind of treatment, operation or class of drugs."""

    kind: Literal["treatments"] = KIND


class TreatmentRow(TreatmentFilters, KindRow, table=True):
    """The row of a treatment in its typed table."""


TREATMENTS = Resource(
    kind="treatments",
    singular="treatment",
    plural="treatments",
    about="Kinds of treatment, operations and classes of drugs: what they are for and when.",
    seed=TreatmentSeed,
    model=Treatment,
    row=TreatmentRow,
    columns=("name", "modality", "intent", "timing", "sources"),
    names=("name", "aliases"),
    stated=("description",),
    schema_org=lambda treatment: {
        "@type": "MedicalTherapy",
        "alternateName": treatment["aliases"],
        "description": treatment["description"],
    },
)
