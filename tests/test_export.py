"""Bulk files, vocabularies and what programs look for at well-known addresses."""

import csv
import hashlib
import io
import json
import sqlite3
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


def test_all_records_are_in_every_format(api: Api, files: dict[str, bytes], tmp_path: Path) -> None:
    totals = {c["kind"]: c["total"] for c in api.get("/v1").json()["collections"]}
    lines = [json.loads(line) for line in files["records.ndjson"].decode().splitlines()]
    assert len(lines) == sum(totals.values())
    assert len(json.loads(files["records.jsonld"])["@graph"]) == len(lines) + 1
    for resource in RESOURCES:
        rows = list(csv.DictReader(io.StringIO(files[f"{resource.kind}.csv"].decode("utf-8-sig"))))
        assert len(rows) == totals[resource.kind]
    database = tmp_path / "export.sqlite"
    database.write_bytes(files["her2-facts.sqlite"])
    with closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM record").fetchone()
    assert count == len(lines)


def test_the_data_package_describes_every_table(files: dict[str, bytes]) -> None:
    package: dict[str, Any] = json.loads(files["datapackage.json"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


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
    assert (drugs["codes"], drugs["brand_names"], drugs["approved"]) == (
        "array", "string", "date",
    )  # fmt: skip
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
        assert api.get(f"{href}?id=x" if href.endswith("/lookup") else href).status_code == 200
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


def test_the_root_leads_people_to_the_documentation(api: Api) -> None:
    answer = api.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (307, "http://test/docs")


def test_programs_find_their_way(api: Api) -> None:
    (service,) = api.get("/.well-known/api-catalog").json()["linkset"]
    for relation in ("service-desc", "service-doc", "status"):
        assert service[relation]
        for link in service[relation]:
            assert api.get(link["href"]).status_code == 200
    document = yaml.safe_load(api.get("/openapi.yaml").text)
    assert document == api.get("/openapi.json").json()
    assert api.get("/robots.txt").text.startswith("User-agent: *")
    assert api.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
