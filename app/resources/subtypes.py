"""Subtypes: groups of breast cancer by receptor status."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from app.model.code import Code
from app.model.field import Described
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Many, Resource
from app.model.rule import Broken, rule
from app.model.schema_org import medical_codes
from app.model.value import Text
from app.resources.vocabularies import ReceptorStatus


class SubtypeFilters(Described):
    """Columns by which the list of subtypes can be filtered."""

    er: ReceptorStatus = ReceptorStatus.field("Estrogen receptor.")
    pr: ReceptorStatus = ReceptorStatus.field("Progesterone receptor.")
    hr: ReceptorStatus = ReceptorStatus.field("Hormone receptors, taken together.")
    her2: ReceptorStatus = ReceptorStatus.field("HER2.")
    aliases: Many[Text] = Field([], description="Other names.")


class SubtypeFields(SubtypeFilters):
    """Fields of a subtype."""

    name: Text = Field(description="The subtype, as its source names it.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")
    description: Text = Field(description="What the sources say about it, in our own words.")


class SubtypeSeed(SubtypeFields, RecordSeed):
    """A subtype in `seed/subtypes.yaml`."""

    @rule("er", "pr", "hr")
    def check_hormone_receptors(self) -> Iterator[Broken]:
        positive = ReceptorStatus.POSITIVE
        if positive in (self.er, self.pr) and self.hr is not positive:
            yield ("hr",), "should be positive, as er or pr is"


class Subtype(Cited, SubtypeFields, Identified):
    """One subtype by receptor status."""

    kind: Literal["subtypes"] = KIND


class SubtypeRow(SubtypeFilters, KindRow, table=True):
    """The row of a subtype in its typed table."""


SUBTYPES = Resource(
    kind="subtypes",
    singular="subtype",
    plural="subtypes",
    about="Groups of breast cancer by receptor status, as their sources name them.",
    seed=SubtypeSeed,
    model=Subtype,
    row=SubtypeRow,
    columns=("name", "er", "pr", "her2", "sources"),
    names=("name", "aliases"),
    synonyms=True,
    receptors={"er": "er", "pr": "pr", "hr": "hr", "her2": "her2"},
    stated=("description",),
    schema_org=lambda subtype: {
        "@type": "MedicalCondition",
        "code": medical_codes(subtype),
        "alternateName": subtype["aliases"],
        "description": subtype["description"],
    },
)
