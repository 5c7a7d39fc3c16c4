"""Every real answer is one that the OpenAPI document describes."""

import json
from typing import Any

import pytest

from app.resources import RESOURCES
from app.serving.headers import PROBES

from .conftest import Api
from .reading import Json, Reader, choices, every_citation

KINDS = [resource.kind for resource in RESOURCES]
every_kind = pytest.mark.parametrize("kind", KINDS)
# A word that occurs, one that does not, a misspelled one, two that no record has together.
QUERIES = ("her2", "zzzz", "trastuzumb", "alcohol palpitations", "HR-/HER2+", "five-year survival")


@pytest.fixture(scope="module")
def reader(openapi: Json) -> Reader:
    return Reader(openapi)


def path_of(url: str) -> str:
    """An address of this service without its host."""
    return url.removeprefix("http://test")


@every_kind
def test_every_record_is_as_the_document_says(api: Api, reader: Reader, kind: str) -> None:
    for page in api.pages(f"/v1/{kind}?limit=400"):
        for item in page["items"]:
            reader.check(f"/v1/{kind}/{{id}}", api.get(item["url"]))


@every_kind
def test_a_citation_says_the_same_of_its_source_as_the_source(api: Api, kind: str) -> None:
    sources = {item["id"]: item for item in api.items("/v1/sources")}
    for item in api.items(f"/v1/{kind}"):
        for citation in every_citation(item):
            source = citation["source"]
            assert source == {name: sources[source["id"]][name] for name in source}
            assert {"standing", "superseded_by", "document_url"} <= source.keys()


@every_kind
def test_every_list_is_as_the_document_says(
    api: Api, reader: Reader, openapi: Json, kind: str
) -> None:
    path = f"/v1/{kind}"
    facets = ",".join(choices(openapi, path, "facets"))
    some = ",".join(choices(openapi, path, "fields")[:5])
    for answer in api.follow(f"{path}?limit=500"):
        reader.check(path, answer)
    for query in ("limit=1", f"facets={facets}&limit=2", f"fields={some}", "q=zzzz"):
        reader.check(path, api.get(f"{path}?{query}"))


@pytest.mark.parametrize("query", QUERIES)
def test_every_search_is_as_the_document_says(api: Api, reader: Reader, query: str) -> None:
    for topic in ("", "&topic=treatment", "&kind=facts&kind=drugs"):
        answer = api.get(f"/v1/search?limit=100&q={query.replace('+', '%2B')}{topic}")
        reader.check("/v1/search", answer)


def test_search_counts_every_match_by_kind(api: Api) -> None:
    for query in QUERIES:
        body = api.get("/v1/search", params={"q": query, "limit": 100}).json()
        assert sum(kind["count"] for kind in body["kinds"]) == body["total"]
        for kind in body["kinds"]:
            only = api.get("/v1/search", params={"q": query, "kind": kind["kind"]}).json()
            assert only["total"] == kind["count"]
            assert only["kinds"] == body["kinds"]


def test_what_leads_elsewhere_is_as_the_document_says(api: Api, reader: Reader) -> None:
    for path in ("/v1", "/healthz", "/readyz", "/v1/releases", "/v1/vocabularies", "/v1/export"):
        reader.check(path, api.get(path))
    for release in api.get("/v1/releases").json()["items"]:
        reader.check("/v1/releases/{version}", api.get(release["url"]))
        reader.check("/v1/releases/{version}/changes", api.get(release["changes_url"]))
    for vocabulary in api.get("/v1/vocabularies").json()["items"]:
        reader.check("/v1/vocabularies/{name}", api.get(vocabulary["url"]))
    for file in api.get("/v1/export").json()["items"]:
        reader.check("/v1/export/{build}/{file}", api.get(file["url"]))


def test_every_lookup_is_as_the_document_says(api: Api, reader: Reader) -> None:
    for drug in api.get("/v1/drugs").json()["items"]:
        for key in (
            {"name": drug["name"]},
            {"id": drug["id"]},
            *({"code": code["curie"]} for code in drug["codes"]),
        ):
            answer = api.get("/v1/lookup", params=key)
            reader.check("/v1/lookup", answer)
            assert drug["id"] in [item["id"] for item in answer.json()["items"]]


# Parameters that an address can't do without.
REQUIRED = {"/v1/search": "?q=x", "/v1/suggest": "?q=x", "/v1/lookup": "?id=x"}


def test_every_error_is_as_the_document_says(api: Api, reader: Reader, openapi: Json) -> None:
    statuses: set[int] = set()
    for path, item in openapi["paths"].items():
        address = path.replace("{", "no-").replace("}", "")
        answers = [api.get(f"{address}?" + "x" * 40_000)]
        if path not in PROBES:  # they ignore parameters
            answers.append(api.get(f"{address}?nothing=1"))
        if "{" in path:
            answers.append(api.get(address))
        if "406" in item["get"]["responses"] and "{" not in path:
            query = REQUIRED.get(path, "")
            answers.append(api.get(address + query, headers={"Accept": "application/pdf"}))
        for answer in answers:
            assert answer.status_code >= 400, answer.request.url
            reader.check(path, answer)
            statuses.add(answer.status_code)
    assert statuses == {404, 406, 414, 422}


def test_json_says_its_charset(api: Api, openapi: Json) -> None:
    files = [path_of(file["url"]) for file in api.get("/v1/export").json()["items"]]
    plain = [path for path in openapi["paths"] if "{" not in path]
    singles = [
        f"/v1/{kind}/{api.get(f'/v1/{kind}?limit=1').json()['items'][0]['id']}" for kind in KINDS
    ]
    seen = 0
    for path in (*plain, *singles, *files, "/openapi.json", "/openapi-client.json"):
        query = REQUIRED.get(path, "")
        content_type = api.get(path + query).raise_for_status().headers["content-type"]
        if content_type.startswith("application/json"):
            assert content_type == "application/json; charset=utf-8", path
            seen += 1
    assert seen >= len(plain) + len(singles)


def size(value: Any) -> int:
    """The bytes of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def test_a_comparison_shows_what_it_compares_and_no_whole_record(api: Api) -> None:
    for item in api.items("/v1/comparisons"):
        single = api.get(item["url"], headers={"Accept-Encoding": "gzip"})
        assert int(single.headers["content-length"]) < 15_000, item["id"]
        for answer in item["answers"]:
            record = api.get(answer["record"]["url"]).json()
            assert size(answer) < min(size(record), 4_000), item["id"]
