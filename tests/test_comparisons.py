"""Comparisons: answers side by side, and the rules that keep them honest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, RISK_FACTOR, Api, list_faults

Write = Callable[..., Path]
FIGURE = {
    "id": "one-year",
    "name": "One year",
    "topic": "tea-topic",
    "applies_to": "breast-cancer",
    "value_percent": 90,
    "comparator": "about",
    "years": 1,
    "measure": "relative",
    "stage_system": "seer-summary",
    "stage": "distant",
    "hr_status": "any",
    "her2_status": "any",
    "data_provider": "not-stated",
    "citations": [
        CITATION
        | {
            "supports": [
                "value_percent", "comparator", "years", "measure", "stage_system", "stage",
                "hr_status", "her2_status", "applies_to",
            ]
        }
    ],
}  # fmt: skip
COMPARISON = {
    "id": "how-long",
    "question": "How long?",
    "topic": "tea-topic",
    "applies_to": "breast-cancer",
    "answers": ["one-year", "two-years"],
    "agree": False,
    "why_they_differ": "One counts one year, the other two.",
    "citations": [CITATION | {"supports": ["why_they_differ", "applies_to"]}],
}

APPLIES = CITATION | {"supports": ["applies_to"]}


def faults(seed: Path) -> list[str]:
    return list_faults(read_seed(seed))


def figures(tiny_seed: Write, comparison: dict[str, Any], **other: Any) -> list[str]:
    two = FIGURE | {"id": "two-years", "years": 2} | other
    return faults(tiny_seed(survival=[FIGURE, two], comparisons=[COMPARISON | comparison]))


def test_a_sound_comparison_has_no_fault(tiny_seed: Write) -> None:
    assert figures(tiny_seed, {}) == []


@pytest.mark.parametrize(
    ("comparison", "other", "message"),
    [
        (
            {"why_they_differ": None, "agree": True, "citations": [APPLIES]},
            {"measure": "overall"},
            "why_they_differ: is required: the answers differ in measure, years",
        ),
        (
            {"why_they_differ": None, "citations": [APPLIES]},
            {},
            "why_they_differ: is required where the answers do not agree",
        ),
        ({"answers": ["one-year", "ten-years"]}, {}, None),
        ({"answers": ["one-year"]}, {}, None),
    ],
)
def test_answers_that_measure_different_things_must_say_so(
    tiny_seed: Write, comparison: dict[str, Any], other: dict[str, Any], message: str | None
) -> None:
    found = figures(tiny_seed, comparison, **other)
    if message:
        assert found == [f"seed/comparisons.yaml: how-long: {message}"]
    else:
        assert len(found) == 1
        assert found[0].startswith("seed/comparisons.yaml: how-long: answers")


def diagnosed(start: int | None, end: int | None) -> dict[str, Any]:
    """A figure's years of diagnosis, with a citation that supports them."""
    years = {"diagnosed_from": start, "diagnosed_to": end}
    cited = FIGURE["citations"][0]  # type: ignore[index]
    return years | {"citations": [cited | {"supports": [*cited["supports"], *years]}]}


@pytest.mark.parametrize("years", [(2010, 2010), (2010, None), (None, 2010), (2010, 2016)])
def test_years_of_diagnosis_may_be_open(
    tiny_seed: Write, years: tuple[int | None, int | None]
) -> None:
    assert faults(tiny_seed(survival=[FIGURE | diagnosed(*years)])) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (diagnosed(2011, 2010), "diagnosed_from: should not be after diagnosed_to"),
        (
            {"value_percent": 101},
            "value_percent: should be at most 100, got 101",
        ),
        (
            {"stage": "metastatic"},
            "stage: should be one of localized, regional, distant, unstaged, all, not-stated "
            "in seer-summary, got metastatic",
        ),
    ],
)
def test_a_figure_is_typed_so_that_it_can_not_be_misread(
    tiny_seed: Write, change: dict[str, Any], message: str
) -> None:
    seed = tiny_seed(survival=[FIGURE | change])
    assert faults(seed) == [f"seed/survival.yaml: one-year: {message}"]


def test_one_secondary_page_is_not_enough(tiny_seed: Write) -> None:
    page = {"passage": None, "section": "Text", "seen": "secondary"}
    one = CITATION | page | {"seen_url": "https://one.example/", "supports": ["name", "effect"]}
    two = one | {"seen_url": "https://two.example/"}
    rest = CITATION | {"supports": ["applies_to"]}
    alone = tiny_seed(risk_factors=[RISK_FACTOR | {"citations": [one, rest]}])
    message = "rests on one secondary page; two should agree"
    assert faults(alone) == [
        f"seed/risk-factors.yaml: tea: {field}: {message}" for field in ("effect", "name")
    ]
    both = tiny_seed(risk_factors=[RISK_FACTOR | {"citations": [one, two, rest]}])
    assert faults(both) == []


def test_every_answer_stands_beside_its_sources(api: Api) -> None:
    for item in api.items("/v1/comparisons"):
        assert len(item["answers"]) >= 2
        for answer in item["answers"]:
            record = api.get(answer["record"]["url"]).json()
            assert item["id"] in [comparison["id"] for comparison in record["comparisons"]]
            assert answer["states"]
            for stated in answer["states"]:
                assert stated["value"] == value_at(record, stated["field"])
            fields = {stated["field"].partition(".")[0] for stated in answer["states"]}
            cited = [c["source"] for c in record["citations"] if fields & {*c["supports"]}]
            names = dict.fromkeys((source["id"], source["publisher"]) for source in cited)
            assert [(s["id"], s["publisher"]) for s in answer["sources"]] == list(names) != []


def value_at(record: dict[str, Any], field: str) -> Any:
    """The value of a field, or of a part of it: `quantity.value`."""
    name, _, part = field.partition(".")
    return record[name][part] if part else record[name]


def test_where_answers_differ_it_is_said_why(api: Api) -> None:
    items = api.items("/v1/comparisons?agree=false")
    assert items
    assert all(item["why_they_differ"] for item in items)


def test_what_surrounds_the_answers_is_read_in_one_look(api: Api) -> None:
    # Each figure brings its own fields and sources; the rest does not grow with their number.
    for link in api.items("/v1/comparisons?fields=id,url"):
        content = api.get(link["url"]).content
        answers = json.dumps(json.loads(content)["answers"], ensure_ascii=False)
        assert len(content) - len(answers.encode()) < 15_000, link["id"]


def test_a_comparison_of_drugs_is_short(api: Api) -> None:
    items = api.items("/v1/comparisons?answer_kinds=drugs")
    assert items
    assert [item["id"] for item in items if len(api.get(item["url"]).content) >= 15_000] == []
