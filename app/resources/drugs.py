"""Drugs: medicines against HER2-positive breast cancer."""

from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlmodel import JSON, SQLModel
from sqlmodel import Field as SQLField

from app.db import SessionDep
from app.errors import documented
from app.listing import ListQuery, Page, RecordId, RecordQuery, RecordSort, Sort, page, single
from app.records import Cited, Identified, KindRow, RecordSeed, Resource, Text, WithMeta
from app.vocabulary import Vocabulary

router = APIRouter(prefix="/drugs", tags=["drugs"])


class DrugClass(Vocabulary):
    """How a drug is made and works."""

    MONOCLONAL_ANTIBODY = "monoclonal-antibody", "an antibody made in the laboratory"
    ANTIBODY_DRUG_CONJUGATE = (
        "antibody-drug-conjugate",
        "an antibody that carries a chemotherapy drug",
    )
    KINASE_INHIBITOR = "kinase-inhibitor", "a small molecule that blocks a kinase's signal"


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


class DrugAnswer(WithMeta, Drug):
    """A drug with the state of the data."""


class DrugPage(Page[Drug]):
    """One page of drugs."""


class DrugQuery(ListQuery):
    """What the list of drugs can be asked."""

    generic_name: list[str] = Field([], description="Nonproprietary name, exactly.")
    brand_names: list[str] = Field([], description="A brand name, exactly.")
    aliases: list[str] = Field([], description="Another name, exactly.")
    drug_class: list[DrugClass] = Field([], description="How it is made and works.")
    target: list[str] = Field([], description="What it binds or blocks, exactly.")
    route: list[Route] = Field([], description="How it is given.")
    sort: Sort[
        Literal[RecordSort, "generic_name", "-generic_name", "drug_class", "-drug_class"]
    ] = []


DRUGS = Resource(
    kind="drugs",
    about="Medicines against HER2-positive breast cancer.",
    seed=DrugSeed,
    row=DrugRow,
    answer=Drug,
    router=router,
)


@router.get("", summary="List drugs", response_model=DrugPage, responses=documented(422))
async def list_drugs(
    request: Request, session: SessionDep, query: Annotated[DrugQuery, Query()]
) -> Response:
    """Medicines against HER2-positive breast cancer: names, class, mechanism, how they are given.

    The articles that these records rest on name no side effects: see the notes of the topic.
    """
    return page(request, session, DRUGS, query)


@router.get(
    "/{id}", summary="Get a drug", response_model=DrugAnswer, responses=documented(404, 422)
)
async def get_drug(
    request: Request, session: SessionDep, id: RecordId, query: Annotated[RecordQuery, Query()]
) -> Response:
    """One medicine, each value with the passage that says so."""
    return single(request, session, DRUGS, id)
