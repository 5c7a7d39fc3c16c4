"""Formats, fields and facets of the same records."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from app.model.flat import write_cell
from app.resources import RESOURCES
from app.serving.formats import PARTIAL_JSON, TOTAL
from app.serving.json_ld import CONTEXT, WORKS

from .conftest import Api
from .reading import Json, choices, values_of

KINDS = [resource.kind for resource in RESOURCES]
JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", JSON),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/ld+json;q=0.9, text/csv;q=0.1", "application/ld+json"),
        ("application/json;q=0, */*;q=0.5", "text/csv; charset=utf-8; header=present"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "text/html; charset=utf-8"),
        ("application/json, text/html", JSON),
        ("text/html;q=0.9, */*", JSON),
        ("text/html, image/gif, image/jpeg, */*; q=0.2", JSON),  # what Java sends
        ("application/x-ndjson", "application/x-ndjson; charset=utf-8"),
        ("text/*;q=0.5, application/json;q=0.2", "text/csv; charset=utf-8; header=present"),
        ("text/*;q=0.5, text/csv;q=0.1, */*;q=0.3", JSON),
        ("application/json, application/ld+json", JSON),
        ("", JSON),
    ],
)
def test_accept_counts_with_its_weights(api: Api, accept: str, content_type: str) -> None:
    answer = api.get("/v1/drugs", headers={"Accept": accept})
    assert answer.headers["content-type"] == content_type
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("accept", ["application/xhtml+xml", "application/json;q=0", "nonsense"])
def test_an_unknown_media_type_is_406(api: Api, accept: str) -> None:
    answer = api.get("/v1/drugs", headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/csv" in answer.json()["detail"]


def test_format_goes_before_accept(api: Api) -> None:
    answer = api.get("/v1/drugs?format=csv", headers={"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert api.get("/v1/drugs?format=xml").status_code == 422


@pytest.mark.parametrize("path", ["/v1", "/v1/search?q=her2", "/v1/lookup?id=x", "/v1/releases",
                                  "/v1/vocabularies", "/v1/vocabularies/effect", "/v1/export"])  # fmt: skip
def test_what_has_no_table_says_so(api: Api, path: str) -> None:
    assert api.get(path, headers={"Accept": "application/*;q=0.1"}).status_code == 200
    answer = api.get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert answer.json()["detail"] == "Accept should allow one of application/json."


def test_a_parameter_that_a_format_can_not_express_is_refused(api: Api) -> None:
    assert api.get("/v1/drugs?fields=name&format=jsonld").status_code == 422
    assert api.get("/v1/drugs/lapatinib?fields=name&format=jsonld").status_code == 422
    for form in ("csv", "ndjson", "jsonld"):
        answer = api.get(f"/v1/drugs?facets=route&format={form}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "facets"


@pytest.mark.parametrize("kind", KINDS)
def test_csv_has_one_row_a_record_each_with_its_sources_and_version(api: Api, kind: str) -> None:
    items, version = api.items(f"/v1/{kind}"), api.get("/v1").json()["meta"]["version"]
    text = api.get(f"/v1/{kind}?format=csv").text
    assert text.startswith("\ufeff")  # or a spreadsheet takes it for Windows-1252
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    for row, item in zip(rows, items, strict=True):
        assert row["url"] == item["url"]
        assert row["data_version"] == version
        links = [c["deep_link"] for c in item["citations"] if c["deep_link"]]
        assert row["source_urls"] == ("; ".join(dict.fromkeys(links)) or "[]")
        assert {*row["source_ids"].split("; ")} == {c["source"]["id"] for c in item["citations"]}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert write_cell(text) == f"'{text}"


def test_cells_of_every_kind() -> None:
    values = [None, True, False, 1, Decimal("2.50"), "x", ["a", "b"], []]
    cells = ["", "true", "false", 1, Decimal("2.50"), "x", "a; b", "[]"]
    assert [write_cell(value) for value in values] == cells


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("path", [*(f"/v1/{kind}" for kind in KINDS), "/v1/tables/citations"])
def test_a_file_is_whole_unless_a_limit_is_set(api: Api, path: str, form: str) -> None:
    """Its pages, joined, are the whole file; each tells the number of all rows."""
    whole = api.get(f"{path}?format={form}")
    name = path.rpartition("/")[2]
    assert whole.headers["content-disposition"] == f'attachment; filename="{name}.{form}"'
    _, *lines = [""] * (form == "ndjson") + whole.text.splitlines()
    total = api.get(f"{path}?limit=1").json()["total"]
    assert len(lines) == int(whole.headers[TOTAL]) == total
    assert "link" not in whole.headers
    limit = min(total // 7 + 1, 500)
    pages = api.follow(f"{path}?format={form}&limit={limit}")
    assert {int(page.headers[TOTAL]) for page in pages} == {total}
    rows = [page.text.splitlines()[form == "csv" :] for page in pages]
    assert [len(some) for some in rows[:-1]] == [limit] * (len(rows) - 1)
    assert [line for some in rows for line in some] == lines


def test_a_whole_file_may_be_filtered_sorted_and_searched(api: Api) -> None:
    for query in ("category=biology", "sort=-name", "q=her2", "fields=statement,quantity"):
        items = api.items(f"/v1/facts?{query}")
        rows = list(csv.DictReader(io.StringIO(api.get(f"/v1/facts?{query}&format=csv").text[1:])))
        assert [row["id"] for row in rows] == [item["id"] for item in items] != []


def test_fields_choose_the_columns(api: Api) -> None:
    text = api.get("/v1/facts?fields=quantity,topic&format=csv").text
    assert text.splitlines()[0] == "\ufeffid,quantity_value,quantity_unit,quantity_comparator,topic"
    answer = api.get("/v1/facts?fields=name,citations&format=csv")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["value"]) == ("fields", ["citations"])
    assert "/v1/tables" in error["detail"]


def test_what_is_absent_is_an_empty_cell_and_an_empty_list_is_not(api: Api) -> None:
    items = api.items("/v1/drugs")
    rows = csv.DictReader(io.StringIO(api.get("/v1/drugs?format=csv").text[1:]))
    for item, row in zip(items, rows, strict=True):
        for name in ("brand_names", "aliases", "route"):
            assert row[name] == ("; ".join(item[name]) or "[]")
        for name in ("payload", "target", "approved"):
            assert row[name] == (item[name] or "")


@pytest.mark.parametrize("kind", KINDS)
def test_ndjson_has_one_record_a_line(api: Api, kind: str) -> None:
    text = api.get(f"/v1/{kind}?format=ndjson").text
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines == api.items(f"/v1/{kind}")


def named_texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a JSON value with the key that it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from named_texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from named_texts(inner, name)
    elif isinstance(value, str):
        yield name, value


@pytest.mark.parametrize("kind", KINDS)
def test_json_ld_names_each_record_and_its_sources(api: Api, kind: str) -> None:
    items = api.items(f"/v1/{kind}")
    nodes: list[Any] = []
    for answer in api.follow(f"/v1/{kind}?limit=500&format=jsonld"):
        document = answer.json()
        dataset, *described = document["@graph"]
        assert document["@context"] == CONTEXT
        assert dataset["@type"] == "Dataset"
        assert dataset["mentions"] == [{"@id": node["@id"]} for node in described]
        for name, value in named_texts(document["@graph"]):
            is_address = value.startswith(("http://", "https://"))
            assert is_address == (name in ("@id", "url", "license", "sameAs")), (name, value)
        nodes += described
    for node, item in zip(nodes, items, strict=True):
        assert node["@id"] == item["url"]
        evidence = node if node["@type"] in WORKS else node["subjectOf"]
        names = [citation["source"]["title"] for citation in item["citations"]]
        assert [work["name"] for work in evidence["citation"]] == names
        notes = [(note["kind"], note["text"]) for note in item["notes"]]
        assert [(c["name"], c["text"]) for c in evidence.get("comment", [])] == notes


def test_a_figure_in_json_ld_keeps_its_comparator(api: Api) -> None:
    bounds = {
        "exactly": {"value"}, "about": {"value"}, "more-than": {"minValue"}, "most": set(),
        "less-than": {"maxValue"}, "at-most": {"maxValue"}, "between": {"minValue", "maxValue"},
    }  # fmt: skip
    for kind in ("survival", "statistics"):
        items = api.items(f"/v1/{kind}")
        documents = api.follow(f"/v1/{kind}?limit=500&format=jsonld")
        nodes = [node for found in documents for node in found.json()["@graph"][1:]]
        for item, node in zip(items, nodes, strict=True):
            stated = node.keys() & {"value", "minValue", "maxValue"}
            assert stated == bounds[item["comparator"]], item["id"]
            assert f"comparator: {item['comparator']}" in node["description"]


def test_the_partial_media_type_is_negotiated(api: Api) -> None:
    accept = {"Accept": f"{PARTIAL_JSON}, text/csv;q=0.1"}
    assert api.get("/v1/drugs?fields=id", headers=accept).headers["content-type"] == PARTIAL_JSON
    assert api.get("/v1/drugs", headers={"Accept": PARTIAL_JSON}).status_code == 406
    assert api.get("/v1/drugs", headers={"Accept": "APPLICATION/JSON"}).status_code == 200


def test_the_next_page_is_linked_in_every_format(api: Api) -> None:
    for form in ("csv", "ndjson", "jsonld"):
        link = api.get(f"/v1/drugs?limit=2&format={form}").headers["link"]
        following = api.get(link.split(">")[0][1:])
        assert following.status_code == 200
        assert f"format={form}" in link


@pytest.mark.parametrize("kind", KINDS)
def test_fields_leaves_the_others_out(api: Api, kind: str) -> None:
    answer = api.get(f"/v1/{kind}?fields=name,citations")
    assert answer.headers["content-type"] == PARTIAL_JSON
    for item in answer.json()["items"]:
        assert list(item) == ["id", "name", "citations"]
    name = api.get(f"/v1/{kind}?limit=1&fields=id").json()["items"][0]["id"]
    single = api.get(f"/v1/{kind}/{name}?fields=name")
    assert single.headers["content-type"] == PARTIAL_JSON
    assert single.json().keys() == {"id", "name", "meta"}
    assert api.get(f"/v1/{kind}?fields=nothing").status_code == 422


def test_many_records_in_one_call(api: Api) -> None:
    items = api.get("/v1/drugs?id=tucatinib&id=lapatinib").json()["items"]
    assert {item["id"] for item in items} == {"tucatinib", "lapatinib"}
    assert api.get("/v1/drugs?id=tucatinib&id=none").status_code == 422


@pytest.mark.parametrize("kind", KINDS)
def test_facets_count_every_value_and_lead_to_it(api: Api, openapi: Json, kind: str) -> None:
    names = choices(openapi, f"/v1/{kind}", "facets")
    items = api.items(f"/v1/{kind}")
    body = api.get(f"/v1/{kind}?limit=1&facets={','.join(names)}").json()
    assert body["facets"].keys() == set(names)
    for name, values in body["facets"].items():
        counts = Counter(v for item in items for v in {*values_of(item, name)} or {None})
        assert {facet["value"]: facet["count"] for facet in values} == counts
        for facet in (*values[:3], *values[-1:]):
            assert api.get(facet["url"]).json()["total"] == facet["count"]


def test_a_facet_leaves_out_its_own_filter_and_keeps_the_others(api: Api) -> None:
    path = "/v1/drugs?facets=drug_class,setting&drug_class=kinase-inhibitor&setting=metastatic"
    facets = api.get(path).json()["facets"]
    assert {facet["value"] for facet in facets["drug_class"]} > {"kinase-inhibitor"}
    for facet in (*facets["drug_class"], *facets["setting"]):
        assert api.get(facet["url"]).json()["total"] == facet["count"]
