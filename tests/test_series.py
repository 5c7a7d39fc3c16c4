"""Figures: which may be drawn together, their intervals, and no false precision."""

import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.curation.reader import read_seed
from app.model.citation import Citation
from app.model.record import Cited
from app.model.resource import Graph, Loaded
from app.resources.survival import SURVIVAL, SurvivalSeed
from app.settings import PROJECT

from .conftest import Api, list_faults
from .test_comparisons import FIGURE

Write = Callable[..., Path]
KINDS = ("survival", "statistics")
# What says which record it is, and where it comes from.
RECORD = {"id", "url", "name", "applies_to", "topic", "citations", "notes", "as_of", "stale"}
RECORD |= {"comparisons", "revision"}
# All that may differ in a series.
GROUP = ("stage", "hr_status", "her2_status")
VALUE = {"value_percent", "ci_low", "ci_high", "low", "high", "comparator"}


def by_series(api: Api, kind: str) -> dict[str, list[dict[str, Any]]]:
    """The figures of each series."""
    series = defaultdict(list)
    for figure in api.items(f"/v1/{kind}"):
        series[figure["series"]].append(figure)
    return series


@pytest.mark.parametrize("kind", KINDS)
def test_figures_of_a_series_differ_only_in_stage_receptors_and_value(api: Api, kind: str) -> None:
    several = {name: found for name, found in by_series(api, kind).items() if len(found) > 1}
    assert several
    for name, found in several.items():
        for field in found[0].keys() - RECORD - VALUE - {*GROUP}:
            values = {json.dumps(figure[field]) for figure in found}
            assert len(values) == 1, f"{name} mixes {field}: {values}"
        cited = [{c["source"]["id"] for c in figure["citations"]} for figure in found]
        assert set.intersection(*cited), f"{name} has no source in common"
        groups = {tuple(figure[part] for part in GROUP) for figure in found}
        assert len(groups) == len(found), f"{name} has two figures of one group"


@pytest.mark.parametrize("kind", KINDS)
def test_figures_with_equal_terms_of_one_source_are_one_series(api: Api, kind: str) -> None:
    terms: dict[str, set[str]] = defaultdict(set)
    for name, found in by_series(api, kind).items():
        for figure in found:
            same = figure.keys() - RECORD - VALUE - {*GROUP, "series"}
            sources = sorted({c["source"]["id"] for c in figure["citations"]})
            terms[json.dumps([sources, {part: figure[part] for part in same}])].add(name)
    assert {len(names) for names in terms.values()} == {1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_can_be_filtered_and_counted_by_series(api: Api, kind: str) -> None:
    for name, found in by_series(api, kind).items():
        listed = api.get(f"/v1/{kind}?series={name}&fields=id").json()["items"]
        assert [item["id"] for item in listed] == [figure["id"] for figure in found]
    counted = api.get(f"/v1/{kind}?facets=series&limit=1").json()["facets"]["series"]
    assert {entry["value"]: entry["count"] for entry in counted} == {
        name: len(found) for name, found in by_series(api, kind).items()
    }


def make_series(**changes: Any) -> str:
    """The series of a figure of the tiny seed with other terms."""
    supports = ["population", "diagnosed_from", "diagnosed_to", "data_provider"]
    cited = [c | {"supports": [*c["supports"], *supports]} for c in FIGURE["citations"]]
    record = SurvivalSeed.model_validate(FIGURE | {"citations": cited} | changes)
    assert SURVIVAL.joined
    joined = SURVIVAL.joined(Loaded(SURVIVAL, record, 0), Graph({}, Citation, Cited))
    return str(joined["series"])


@pytest.mark.parametrize(
    "change",
    [
        {"years": 2},
        {"measure": "overall"},
        {"population": "men"},
        {"diagnosed_from": 2010},
        {"diagnosed_to": 2016},
        {"data_provider": "seer"},
        {"stage_system": "anatomic", "stage": "stage-iv"},
        {"citations": [c | {"source": "other-paper"} for c in FIGURE["citations"]]},
    ],
)
def test_a_figure_that_counts_something_else_is_of_another_series(change: dict[str, Any]) -> None:
    assert make_series(**change) != make_series()


def test_stage_receptors_and_value_leave_a_figure_in_its_series() -> None:
    change = {"stage": "regional", "her2_status": "positive", "value_percent": 12}
    assert make_series(**change) == make_series()


def test_a_second_citation_leaves_a_figure_in_its_series() -> None:
    first = FIGURE["citations"][0]
    second = first | {"source": "a-copy", "supports": ["value_percent"]}
    orders = [[first, second], [second, first]]
    assert {make_series(citations=cited) for cited in orders} == {make_series(citations=[first])}


@pytest.mark.parametrize("kind", KINDS)
def test_no_share_or_rate_claims_more_than_two_decimals(kind: str) -> None:
    # As text: the digits after the point are those in the file.
    records = yaml.load((PROJECT / "seed" / f"{kind}.yaml").read_text("utf-8"), yaml.BaseLoader)
    for record in records:
        for field in VALUE - {"comparator"}:
            exponent = Decimal(record.get(field, "0")).as_tuple().exponent
            assert isinstance(exponent, int)
            assert exponent >= -2, (record["id"], field)


@pytest.mark.parametrize(
    ("interval", "message"),
    [
        ({"ci_low": 89}, "ci_low: is required with ci_high, or neither"),
        ({"ci_high": 91}, "ci_low: is required with ci_high, or neither"),
        (
            {"ci_low": 91, "ci_high": 92},
            "ci_low: should make an interval with ci_high that has value_percent",
        ),
        ({"ci_low": 89, "ci_high": 91}, None),
        ({"ci_low": 90, "ci_high": 90}, None),
    ],
)
def test_an_interval_is_whole_and_has_the_figure(
    tiny_seed: Write, interval: dict[str, int], message: str | None
) -> None:
    cited = [c | {"supports": [*c["supports"], *interval]} for c in FIGURE["citations"]]
    found = list_faults(read_seed(tiny_seed(survival=[FIGURE | interval | {"citations": cited}])))
    assert found == ([f"seed/survival.yaml: one-year: {message}"] if message else [])


def test_two_pages_that_print_other_values_are_two_figures_with_a_note(api: Api) -> None:
    for source, value in (("seer", 90.3), ("nci", 90.2)):
        figure = api.get(
            f"/v1/survival/{source}-2013-2019-regional-hr-positive-her2-negative"
        ).json()
        assert float(figure["value_percent"]) == value
        assert "conflict" in [note["kind"] for note in figure["notes"]]
