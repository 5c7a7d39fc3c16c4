"""What people take the answers with works: pandas, Data Package, JSON-LD and schema.org, caches."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frictionless
import hishel
import httpx
import pandas as pd
import pytest
import requests
import requests_cache
from conftest import HER2_FACTS, run
from hishel.httpx import CacheTransport
from pyld import jsonld

Get = Callable[..., httpx.Response]
# The properties whose values are addresses.
ADDRESSES = ("license", "sameAs", "url")
FILTERED = "/v1/survival?stage=distant&her2_status=positive"


def test_pandas_reads_the_csv_of_a_filtered_list(service: str, get: Get) -> None:
    table = pd.read_csv(f"{service}{FILTERED}&format=csv")
    assert len(table) == get(FILTERED).json()["total"] > 0
    assert {"id", "url", "source_ids", "source_urls", "data_version"} < {*table.columns}
    assert pd.api.types.is_numeric_dtype(table["value_percent"])
    assert pd.api.types.is_integer_dtype(table["years"])
    assert pd.api.types.is_bool_dtype(table["stale"])
    assert table["source_urls"].str.startswith("https://").all()


def test_pandas_reads_ndjson(service: str, get: Get) -> None:
    table = pd.read_json(f"{service}{FILTERED}&format=ndjson", lines=True)
    assert [*table["id"]] == [item["id"] for item in get(FILTERED).json()["items"]]
    assert pd.api.types.is_numeric_dtype(table["value_percent"])


@pytest.fixture(scope="module")
def exported(get: Get, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that /v1/export lists, fetched, each with the digest that the list tells."""
    directory = tmp_path_factory.mktemp("export")
    for file in get("/v1/export").json()["items"]:
        content = get(file["url"]).content
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        (directory / file["name"]).write_bytes(content)
    return directory


def assert_valid(package: frictionless.Package, get: Get, collections: list[str]) -> None:
    """Every collection and every flat table is whole and without a fault, its keys too."""
    report = package.validate()
    assert report.valid, report.to_summary()
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    tables = {table["name"]: table["rows"] for table in get("/v1/tables").json()["items"]}
    totals = {path.rsplit("/")[-1]: get(f"{path}?limit=1").json()["total"] for path in collections}
    assert rows == tables | totals
    assert any(resource.schema.foreign_keys for resource in package.resources)


def test_the_fetched_data_package_is_valid(
    exported: Path, get: Get, collections: list[str]
) -> None:
    assert_valid(frictionless.Package(str(exported / "datapackage.json")), get, collections)


def test_the_data_package_is_valid_at_its_address(get: Get, collections: list[str]) -> None:
    files = {file["name"]: file["url"] for file in get("/v1/export").json()["items"]}
    assert_valid(frictionless.Package(files["datapackage.json"]), get, collections)


def test_the_command_line_exports_the_very_same_files(
    service: str, environment: dict[str, str], exported: Path, tmp_path: Path
) -> None:
    settings = environment | {"HER2_PUBLIC_URL": service}
    run(HER2_FACTS, "export", "files", cwd=tmp_path, **settings)
    written = {path.name: path.read_bytes() for path in (tmp_path / "files").iterdir()}
    assert written == {path.name: path.read_bytes() for path in exported.iterdir()}


@pytest.fixture(scope="module")
def graphs(get: Get, collections: list[str], exported: Path) -> dict[str, Any]:
    """Every JSON-LD document: of each collection, of one record, and the exported one."""
    paths = [f"{path}?format=jsonld&limit=500" for path in collections]
    paths.append("/v1/drugs/trastuzumab?format=jsonld")
    documents = {path: get(path).json() for path in paths}
    return documents | {"exported": json.loads((exported / "records.jsonld").read_text())}


def refuse(url: str, _: dict[str, Any]) -> None:
    raise AssertionError(f"a reader would have to fetch {url}")


def keys(value: Any) -> Iterator[str]:
    """Every key in a JSON value, as often as it occurs."""
    if isinstance(value, dict):
        yield from value
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from keys(item)


def test_json_ld_expands_without_network_and_loses_no_term(graphs: dict[str, Any]) -> None:
    for name, document in graphs.items():
        expanded = jsonld.expand(document, {"documentLoader": refuse})
        assert len(expanded) == len(document["@graph"]) > 1, name
        had = Counter(
            key if key.startswith("@") else f"https://schema.org/{key}"
            for key in keys(document["@graph"])
        )
        # The value of a property that holds addresses becomes a node with that identifier.
        had["@id"] += sum(had[f"https://schema.org/{name}"] for name in ADDRESSES)
        has = Counter(keys(expanded))
        assert {key: has[key] for key in had} == had, name
        assert has.keys() - had.keys() <= {"@value"}, name


def test_every_node_is_a_thing_of_schema_org(
    graphs: dict[str, Any], node: Callable[..., str], tmp_path: Path
) -> None:
    for name, document in graphs.items():
        context = {name: {"@type": "@id"} for name in ADDRESSES}
        assert document["@context"] == {"@vocab": "https://schema.org/"} | context, name
    # A node stands in the exported document and in its collection's: the compiler needs it once.
    nodes = {json.dumps(node) for document in graphs.values() for node in document["@graph"]}
    # Each for itself: the type of a list of so many different nodes is too large for the compiler.
    things = "\n".join(f"check({node});" for node in sorted(nodes))
    (tmp_path / "things.mts").write_text(
        'import type { Thing } from "schema-dts";\n'
        f"const check = (thing: Thing): Thing => thing;\n{things}\n"
    )
    node("tsc", "--strict", "--noEmit", "--module", "nodenext", "--skipLibCheck", "things.mts")


class RecordingTransport(httpx.HTTPTransport):
    """Keeps what went over the wire: the validator that was sent, and the status of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.wire: list[tuple[str | None, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        self.wire.append((request.headers.get("If-None-Match"), response.status_code))
        return response


class RecordingAdapter(requests.adapters.HTTPAdapter):
    """The same for requests."""

    def __init__(self) -> None:
        super().__init__()
        self.wire: list[tuple[str | None, int]] = []

    def send(self, request: requests.PreparedRequest, *rest: Any, **options: Any) -> Any:
        response = super().send(request, *rest, **options)
        self.wire.append((request.headers.get("If-None-Match"), response.status_code))
        return response


def hishel_client(directory: Path) -> tuple[httpx.Client, RecordingTransport]:
    wire = RecordingTransport()
    storage = hishel.SqliteStorage(database_path=directory / "cache.db")
    return httpx.Client(transport=CacheTransport(wire, storage, rfc=True)), wire


def requests_cache_client(directory: Path) -> tuple[requests.Session, RecordingAdapter]:
    session = requests_cache.CachedSession(directory / "cache.db", cache_control=True)
    wire = RecordingAdapter()
    session.mount("http://", wire)
    return session, wire


# How a reload is asked for: each of the two caches heeds one of the ways only.
@pytest.mark.parametrize(
    ("make", "reload"), [(hishel_client, "no-cache"), (requests_cache_client, "max-age=0")]
)
def test_a_cache_keeps_an_answer_and_revalidates_it_with_304(
    make: Callable[..., Any], reload: str, service: str, tmp_path: Path
) -> None:
    client, recorded = make(tmp_path)
    with client:
        first = client.get(f"{service}{FILTERED}")
        assert client.get(f"{service}{FILTERED}").text == first.text
        assert recorded.wire == [(None, 200)]
        again = client.get(f"{service}{FILTERED}", headers={"Cache-Control": reload})
        assert recorded.wire[1:] == [(first.headers["ETag"], 304)]
        assert (again.status_code, again.text) == (200, first.text)
