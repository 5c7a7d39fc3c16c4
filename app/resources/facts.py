"""Facts: atomic statements that no other collection holds."""

from typing import Literal

from pydantic import Field

from app.model.field import Described, Strict
from app.model.json_text import Figure
from app.model.record import KIND, Cited, Identified, RecordSeed
from app.model.resource import KindRow, Resource
from app.model.value import Text
from app.model.vocabulary import Vocabulary
from app.resources.vocabularies import Comparator


class FactCategory(Vocabulary):
    """What a fact is about."""

    DEFINITION = "definition", "what a word or thing is"
    BIOLOGY = "biology", "how genes, cells and the cancer behave"
    CAUSE = "cause", "why the cancer starts, and risk in general"
    DIAGNOSIS = "diagnosis", "how it is found and what results tell"
    TREATMENT = "treatment", "how it is treated and how treatment is chosen"
    SIDE_EFFECT = "side-effect", "side effects of treatment"
    COMPLICATION = "complication", "what the disease can lead to"
    PREVENTION = "prevention", "what a source says on lowering risk and finding cancer early"
    SELF_CARE = "self-care", "what a source says on taking care of oneself", "Self-care"
    URGENT_CARE = "urgent-care", "what a source names as examples of a need for emergency care"
    QUESTION = "question", "a question that a source proposes to ask a provider"
    SUPPORT = "support", "feelings, coping and support"
    RECURRENCE = "recurrence", "the cancer coming back"
    PROGNOSIS = "prognosis", "outlook, survival and cure"
    RESEARCH = "research", "what is studied and what is not known"


class Quantity(Strict):
    """The number in a statement."""

    value: Figure = Field(description="The number.")
    unit: Text = Field(description="Unit: what the number counts.")
    comparator: Comparator = Field(description="How to read the number.")


class FactFilters(Described):
    """Columns by which the list of facts can be filtered."""

    category: FactCategory = FactCategory.field("What it is about.", editorial=True)


class FactFields(FactFilters):
    """Fields of a fact."""

    statement: Text = Field(description="One statement, in our own words.")
    quantity: Quantity | None = Field(None, description="The number in the statement.")


class FactSeed(FactFields, RecordSeed):
    """A fact in `seed/facts.yaml`."""


class Fact(Cited, FactFields, Identified):
    """One atomic statement."""

    kind: Literal["facts"] = KIND


class FactRow(FactFilters, KindRow, table=True):
    """The row of a fact in its typed table."""


FACTS = Resource(
    kind="facts",
    singular="fact",
    plural="facts",
    label="statement",
    about="Atomic statements in our own words: definitions, biology, causes, outlook, care.",
    seed=FactSeed,
    model=Fact,
    row=FactRow,
    columns=("name", "category", "sources"),
    stated=("statement", "quantity"),
    schema_org=lambda fact: {"@type": "Claim", "text": fact["statement"]},
)
