"""Rules of the subject: what must hold among the fields of a test, a subtype, a treatment, a stage."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.curation.reader import read_seed

from .conftest import CITATION, Api, list_faults

Write = Callable[..., Path]
COMMON = {"topic": "tea-topic", "applies_to": "breast-cancer", "description": "Tea."}


def cited(record: dict[str, Any], *supports: str) -> dict[str, Any]:
    fields = ["name", "description", "applies_to", *supports]
    return COMMON | record | {"citations": [CITATION | {"supports": fields}]}


def faults(seed: Path) -> list[str]:
    return list_faults(read_seed(seed))


@pytest.mark.parametrize(
    ("timing", "supports", "message"),
    [
        (["early"], ["timing"], None),
        (["not-stated"], [], None),
        ([], [], "timing: is required; not-stated where the sources name no time"),
        (["not-stated", "early"], ["timing"], "timing: not-stated should stand alone"),
        (["early"], [], "timing: no citation supports it"),
    ],
)
def test_a_treatment_says_when_it_is_used_or_that_no_source_does(
    tiny_seed: Write, timing: list[str], supports: list[str], message: str | None
) -> None:
    record = {"id": "tea-cure", "name": "Tea", "modality": "supportive", "timing": timing}
    found = faults(tiny_seed(treatments=[cited(record, *supports)]))
    assert found == ([f"seed/treatments.yaml: tea-cure: {message}"] if message else [])


@pytest.mark.parametrize(
    ("er", "pr", "hr", "sound"),
    [
        ("positive", "negative", "positive", True),
        ("not-stated", "positive", "not-stated", False),
        ("positive", "not-stated", "negative", False),
        ("not-stated", "not-stated", "negative", True),
    ],
)
def test_a_subtype_with_one_hormone_receptor_is_hr_positive(
    tiny_seed: Write, er: str, pr: str, hr: str, sound: bool
) -> None:
    record = {"id": "tea-type", "name": "Tea", "er": er, "pr": pr, "hr": hr, "her2": "positive"}
    found = faults(tiny_seed(subtypes=[cited(record, "er", "pr", "hr", "her2")]))
    message = "seed/subtypes.yaml: tea-type: hr: should be positive, as er or pr is"
    assert found == ([] if sound else [message])


@pytest.mark.parametrize(
    ("purpose", "disease", "sound"),
    [
        ("her2-status", "breast-cancer", True),
        ("her2-status", "her2-positive", False),
        ("imaging", "her2-positive", True),
    ],
)
def test_a_test_that_finds_the_status_is_not_of_one_status(
    tiny_seed: Write, purpose: str, disease: str, sound: bool
) -> None:
    record = {"id": "tea-test", "name": "Tea", "purpose": purpose, "applies_to": disease}
    found = faults(tiny_seed(tests=[cited(record, "purpose")]))
    message = "applies_to: should not be HER2-positive: the test finds the status"
    assert found == ([] if sound else [f"seed/tests.yaml: tea-test: {message}"])


def test_stages_are_read_in_the_order_of_their_system(api: Api) -> None:
    stages = api.items("/v1/stages?sort=position")
    for system in {stage["system"] for stage in stages}:
        places = [stage["place"] for stage in stages if stage["system"] == system]
        assert places == sorted(places), system


def test_stages_with_figures_of_one_kind_have_one_place(api: Api) -> None:
    places: dict[tuple[str, str], set[int]] = {}
    for stage in api.items("/v1/stages"):
        if stage["survival_stage"]:
            key = stage["system"], stage["survival_stage"]
            places.setdefault(key, set()).add(stage["place"])
    assert places
    assert all(len(found) == 1 for found in places.values()), places


CLASSES = {
    "monoclonal-antibody": "monoclonal-antibodies",
    "antibody-drug-conjugate": "antibody-drug-conjugates",
    "kinase-inhibitor": "kinase-inhibitors",
}


@pytest.mark.parametrize(("drug_class", "treatment"), CLASSES.items())
def test_a_class_of_drugs_lists_all_its_drugs_against_her2(
    api: Api, drug_class: str, treatment: str
) -> None:
    drugs = api.items(f"/v1/drugs?drug_class={drug_class}")
    of_class = {drug["id"] for drug in drugs if "HER2" in (drug["target"] or "")}
    assert of_class
    assert {*api.get(f"/v1/treatments/{treatment}").json()["drugs"]} == of_class
    assert {*api.get("/v1/treatments/targeted-therapy").json()["drugs"]} >= of_class
