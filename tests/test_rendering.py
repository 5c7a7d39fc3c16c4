"""What the build works out for a record's answer: its age and its revision."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed
from app.curation.render import render
from app.store.tables import RecordRow

from .conftest import RISK_FACTOR
from .test_comparisons import FIGURE

Write = Callable[..., Path]


def answer(seed: Path, name: str) -> dict[str, Any]:
    """The stored answer of a record."""
    _, rows = render(read_seed(seed))
    (stored,) = [row.json_text for row in rows if isinstance(row, RecordRow) and row.id == name]
    return dict(json.loads(stored))


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        ("2025-12-31", False),
        ("2024-01-01", False),  # 24 months to the day
        ("2023-12-31", True),
        ("2023", True),
        ("2024", False),  # perhaps its last day
        ("2021-01-01", True),
        (None, None),
    ],
)
def test_a_figure_is_stale_when_it_is_older_than_24_months_at_the_release(
    tiny_seed: Write, as_of: str | None, stale: bool | None
) -> None:
    cited = [FIGURE["citations"][0] | {"as_of": as_of}]  # type: ignore[index]
    seed = tiny_seed(survival=[FIGURE | {"citations": cited}])
    assert answer(seed, "one-year")["stale"] is stale


def test_records_of_other_kinds_are_never_stale(tiny_seed: Write) -> None:
    cited = [RISK_FACTOR["citations"][0] | {"as_of": "1990"}]  # type: ignore[index]
    tea = answer(tiny_seed(risk_factors=[RISK_FACTOR | {"citations": cited}]), "tea")
    assert (tea["as_of"], tea["stale"]) == ("1990", None)


def test_the_revision_of_a_record_changes_with_any_letter(tiny_seed: Write) -> None:
    first = answer(tiny_seed(), "tea")["revision"]
    assert re.fullmatch("r[0-9a-f]{12}", first)
    assert answer(tiny_seed(), "tea")["revision"] == first
    renamed = tiny_seed(risk_factors=[RISK_FACTOR | {"name": "Drinking teas"}])
    assert answer(renamed, "tea")["revision"] != first
