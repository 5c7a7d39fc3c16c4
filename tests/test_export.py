"""Bulk files, vocabularies and what programs look for at well-known addresses."""

import csv
import hashlib
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.build import build
from app.model.vocabulary import Vocabulary
from app.resources import RESOURCES
from app.settings import Settings

from .conftest import Api, serve
from .reading import every_citation

EVIDENCE = ("citations", "notes")


def read_files(api: Api) -> dict[str, bytes]:
    items = api.get("/v1/export").json()["items"]
    return {item["name"]: api.get(item["url"]).content for item in items}


@pytest.fixture(scope="module")
def files(api: Api) -> dict[str, bytes]:
    return read_files(api)


def test_every_file_is_what_the_index_says(api: Api) -> None:
    for item in api.get("/v1/export").json()["items"]:
        answer = api.get(item["url"])
        assert answer.headers["content-type"] == item["media_type"]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert len(answer.content) == item["bytes"]
        assert hashlib.sha256(answer.content).hexdigest() == item["sha256"]


def test_the_sums_are_those_of_the_files(files: dict[str, bytes]) -> None:
    lines = files["SHA256SUMS.txt"].decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    others = {name: content for name, content in files.items() if name != "SHA256SUMS.txt"}
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_all_records_are_in_every_format(api: Api, files: dict[str, bytes]) -> None:
    whole = []
    for resource in RESOURCES:
        path = f"/v1/{resource.kind}"
        assert files[f"{resource.kind}.csv"] == api.get(f"{path}?format=csv").content
        assert files[f"{resource.kind}.ndjson"] == api.get(f"{path}?format=ndjson").content
        items = api.items(f"{path}")
        assert [json.loads(line) for line in files[f"{resource.kind}.ndjson"].splitlines()] == items
        whole += items
    assert len(json.loads(files["records.jsonld"])["@graph"]) == len(whole) + 1
    assert [row[0] for row in read_csv(files["records.csv"])[1:]] == [item["id"] for item in whole]


def test_no_cell_is_longer_than_a_spreadsheet_takes(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".csv"):
            assert max(len(cell) for row in read_csv(content) for cell in row) <= 32_767, name


def each_table(files: dict[str, bytes]) -> Iterator[tuple[dict[str, Any], list[dict[str, str]]]]:
    """Yield each table of the Data Package with its rows by column."""
    for resource in json.loads(files["datapackage.json"])["resources"]:
        header, *rows = read_csv(files[resource["path"]])
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        yield resource, [dict(zip(header, row, strict=True)) for row in rows]


def test_the_data_package_describes_every_table(files: dict[str, bytes]) -> None:
    package: dict[str, Any] = json.loads(files["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    tables = {resource["path"] for resource in package["resources"]}
    assert tables == {name for name in files if name.endswith(".csv")}
    for resource, rows in each_table(files):
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["rows"] == len(rows)
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert len(fields) == len({*fields})


def test_every_key_is_unique_and_every_foreign_key_leads_to_a_row(files: dict[str, bytes]) -> None:
    tables = {resource["name"]: (resource, rows) for resource, rows in each_table(files)}
    found = 0
    for name, (resource, rows) in tables.items():
        key = resource["schema"]["primaryKey"]
        keys = [tuple(row[column] for column in key) for row in rows]
        assert len(keys) == len({*keys}), name
        assert all(all(key) for key in keys), name
        for foreign in resource["schema"]["foreignKeys"]:
            target = foreign["reference"]
            known = {
                tuple(row[column] for column in target["fields"])
                for row in tables[target["resource"] or name][1]
            }
            used = {tuple(row[column] for column in foreign["fields"]) for row in rows}
            assert {values for values in used if all(values)} <= known, (name, foreign)
            found += 1
    assert found > len(RESOURCES)


def test_every_object_in_a_list_is_a_row(api: Api, files: dict[str, bytes]) -> None:
    """Whatever list a record has, the tables hold as many rows as there are objects."""
    tables = {resource["name"]: len(rows) for resource, rows in each_table(files)}
    counts: Counter[str] = Counter()

    def count(table: str, record: dict[str, Any]) -> None:
        for name, value in record.items():
            is_list = isinstance(value, list) and value and isinstance(value[0], dict)
            if not is_list or ("url" in value[0] and "id" in value[0]) or name in EVIDENCE:
                continue
            title = "codes" if name == "codes" else f"{table}-{name}".replace("_", "-")
            counts[title] += len(value)
            for inner in value:
                count(title, inner)

    for resource in RESOURCES:
        for item in api.items(f"/v1/{resource.kind}"):
            count(resource.singular.replace(" ", "-"), item)
            counts["citations"] += sum(len(c["supports"]) for c in every_citation(item))
            counts["notes"] += len(item["notes"])
            counts["record-sources"] += len({c["source"]["id"] for c in every_citation(item)})
    assert {name: tables[name] for name in counts} == counts
    words = api.get("/v1/vocabularies").json()["items"]
    assert tables["vocabulary-words"] == sum(len(item["words"]) for item in words)
    others = {resource.kind for resource in RESOURCES} | {"records", "vocabulary-words"}
    assert {name for name in tables if name not in others and tables[name]} == counts.keys()


def test_a_citation_row_leads_from_a_value_to_its_passage(
    api: Api, files: dict[str, bytes]
) -> None:
    rows = next(rows for resource, rows in each_table(files) if resource["name"] == "citations")
    drug = api.get("/v1/drugs/trastuzumab").json()
    mine = [row for row in rows if row["record"] == "trastuzumab" and not row["note"]]
    assert [(row["field"], row["item"]) for row in mine] == [
        (place.partition("[")[0], place.partition("[")[2].removesuffix("]"))
        for citation in drug["citations"]
        for place in citation["supports"]
    ]
    for row in mine:
        citation = drug["citations"][int(row["citation"]) - 1]
        assert row["source"] == citation["source"]["id"]
        assert row["deep_link"] == (citation["deep_link"] or "")
        assert row["passage_start"] == ((citation["passage"] or {}).get("start") or "")


def test_the_flat_tables_are_at_their_addresses(api: Api, files: dict[str, bytes]) -> None:
    tables = api.get("/v1/tables").json()["items"]
    described = {resource["name"]: resource for resource, _ in each_table(files)}
    assert {table["name"] for table in tables} == described.keys() - {r.kind for r in RESOURCES}
    for table in tables:
        for form in ("csv", "ndjson"):
            answer = api.get(f"{table['url']}?format={form}")
            assert answer.content == files[f"{table['name']}.{form}"]
        pages = api.pages(f"{table['url']}?limit=400")
        rows = [json.loads(line) for line in files[f"{table['name']}.ndjson"].splitlines()]
        assert [row for page in pages for row in page["items"]] == rows
        assert len(rows) == table["rows"] == pages[0]["total"]
        assert all([*row] == [column["name"] for column in table["columns"]] for row in rows)


def test_a_table_refuses_what_it_does_not_have(api: Api) -> None:
    answer = api.get("/v1/tables/citation")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("Did you mean 'citations'?")
    assert api.get("/v1/tables/drugs").status_code == 404
    assert api.get("/v1/tables/notes?format=jsonld").status_code == 422
    assert api.get("/v1/tables/notes", headers={"Accept": "application/ld+json"}).status_code == 406
    following = api.get("/v1/tables/notes?limit=1").json()["next"]
    answer = api.get(following.replace("/notes", "/citations"))
    assert answer.json()["errors"][0]["detail"] == "belongs to another list"


@pytest.fixture(scope="module")
def reader(files: dict[str, bytes]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files["her2-facts.sqlite"])
        yield connection


def test_the_sqlite_file_has_the_tables_and_no_internals(
    reader: sqlite3.Connection, files: dict[str, bytes]
) -> None:
    names = {n for (n,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    described = {
        table["name"].replace("-", "_"): (table, rows) for table, rows in each_table(files)
    }
    assert names == {*described, "about", "columns"}
    assert reader.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, (table, rows) in described.items():
        fields = {field["name"] for field in table["schema"]["fields"]}
        left_out = {"url", "data_version"} if "revision" in fields else set()
        columns = [column[1] for column in reader.execute(f"PRAGMA table_info({name})")]
        assert {*columns} == fields - left_out
        (count,) = reader.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert count == len(rows)
        about = f'SELECT "column" FROM columns WHERE "table" = \'{name}\' ORDER BY rowid'
        assert [column for (column,) in reader.execute(about)] == columns
    about = dict(reader.execute("SELECT name, value FROM about"))
    assert {"version", "date", "license", "disclaimer"} <= about.keys()


def test_a_tidy_view_has_a_row_for_each_row_of_its_table(reader: sqlite3.Connection) -> None:
    views = {n for (n,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert {"survival_tidy", "statistics_tidy", "codes_tidy"} <= views
    for name in views:
        if name.endswith("_tidy"):
            table = name.removesuffix("_tidy")
            counts = f"SELECT (SELECT count(*) FROM {name}), (SELECT count(*) FROM {table})"
            both = reader.execute(counts).fetchone()
            assert both[0] == both[1], name
    approvals = "SELECT count(*), count(drug_name), count(cited_sources) FROM drug_approvals"
    (total,) = reader.execute("SELECT count(*) FROM approvals").fetchone()
    assert reader.execute(approvals).fetchone() == (total, total, total)
    cited = "SELECT count(*) FROM survival_tidy WHERE cited_sources IS NULL OR topic_name IS NULL"
    assert reader.execute(cited).fetchone() == (0,)


@pytest.mark.parametrize("path", ["2020.1.0/drugs.csv", "none/x", "2020.1.0/..%2fx"])
def test_another_file_or_release_is_404(api: Api, path: str) -> None:
    assert api.get(f"/v1/export/{path}").status_code == 404


def test_the_files_of_an_earlier_release_are_gone(api: Api) -> None:
    for earlier in ("2026.11.0", "2026.11.1-12345678", "2026.11.2-12345678"):
        answer = api.get(f"/v1/export/{earlier}/drugs.csv")
        assert answer.status_code == 410
        assert answer.json()["detail"].startswith(
            f"The files of {earlier} are gone; /v1/export lists"
        )


def test_an_unknown_file_is_404(api: Api) -> None:
    address = api.get("/v1/export").json()["items"][0]["url"].rsplit("/", 1)[0]
    answer = api.get(f"{address}/none.csv")
    assert answer.status_code == 404
    assert "There is no file 'none.csv'" in answer.json()["detail"]


def test_the_same_release_has_the_same_bytes(tiny: Settings, tmp_path: Path) -> None:
    again = tiny.model_copy(update={"database": tmp_path / "again.db"})
    build(again)
    first = read_files(serve(tiny))
    assert read_files(serve(again)) == first
    assert len(first) > len(RESOURCES)


def test_every_column_is_described_and_typed(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    tables = {table["name"]: table["schema"]["fields"] for table in package["resources"]}
    for fields in tables.values():
        assert all(field["description"] for field in fields)
    survival = {field["name"]: field for field in tables["survival"]}
    assert survival["value_percent"]["type"] == "number"
    assert survival["years"]["type"] == "integer"
    assert "distant" in survival["stage"]["constraints"]["enum"]
    drugs = {field["name"]: field["type"] for field in tables["drugs"]}
    assert (drugs["brand_names"], drugs["approved"]) == ("string", "date")
    # A cell has the ids of the records that it leads to.
    assert (drugs["topic"], drugs["comparisons"], drugs["trials"]) == ("string",) * 3


def test_every_vocabulary_is_served_with_meanings(api: Api) -> None:
    items = api.get("/v1/vocabularies").json()["items"]
    assert len(items) == len(Vocabulary.__subclasses__())
    for item in items:
        single = api.get(item["url"]).json()
        assert single["words"] == item["words"]
        assert all(word["meaning"] for word in item["words"])
    assert "Did you mean 'effect'" in api.get("/v1/vocabularies/effekt").json()["detail"]


def test_the_index_leads_to_every_address(api: Api) -> None:
    answer = api.get("/v1")
    links = {link["href"]: link for link in answer.json()["links"]}
    for href in links:
        expected = 405 if href.endswith("/mcp") else 200  # called by POST
        asked = f"{href}?id=x" if href.endswith("/lookup") else href
        assert api.get(asked).status_code == expected
    header = answer.headers["link"]
    for path, rel in {
        "/.well-known/api-catalog": "api-catalog",
        "/openapi.json": "service-desc",
        "/docs": "service-doc",
    }.items():
        assert f'<http://test{path}>; rel="{rel}"' in header
    documented = api.get("/openapi.json").json()["paths"]
    listed = {c["url"] for c in answer.json()["collections"]} | links.keys()
    known = {href.removeprefix("http://test").split("?")[0] for href in listed}
    assert {path for path in documented if "{" not in path} - known == {"/v1", "/healthz"}


def test_programs_find_their_way(api: Api) -> None:
    (service,) = api.get("/.well-known/api-catalog").json()["linkset"]
    for relation in ("service-desc", "service-doc", "status"):
        assert service[relation]
        for link in service[relation]:
            assert api.get(link["href"]).status_code == 200
    document = yaml.load(api.get("/openapi.yaml").text, yaml.CSafeLoader)
    assert document == api.get("/openapi.json").json()
    assert api.get("/robots.txt").text.startswith("User-agent: *")
    assert api.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
