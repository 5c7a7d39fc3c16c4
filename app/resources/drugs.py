"""Drugs: medicines against HER2-positive breast cancer."""

from typing import ClassVar

from pydantic import BaseModel, Field
from sqlmodel import JSON, SQLModel
from sqlmodel import Field as SQLField

from app.records import Cited, Identified, KindRow, Loaded, RecordSeed, Ref, Resource, Text
from app.vocabulary import Vocabulary


class DrugClass(Vocabulary):
    """How a drug is made and works."""

    MONOCLONAL_ANTIBODY = "monoclonal-antibody", "an antibody made in the laboratory"
    ANTIBODY_DRUG_CONJUGATE = (
        "antibody-drug-conjugate",
        "an antibody that carries a chemotherapy drug",
    )
    KINASE_INHIBITOR = "kinase-inhibitor", "a drug that stops the signal of a kinase"


class Route(Vocabulary):
    """How a drug is given."""

    INFUSION = "infusion", "as an infusion; the source does not say into what"
    INTRAVENOUS = "intravenous", "into a vein"
    SUBCUTANEOUS = "subcutaneous", "under the skin"
    ORAL = "oral", "by mouth"


class DrugColumns(SQLModel):
    """The fields of a drug that lists are filtered and sorted by."""

    generic_name: str = SQLField(min_length=1, description="Nonproprietary name.")
    brand_names: list[Text] = SQLField([], sa_type=JSON, description="Brand names.")
    aliases: list[Text] = SQLField(
        [], sa_type=JSON, description="Other names that the sources use, misprints left out."
    )
    drug_class: DrugClass | None = SQLField(
        None, sa_type=DrugClass.column(), description="How it is made and works, or null."
    )
    target: str | None = SQLField(None, description="What it binds or blocks, or null.")
    route: list[Route] = SQLField([], sa_type=JSON, description="How it is given.")


class DrugFields(DrugColumns):
    """The own fields of a drug."""

    mechanism: Text | None = Field(None, description="How it works, in our own words, or null.")
    payload: Text | None = Field(None, description="What a conjugate carries, or null.")
    combined_with: list[Text] = Field(
        [], description="Drugs or kinds of drug it may be given with."
    )


class DrugSeed(DrugFields, RecordSeed):
    """A drug in `seed/drugs.yaml`."""

    LABEL: ClassVar[str] = "generic_name"


class DrugRow(DrugColumns, KindRow, table=True):
    """The filters of drugs."""

    __tablename__ = "drug"


class Drug(Cited, DrugFields, Identified):
    """One medicine against HER2-positive breast cancer."""


class DrugDetail(BaseModel):
    """What a drug belongs to."""

    treatments: list[Ref] = Field(description="Treatments and classes that it belongs to.")


def detail(drug: Loaded, records: list[Loaded]) -> DrugDetail:
    """The treatments that name a drug."""
    return DrugDetail(
        treatments=[r.ref for r in records if drug.seed.id in getattr(r.seed, "drugs", [])]
    )


DRUGS = Resource(
    kind="drugs",
    singular="drug",
    plural="drugs",
    about="Medicines against HER2-positive breast cancer: names, class, mechanism, how they are "
    "given. The articles name no serious side effect of any: see the notes of topic `drugs`.",
    seed=DrugSeed,
    row=DrugRow,
    answer=Drug,
    detail=detail,
    detail_model=DrugDetail,
)
