"""Subtypes: groups of breast cancer by receptor status."""

from pydantic import Field
from sqlmodel import JSON, SQLModel
from sqlmodel import Field as SQLField

from app.citing import Text
from app.codes import Code
from app.records import Cited, Identified, RecordSeed, Resource
from app.tables import KindRow
from app.vocabulary import ReceptorStatus


class SubtypeColumns(SQLModel):
    """The fields of a subtype that lists are filtered and sorted by."""

    er: ReceptorStatus = ReceptorStatus.field("Estrogen receptor.")
    pr: ReceptorStatus = ReceptorStatus.field("Progesterone receptor.")
    hr: ReceptorStatus = ReceptorStatus.field("Hormone receptors, taken together.")
    her2: ReceptorStatus = ReceptorStatus.field("HER2.")
    aliases: list[Text] = SQLField([], sa_type=JSON, description="Other names.")


class SubtypeFields(SubtypeColumns):
    """The own fields of a subtype."""

    name: Text = Field(description="The subtype, as its source names it.")
    codes: list[Code] = Field([], description="Its codes in other vocabularies.")
    description: Text = Field(description="What the sources say of it, in our own words.")


class SubtypeSeed(SubtypeFields, RecordSeed):
    """A subtype in `seed/subtypes.yaml`."""


class SubtypeRow(SubtypeColumns, KindRow, table=True):
    """The filters of subtypes."""

    __tablename__ = "subtype"


class Subtype(Cited, SubtypeFields, Identified):
    """One subtype by receptor status."""


SUBTYPES = Resource(
    kind="subtypes",
    singular="subtype",
    plural="subtypes",
    about="Groups of breast cancer by receptor status, as their sources name them.",
    seed=SubtypeSeed,
    row=SubtypeRow,
    answer=Subtype,
    schema_org=lambda subtype: {
        "@type": "MedicalCondition",
        "alternateName": subtype["aliases"],
        "description": subtype["description"],
    },
)
