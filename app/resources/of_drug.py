"""What approvals, products and warnings share: the drug that they are of."""

from typing import Any

from pydantic import Field
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.model.field import Described
from app.model.record import Link
from app.model.value import DrugId
from app.resources.vocabularies import Agency

# Where the word of an agency counts.
REGIONS = {Agency.FDA: "United States", Agency.EMA: "European Union"}


class OfDrug(SQLModel):
    """The drug, as a seed file and a typed table name it."""

    model_config = {"defer_build": True}

    drug: DrugId = Column(description="The drug.", foreign_key="record.id")


class LinkedDrug(Described):
    """The drug, as an answer shows it."""

    drug: Link = Field(description="The drug.")


def describe_drug(link: dict[str, Any]) -> dict[str, Any]:
    """A link to a drug in the terms of schema.org."""
    return {"@type": "Drug", "name": link["name"], "url": link["url"]}
