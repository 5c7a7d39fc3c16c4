"""Series of figures: which figures count the same, so that one chart may show them together."""

import hashlib
import json
from collections.abc import Iterable

from pydantic import Field

from app.model.field import Described
from app.model.record import RecordSeed


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


def name_series(record: RecordSeed, label: str, terms: Iterable[str]) -> str:
    """The identifier of a figure's series: source, label, and a digest of all its terms."""
    source = find_main_source(record)
    values = [source, *(getattr(record, name) for name in terms)]
    digest = hashlib.sha256(json.dumps(values).encode()).hexdigest()
    return f"{source}-{label}-{digest[:6]}"
