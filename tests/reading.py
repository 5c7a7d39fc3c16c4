"""Reads the OpenAPI document as a client does: fields, words, and whether an answer is as it says.

The reference for order: words by their place in the vocabulary, text without regard to case.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator

from .conftest import Api

Json = dict[str, Any]
# Filters of every list that are no field of a record, each with what it is compared with.
EVIDENCE: dict[str, Callable[[Json], list[str]]] = {
    "source": lambda item: [c["source"]["id"] for c in every_citation(item)],
    "has_note": lambda item: [note["kind"] for note in item["notes"]],
    "seen": lambda item: [citation["seen"] for citation in item["citations"]],
    "standing": lambda item: [c["source"]["standing"] for c in item["citations"]],
}


def every_citation(item: Json) -> list[Json]:
    """The citations of a record and of its notes."""
    return [*item["citations"], *(c for note in item["notes"] for c in note["citations"])]


def values_of(item: Json, name: str) -> list[Any]:
    """What a record has for a filter or facet: the values of a field, a link by its id."""
    if name in EVIDENCE and name not in item:
        return EVIDENCE[name](item)
    value = item[name]
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [part["id"] if isinstance(part, dict) else part for part in listed]


def parameters(openapi: Json, path: str) -> dict[str, Json]:
    """The parameters of an operation by name."""
    return {p["name"]: p for p in openapi["paths"][path]["get"].get("parameters", [])}


def choices(openapi: Json, path: str, name: str) -> list[str]:
    """The closed list of names that a parameter takes."""
    return list(parameters(openapi, path)[name]["schema"]["items"]["enum"])


def resolve(openapi: Json, schema: Json) -> Json:
    """The part of the document that a reference leads to, or the part itself."""
    if "$ref" not in schema:
        return schema
    kind, name = schema["$ref"].split("/")[-2:]
    return openapi["components"][kind][name]


def properties(openapi: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield each field of each schema: name of the schema, of the field, and its schema."""
    for name, schema in openapi["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            yield name, field, described


def item_properties(openapi: Json, path: str) -> Json:
    """The fields of a record as its list answers it."""
    content = openapi["paths"][path]["get"]["responses"]["200"]["content"]
    page = resolve(openapi, content["application/json"]["schema"])
    return dict(resolve(openapi, page["properties"]["items"]["items"])["properties"])


class Reader:
    """Compares answers with the schemas of a document."""

    def __init__(self, openapi: Json) -> None:
        self.openapi = openapi
        self.validators: dict[str, Draft202012Validator] = {}

    def validator(self, schema: Json) -> Draft202012Validator:
        """The validator of a schema of the document, made once."""
        key = json.dumps(schema)
        if key not in self.validators:
            whole = schema | {"components": self.openapi["components"]}
            self.validators[key] = Draft202012Validator(whole, validate_formats=True)
        return self.validators[key]

    def check(self, path: str, answer: httpx.Response) -> None:
        """Fail unless an answer is one that the document describes for the path."""
        response = self.openapi["paths"][path]["get"]["responses"][str(answer.status_code)]
        media_type = answer.headers["content-type"].partition(";")[0]
        schema = response["content"][media_type]["schema"]
        value = answer.json() if media_type.endswith(("/json", "+json")) else answer.text
        errors = [
            f"{e.instance_path}: {e.message}" for e in self.validator(schema).iter_errors(value)
        ]
        assert errors == [], (answer.request.url, errors[:3])


def reading_order(api: Api, field: Json) -> Callable[[Any], Any]:
    """What the values of a field are sorted by."""
    if name := field.get("x-vocabulary"):
        words = api.get(f"/v1/vocabularies/{name}").json()["words"]
        return [word["value"] for word in words].index
    return lambda value: (value.casefold(), value) if isinstance(value, str) else value
