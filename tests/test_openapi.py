"""The committed contract is the one that is served, and a change of it is noticed and judged."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from app.serving.docs.openapi import without_examples
from app.settings import PROJECT

from .compatibility import changes

COMMITTED: dict[str, Any] = json.loads((PROJECT / "openapi.json").read_text("utf-8"))


def test_the_committed_contract_is_the_one_that_is_served(openapi: dict[str, Any]) -> None:
    at_default = json.dumps(openapi).replace("http://test", "http://127.0.0.1:8000")
    served = without_examples(json.loads(at_default))
    found = "\n".join(changes(COMMITTED, served))
    assert served == COMMITTED, f"openapi.json changed; `make openapi` renews it:\n{found}"


def test_an_equal_document_has_no_changes() -> None:
    assert changes(COMMITTED, copy.deepcopy(COMMITTED)) == []


def gone_path(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/drugs"]


def new_path(document: dict[str, Any]) -> None:
    document["paths"]["/v1/new"] = document["paths"]["/v1/drugs"]


def sort_parameter(document: dict[str, Any]) -> dict[str, Any]:
    parameters = document["paths"]["/v1/drugs"]["get"]["parameters"]
    return next(parameter for parameter in parameters if parameter["name"] == "sort")


def gone_word(document: dict[str, Any]) -> None:
    sort_parameter(document)["schema"]["items"]["enum"].remove("-name")


def new_word(document: dict[str, Any]) -> None:
    sort_parameter(document)["schema"]["items"]["enum"].append("weight")


def required_parameter(document: dict[str, Any]) -> None:
    sort_parameter(document)["required"] = True


def gone_parameter(document: dict[str, Any]) -> None:
    document["paths"]["/v1/drugs"]["get"]["parameters"].remove(sort_parameter(document))


def new_parameter(document: dict[str, Any]) -> None:
    added = {"name": "colour", "in": "query", "schema": {"type": "string"}}
    document["paths"]["/v1/drugs"]["get"]["parameters"].append(added)


def gone_field(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Drug"]["properties"]["target"]


def optional_field(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Drug"]["required"].remove("generic_name")


def new_field(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Drug"]["properties"]["colour"] = {"type": "string"}


def other_type(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Drug"]["properties"]["generic_name"]["type"] = "integer"


def new_word_in_answers(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Route"]["enum"].append("inhaled")


def gone_media_type(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/drugs"]["get"]["responses"]["200"]["content"]["text/csv"]


def other_description(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Drug"]["description"] = "A drug."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (gone_path, "breaking: get /v1/drugs is gone"),
        (new_path, "compatible: get /v1/new is new"),
        (gone_word, "breaking: get /v1/drugs: parameter sort has no '-name' any more"),
        (new_word, "compatible: get /v1/drugs: parameter sort has the new word 'weight'"),
        (required_parameter, "breaking: get /v1/drugs: parameter sort is now required"),
        (gone_parameter, "breaking: get /v1/drugs: parameter sort is gone"),
        (new_parameter, "compatible: get /v1/drugs: parameter colour is new"),
        (gone_field, "breaking: Drug.target is gone"),
        (optional_field, "breaking: Drug.generic_name may be missing"),
        (new_field, "compatible: Drug.colour is new"),
        (other_type, "breaking: Drug.generic_name changed from"),
        (new_word_in_answers, "breaking: Route has the new word 'inhaled'"),
        (gone_media_type, "breaking: get /v1/drugs: 200 text/csv is gone"),
        (other_description, "compatible: only words that people read"),
    ],
)
def test_a_change_is_judged(change: Callable[[dict[str, Any]], None], message: str) -> None:
    changed = copy.deepcopy(COMMITTED)
    change(changed)
    (found,) = changes(COMMITTED, changed)
    assert found.startswith(message)
