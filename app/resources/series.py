"""Series of figures: which figures count the same, so that one chart may show them together."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field

from app.model.field import Described
from app.model.record import RecordSeed
from app.model.resource import Graph, Loaded


class InSeries(Described):
    """The column that tells which figures may be drawn together."""

    series: str = Field(
        description="Its series. Figures of one series come from one edition of one source and "
        "differ only in stage, receptor status and value: they may be drawn together. Figures of "
        "two series never may. A release may name a series anew."
    )


def find_main_source(record: RecordSeed) -> str:
    """The source whose citations support most fields of a record, in whichever order they stand."""
    supported: dict[str, set[str]] = {}
    for citation in record.citations:
        supported.setdefault(citation.source, set()).update(citation.supports)
    return min(supported, key=lambda source: (-len(supported[source]), source))


def name_series(record: RecordSeed, shown: Sequence[str], others: Sequence[str]) -> str:
    """The series of a figure: its source, the terms to show, and a digest of all its terms."""
    source = find_main_source(record)
    values = [getattr(record, name) for name in (*shown, *others)]
    digest = hashlib.sha256(json.dumps([source, *values]).encode()).hexdigest()
    return "-".join([source, *map(str, values[: len(shown)]), digest[:6]])


def join_series(
    shown: Sequence[str], others: Sequence[str]
) -> Callable[[Loaded, Graph], dict[str, Any]]:
    """A function that joins to a figure its series, by the terms that are equal in a series."""
    return lambda figure, _graph: {"series": name_series(figure.seed, shown, others)}
