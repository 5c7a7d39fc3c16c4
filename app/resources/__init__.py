"""The collections of the API, in the order of the documentation and of loading."""

from typing import TYPE_CHECKING

from app.model.field import NAMES_COLLECTION, NAMES_COMPARED_FIELD
from app.model.labels import make_label
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.resources.approvals import APPROVALS
from app.resources.comparisons import COMPARISONS
from app.resources.drugs import DRUGS
from app.resources.facts import FACTS
from app.resources.products import PRODUCTS
from app.resources.risk_factors import RISK_FACTORS
from app.resources.sources import SOURCES
from app.resources.stages import STAGES
from app.resources.statistics import STATISTICS
from app.resources.subtypes import SUBTYPES
from app.resources.survival import SURVIVAL
from app.resources.symptoms import SYMPTOMS
from app.resources.terms import TERMS
from app.resources.tests import TESTS
from app.resources.topics import TOPICS
from app.resources.treatments import TREATMENTS
from app.resources.trials import TRIALS
from app.resources.warnings import WARNINGS

RESOURCES: tuple[Resource, ...] = (
    TOPICS,
    FACTS,
    RISK_FACTORS,
    SYMPTOMS,
    TESTS,
    STAGES,
    SUBTYPES,
    TREATMENTS,
    DRUGS,
    APPROVALS,
    PRODUCTS,
    TRIALS,
    WARNINGS,
    SURVIVAL,
    STATISTICS,
    COMPARISONS,
    TERMS,
    SOURCES,
)


def describe_compared(name: str) -> str:
    """What a field says in which figures can differ; its name is the same in all collections."""
    compared = (r.seed.model_fields[name] for r in RESOURCES if name in r.comparable)
    return next(compared).description or ""


if TYPE_CHECKING:
    Kind = Vocabulary
    ComparedField = Vocabulary
else:
    Kind = Vocabulary(
        "Kind",
        [(r.kind.upper().replace("-", "_"), (r.kind, r.about)) for r in RESOURCES],
        module=__name__,
    )
    Kind.__doc__ = "A collection of records."
    ComparedField = Vocabulary(
        "ComparedField",
        [
            (name.upper(), (name, describe_compared(name), make_label(name)))
            for name in sorted({name for r in RESOURCES for name in r.comparable})
        ],
        module=__name__,
    )
    ComparedField.__doc__ = "A field in which two figures can differ: they are not one series then."

# The words of a field that holds names.
NAMED = {NAMES_COLLECTION.things: Kind, NAMES_COMPARED_FIELD.things: ComparedField}
