"""The collections of the API, in the order of the documentation and of loading."""

from app.records import Resource
from app.resources.drugs import DRUGS
from app.resources.risk_factors import RISK_FACTORS
from app.resources.sources import SOURCES
from app.resources.statistics import STATISTICS
from app.resources.survival import SURVIVAL
from app.resources.topics import TOPICS

RESOURCES: tuple[Resource, ...] = (TOPICS, RISK_FACTORS, DRUGS, SURVIVAL, STATISTICS, SOURCES)
