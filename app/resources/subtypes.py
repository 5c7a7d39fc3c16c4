"""Subtypes: groups of breast cancer by receptor status."""

from pydantic import BaseModel, Field

from app.model.citation import Text
from app.model.code import Code
from app.model.resource import Many, Resource, answer_of, seed_of, table_of
from app.model.schema_org import medical_codes
from app.resources.vocabularies import ReceptorStatus


class SubtypeFields(BaseModel):
    """The own fields of a subtype."""

    er: ReceptorStatus = ReceptorStatus.field("Estrogen receptor.")
    pr: ReceptorStatus = ReceptorStatus.field("Progesterone receptor.")
    hr: ReceptorStatus = ReceptorStatus.field("Hormone receptors, taken together.")
    her2: ReceptorStatus = ReceptorStatus.field("HER2.")
    aliases: Many[Text] = Field([], description="Other names.")
    name: Text = Field(description="The subtype, as its source names it.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")
    description: Text = Field(description="What the sources say of it, in our own words.")


SUBTYPES = Resource(
    kind="subtypes",
    singular="subtype",
    plural="subtypes",
    about="Groups of breast cancer by receptor status, as their sources name them.",
    seed=seed_of(SubtypeFields),
    answer=answer_of(SubtypeFields, about="One subtype by receptor status."),
    row=table_of(SubtypeFields, "er", "pr", "hr", "her2", "aliases"),
    schema_org=lambda subtype: {
        "@type": "MedicalCondition",
        "code": medical_codes(subtype),
        "alternateName": subtype["aliases"],
        "description": subtype["description"],
    },
)
