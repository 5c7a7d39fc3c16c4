"""Symptoms: what a person may notice, by site and extent of the disease."""

from typing import Literal

from pydantic import Field

from app.model.field import Described
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.value import Text
from app.model.vocabulary import Vocabulary


class Site(Vocabulary):
    """Where in the body a symptom shows."""

    BREAST = "breast", "the breast"
    SKIN = "skin", "the skin"
    NIPPLE = "nipple", "the nipple"
    UNDERARM = "underarm", "the underarm"
    BRAIN = "brain", "the brain"
    BONE = "bone", "the bones and joints"
    LUNG = "lung", "the lungs"
    LIVER = "liver", "the liver"
    GENERAL = "general", "the body as a whole"


class Extent(Vocabulary):
    """Extent of the disease for which a source lists the symptom."""

    EARLY = "early", "listed as a symptom of the first stages, before spread to distant parts"
    METASTATIC = "metastatic", "listed as a symptom of disease that has spread"
    NOT_STATED = "not-stated", "the source does not say"


class SymptomFilters(Described):
    """Columns by which the list of symptoms can be filtered."""

    site: Site = Site.field("Where it shows.")
    extent: Extent = Extent.field("Extent of the disease.")


class SymptomFields(SymptomFilters):
    """Fields of a symptom."""

    name: Text = Field(description="The symptom.")
    description: Text = Field(description="What the sources say about it, in our own words.")


class SymptomSeed(SymptomFields, RecordSeed):
    """A symptom in `seed/symptoms.yaml`."""


class Symptom(Cited, SymptomFields, Identified):
    """One symptom."""

    kind: Literal["symptoms"] = KIND


class SymptomRow(SymptomFilters, KindRow, table=True):
    """The row of a symptom in its typed table."""


SYMPTOMS = Resource(
    kind="symptoms",
    singular="symptom",
    plural="symptoms",
    about="What a person may notice, by site, and whether the disease has spread.",
    seed=SymptomSeed,
    model=Symptom,
    row=SymptomRow,
    columns=("name", "site", "extent", "sources"),
    names=("name",),
    cited_where_named=True,
    stated=("description",),
    schema_org=lambda symptom: {
        "@type": "MedicalSymptom",
        "description": symptom["description"],
    },
)
