"""What the OpenAPI document says of shapes and names, for every schema, field and parameter."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel

from app.model.annotation import find_models
from app.model.in_place import Short
from app.resources import RESOURCES

from .conftest import Api
from .reading import Json, properties, resolve

KINDS = [resource.kind for resource in RESOURCES]
FILES = "/v1/export/{build}/{file}"
RESHAPING = {"format", "fields", "facets"}


def parts(schema: Json) -> Iterator[Json]:
    """Yield a schema, and what its values or their items may be."""
    yield schema
    for inner in (*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])):
        yield from parts(inner)


def is_file(content: Json) -> bool:
    """Whether an answer is bytes to keep: it is in no form of JSON, or in any that a file has."""
    return "application/json" not in content or "application/vnd.sqlite3" in content


def answer_schemas(openapi: Json) -> Iterator[tuple[str, Json]]:
    """Yield each path with the schema of its good JSON answer."""
    for path, item in openapi["paths"].items():
        content = item["get"]["responses"]["200"]["content"]
        if not is_file(content):
            yield path, resolve(openapi, content["application/json"]["schema"])


def in_place() -> set[str]:
    """The schemas of records in place, and of the objects in their lists."""
    relations = [relation for resource in RESOURCES for relation in resource.relations]
    records = {relation.placed for relation in relations}
    found = {*records, *(m for r in records for m in find_models_in(r) if issubclass(m, Short))}
    assert len(found) > len(records) > 0
    return {model.__name__ for model in found}


def find_models_in(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        yield from find_models(field.annotation)


def test_every_field_of_an_answer_is_always_there(openapi: Json) -> None:
    """But for records in place: a field that they leave out is never null."""
    short = in_place()
    for name, schema in openapi["components"]["schemas"].items():
        if name not in short and "properties" in schema:
            assert set(schema["required"]) == schema["properties"].keys(), name
    for name in short:
        schema = openapi["components"]["schemas"][name]
        assert set(schema["required"]) < schema["properties"].keys(), name
        for field, described in schema["properties"].items():
            assert {"type": "null"} not in parts(described), (name, field)


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_a_record_is_a_constant(openapi: Json, kind: str) -> None:
    schemas = dict(answer_schemas(openapi))
    page, single = schemas[f"/v1/{kind}"], schemas[f"/v1/{kind}/{{id}}"]
    item = resolve(openapi, page["properties"]["items"]["items"])
    assert item is not single
    for record in (item, single):
        assert record["properties"]["kind"]["const"] == kind


def test_other_kinds_are_words_of_the_vocabulary(openapi: Json) -> None:
    kinds = [schema for _, name, schema in properties(openapi) if name == "kind"]
    assert len(kinds) > 2 * len(KINDS)
    for schema in kinds:
        words = resolve(openapi, schema)
        assert words.get("const") in KINDS or words["x-vocabulary"].endswith("kind")


def test_schemas_have_names_that_people_would_give(openapi: Json) -> None:
    for name in openapi["components"]["schemas"]:
        assert re.fullmatch("([A-Z][a-z]+)+", name), name
        assert name != "Index"


def titles(openapi: Json) -> Iterator[str]:
    """Yield the title of each field and parameter; fail where there is none."""
    for schema, field, described in properties(openapi):
        assert "title" in described, (schema, field)
        yield described["title"]
    for item in openapi["paths"].values():
        for parameter in item["get"].get("parameters", []):
            yield parameter["schema"]["title"]


def texts(value: Any) -> Iterator[str]:
    """Yield every description in a document, with the meanings of words."""
    if isinstance(value, dict):
        yield from (
            text for key, text in value.items() if key == "description" and isinstance(text, str)
        )
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from texts(inner)


def test_titles_and_labels_are_written_as_people_write_them(api: Api, openapi: Json) -> None:
    """What the document's own texts write only in capitals has capitals in a title, too."""
    prose = " ".join(re.sub("`.*?`", "", text) for text in texts(openapi))
    words = {*re.findall(r"[\w-]+", prose)}
    capitals = {word for word in words if word.isupper()} - {
        word.upper() for word in words if not word.isupper()
    }
    assert {"HER2", "SEER", "DOI", "JSON"} <= capitals
    vocabularies = api.get("/v1/vocabularies").json()["items"]
    labels = [word["label"] for vocabulary in vocabularies for word in vocabulary["words"]]
    for title in (*titles(openapi), *labels):
        assert title[0].isupper() or title[0].isdigit(), title
        for word in re.findall(r"[\w-]+", title):
            assert word.isupper() or word.upper() not in capitals, title
        assert not re.search(r"\b(Hr|Er|Pr|Id|Url|Her2|Doi|Nct|Sha)\b", title), title


def test_every_field_of_closed_words_names_its_vocabulary(openapi: Json) -> None:
    named = 0
    for schema, field, described in properties(openapi):
        held = {resolve(openapi, part).get("x-vocabulary") for part in parts(described)} - {None}
        assert len(held) <= 1, (schema, field)
        assert described.get("x-vocabulary") in (held or {None}), (schema, field)
        named += len(held)
    assert named > 100


def is_closed(openapi: Json, schema: Json) -> bool:
    """Whether a schema lists the values that it allows, by words or by the start of a name."""
    known = resolve(openapi, schema)
    return bool({"const", "enum"} & known.keys()) or known.get("pattern", "").startswith("^(")


@pytest.mark.parametrize(
    "name", ["supports", "matched_in", "snippet_from", "differ_in", "answer_kinds", "note_kinds"]
)
def test_a_closed_list_is_closed_wherever_it_stands(openapi: Json, name: str) -> None:
    found = [schema for _, field, schema in properties(openapi) if field == name]
    assert found
    for schema in found:
        assert is_closed(openapi, schema.get("items", schema))


def test_every_list_has_the_same_envelope(openapi: Json) -> None:
    schemas = [*answer_schemas(openapi)]
    lists = {path for path, schema in schemas if "items" in schema.get("properties", {})}
    plain = {path for path, _ in answer_schemas(openapi) if "{" not in path}
    assert lists == plain - {"/v1", "/healthz", "/readyz"} | {"/v1/tables/{name}"}
    for path, schema in answer_schemas(openapi):
        if path in lists:
            assert {"items", "total", "next", "meta"} <= schema["properties"].keys(), path
            assert schema["properties"]["items"]["type"] == "array"


def test_a_file_is_bytes_but_for_json(openapi: Json) -> None:
    content = openapi["paths"][FILES]["get"]["responses"]["200"]["content"]
    objects = {
        name for name, described in content.items() if described["schema"] == {"type": "object"}
    }
    assert objects == {"application/json", "application/ld+json"}
    for name in content.keys() - objects:
        assert content[name]["schema"] == {"type": "string", "format": "binary"}


@pytest.fixture(scope="module")
def client_text(api: Api) -> str:
    return api.get("/openapi-client.json").text


def test_the_document_for_generators_is_small_and_whole(client_text: str, openapi: Json) -> None:
    assert len(client_text.encode()) < 300_000
    document = json.loads(client_text)
    assert document["paths"].keys() == openapi["paths"].keys()
    components = document["components"].items()
    parts = {f"{kind}/{name}" for kind, named in components for name in named}
    assert set(re.findall(r'"\$ref":"#/components/([^"]+)"', client_text)) == parts
    assert client_text.count('"$ref"') == client_text.count('"$ref":"#/components/')


def test_the_document_for_generators_has_one_type_an_answer(
    client_text: str, openapi: Json
) -> None:
    document = json.loads(client_text)
    for path, item in document["paths"].items():
        names = {resolve(document, parameter)["name"] for parameter in item["get"]["parameters"]}
        assert not names & RESHAPING, path
        for status, response in item["get"]["responses"].items():
            ((media_type, described),) = resolve(document, response)["content"].items()
            content = openapi["paths"][path]["get"]["responses"]["200"]["content"]
            good = "octet-stream" if is_file(content) else "json"
            assert media_type == f"application/{good if status == '200' else 'problem+json'}"
            assert described["schema"], path


def test_the_document_for_generators_has_no_examples(client_text: str) -> None:
    assert '"example":' not in client_text
    assert '"examples":' not in client_text
    assert "Example: `" not in client_text


def test_the_document_for_generators_says_the_same(client_text: str, openapi: Json) -> None:
    document, openapi = json.loads(client_text), deepcopy(openapi)
    for name, schema in document["components"]["schemas"].items():
        exact = openapi["components"]["schemas"][name]
        assert exact.pop("title", name) == name
        for field in exact.get("properties", {}).values():
            field.pop("title", None)  # the label
        assert schema == exact, name
    for path, item in document["paths"].items():
        exact = {p["name"]: p for p in openapi["paths"][path]["get"].get("parameters", [])}
        for parameter in item["get"]["parameters"]:
            found = resolve(document, parameter)
            same = exact[found["name"]]
            assert found["required"] == same["required"]
            assert found["schema"].items() <= same["schema"].items()
