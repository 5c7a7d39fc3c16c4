"""Rules that hold for every route and every record, read from the OpenAPI document."""

import re
from typing import Any

import httpx
import pytest

from app.resources import RESOURCES
from app.serving.headers import PROBES

from .conftest import Api
from .reading import (
    choices,
    item_properties,
    parameters,
    reading_order,
    resolve,
    values_of,
)

KINDS = [resource.kind for resource in RESOURCES]
every_kind = pytest.mark.parametrize("kind", KINDS)


def operations(openapi: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, item["get"]) for path, item in openapi["paths"].items()]


def test_the_index_names_every_collection_and_its_total(api: Api) -> None:
    index = api.get("/v1").json()
    assert [collection["kind"] for collection in index["collections"]] == KINDS
    for collection in index["collections"]:
        assert api.get(collection["url"]).json()["total"] == collection["total"] > 0


@every_kind
def test_following_next_gives_every_record_once(api: Api, kind: str) -> None:
    whole = api.items(f"/v1/{kind}")
    pages = api.pages(f"/v1/{kind}?limit={len(whole) // 7 + 1}")
    ids = [item["id"] for page in pages for item in page["items"]]
    assert ids == [item["id"] for item in whole]
    assert len(ids) == len(set(ids))
    assert {page["total"] for page in pages} == {len(whole)}


@every_kind
def test_the_link_header_says_the_same_as_next(api: Api, kind: str) -> None:
    pages = [api.get(f"/v1/{kind}?limit={limit}") for limit in (1, 500)]
    for page in pages:
        body = page.json()
        assert (body["next"] is None) == (len(body["items"]) == body["total"])
        expected = {"link": f'<{body["next"]}>; rel="next"'} if body["next"] else {}
        assert {k: v for k, v in page.headers.items() if k == "link"} == expected


@every_kind
def test_every_sort_key_gives_a_total_order_with_nulls_last(
    api: Api, openapi: dict[str, Any], kind: str
) -> None:
    whole = {item["id"] for item in api.items(f"/v1/{kind}")}
    limit = len(whole) // 4 + 1  # some pages, so that equal values lie on both sides of a break
    fields = item_properties(openapi, f"/v1/{kind}")
    for key in choices(openapi, f"/v1/{kind}", "sort"):
        pages = api.pages(f"/v1/{kind}?limit={limit}&sort={key}")
        items = [item for page in pages for item in page["items"]]
        assert {item["id"] for item in items} == whole
        assert len(items) == len(whole)
        name = key.removeprefix("-")
        if name in fields:
            order = reading_order(api, fields[name])
            values = [next(iter(values_of(item, name)), None) for item in items]
            stated = [value for value in values if value is not None]
            assert stated == sorted(stated, key=order, reverse=key.startswith("-"))
            assert values == stated + [None] * (len(values) - len(stated))


def shown_short(single: dict[str, Any], kind: str) -> dict[str, Any]:
    """What a single record shows in place, as a list shows it: as links."""
    relations = next(resource.relations for resource in RESOURCES if resource.kind == kind)
    return {
        relation.name: [
            {"id": part["id"], "url": f"http://test/v1/{relation.name}/{part['id']}"}
            | {"name": part["name"]}
            for part in single[relation.name]
        ]
        for relation in relations
    }


@every_kind
def test_every_record_has_an_address_a_name_and_citations(api: Api, kind: str) -> None:
    for item in api.items(f"/v1/{kind}"):
        single = api.get(item["url"]).json()
        assert single["meta"]["version"]
        assert {key: single[key] for key in item} | shown_short(single, kind) == item
        assert item["kind"] == kind
        assert item["name"]
        assert item["citations"]
        for citation in (*item["citations"], *(c for n in item["notes"] for c in n["citations"])):
            assert citation["supports"]
            assert (citation["seen"] == "document") == (citation["passage"] is not None)
            fragment = "#:~:text=" if citation["passage"] else ""
            url = citation["source"]["document_url"]
            assert (citation["deep_link"] or "").startswith(url + fragment if url else "")
            assert (citation["deep_link"] is None) == (url is None)


@every_kind
def test_every_vocabulary_filter_finds_just_the_records_with_its_word(
    api: Api, openapi: dict[str, Any], kind: str
) -> None:
    items = api.items(f"/v1/{kind}")
    for name, parameter in parameters(openapi, f"/v1/{kind}").items():
        schema = resolve(openapi, parameter["schema"].get("items", {}))
        if "x-vocabulary" not in schema:
            continue
        for word in schema["enum"]:
            ids = [item["id"] for item in items if word in values_of(item, name)]
            found = api.items(f"/v1/{kind}?{name}={word}")
            assert [item["id"] for item in found] == ids, (name, word)


@every_kind
def test_notes_and_sources_can_be_filtered(api: Api, kind: str) -> None:
    items = api.items(f"/v1/{kind}")
    with_gap = [i["id"] for i in items if any(n["kind"] == "gap" for n in i["notes"])]
    found = api.items(f"/v1/{kind}?has_note=gap")
    assert [item["id"] for item in found] == with_gap
    source = items[-1]["citations"][0]["source"]["id"]
    found = api.items(f"/v1/{kind}?source={source}")
    assert items[-1]["id"] in [item["id"] for item in found]


def test_the_same_name_twice_is_or_and_different_names_are_and(api: Api) -> None:
    either = api.get("/v1/survival?stage=distant&stage=regional&her2_status=positive").json()
    assert {item["stage"] for item in either["items"]} == {"distant", "regional"}
    assert {item["her2_status"] for item in either["items"]} == {"positive"}


def test_every_answer_says_what_it_is_and_is_not(api: Api) -> None:
    kinds = ("/v1", "/v1/drugs", "/v1/drugs/lapatinib", "/v1/search?q=her2", "/v1/releases")
    for path in kinds:
        meta = api.get(path).json()["meta"]
        assert "not medical advice" in meta["disclaimer"]
        assert meta["license"] == "CC-BY-4.0"
        assert api.get(meta["docs"]).status_code == 200
        assert re.fullmatch("[0-9a-f]{64}", meta["digest"])


def test_no_match_is_an_empty_list(api: Api) -> None:
    answer = api.get("/v1/drugs?drug_class=kinase-inhibitor&route=infusion")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["items"], body["total"], body["next"]) == ([], 0, None)


def unlike_any(answer: httpx.Response) -> dict[str, str]:
    """The headers, but for the one that no two answers share."""
    return {name: text for name, text in answer.headers.items() if name != "x-request-id"}


@every_kind
def test_head_and_options_work_everywhere(api: Api, kind: str) -> None:
    for path in (f"/v1/{kind}", "/v1", "/docs", "/openapi.json", "/healthz"):
        head, get = api.request("HEAD", path), api.get(path)
        assert head.content == b""
        assert head.status_code == get.status_code
        assert unlike_any(head) == unlike_any(get)
        options = api.request("OPTIONS", path)
        assert (options.status_code, options.content) == (204, b"")
        assert options.headers["allow"] == "GET, HEAD, OPTIONS"
        assert options.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert api.request("OPTIONS", "/nothing").status_code == 404


def test_addresses_come_from_the_settings_and_never_from_the_host_header(api: Api) -> None:
    answer: httpx.Response = api.get("/v1/drugs?limit=1", headers={"Host": "evil.example"})
    assert "evil.example" not in answer.text
    assert answer.json()["next"].startswith("http://test/v1/drugs?limit=1&cursor=")


def test_every_operation_is_described(openapi: dict[str, Any]) -> None:
    for path, operation in operations(openapi):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        assert operation["operationId"].startswith(("list_", "get_", "search")), path
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])
            assert "anyOf" not in parameter["schema"], (path, parameter["name"])


def test_every_field_is_described(openapi: dict[str, Any]) -> None:
    for name, schema in openapi["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, described in schema.get("properties", {}).items():
            assert described.get("description"), (name, field)


def test_the_document_says_the_same_of_errors_as_the_wire(openapi: dict[str, Any]) -> None:
    assert not openapi["components"]["schemas"].keys() & {"HTTPValidationError", "ValidationError"}
    for path, operation in operations(openapi):
        failures = {
            code: r for code, r in operation["responses"].items() if code not in ("200", "304")
        }
        expected = {"500"} | ({"404"} if "{" in path else set())
        expected |= set() if path in PROBES else {"422"}  # a probe ignores parameters
        assert expected <= failures.keys(), path
        for status, response in failures.items():
            content = response["content"]
            assert [*content] == ["application/problem+json", "text/html", "text/markdown"]
            problem = content["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert problem["example"]["status"] == int(status), path
