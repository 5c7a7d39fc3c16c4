"""The collections of the API, in the order of the documentation and of loading."""

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    Kind = Vocabulary
else:
    Kind = Vocabulary(
        "Kind",
        [(r.kind.upper().replace("-", "_"), (r.kind, r.about)) for r in RESOURCES],
        module=__name__,
    )
    Kind.__doc__ = "A collection of records."
