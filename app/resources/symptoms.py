"""Symptoms: what a person may notice, by site and extent of the disease."""

from pydantic import BaseModel, Field

from app.model.citation import Text
from app.model.resource import Resource, answer_of, seed_of, table_of
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
    """How far the disease has gone where a source lists the symptom."""

    EARLY = "early", "the source calls the disease early"
    METASTATIC = "metastatic", "listed as a symptom of disease that has spread"
    NOT_STATED = "not-stated", "the source does not say"


class SymptomFields(BaseModel):
    """The own fields of a symptom."""

    site: Site = Site.field("Where it shows.")
    extent: Extent = Extent.field("How far the disease has gone.")
    name: Text = Field(description="The symptom.")
    description: Text = Field(description="What the sources say of it, in our own words.")


SYMPTOMS = Resource(
    kind="symptoms",
    singular="symptom",
    plural="symptoms",
    about="What a person may notice, by site, and whether the disease has spread.",
    seed=seed_of(SymptomFields),
    answer=answer_of(SymptomFields, about="One symptom."),
    row=table_of(SymptomFields, "site", "extent"),
    schema_org=lambda symptom: {
        "@type": "MedicalSymptom",
        "description": symptom["description"],
    },
)
