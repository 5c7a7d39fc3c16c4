"""Make the files of the data set, from the records of a new database."""

import json
from collections.abc import Iterator, Mapping

from app.export.package import describe_package
from app.export.reader import make_reader_database
from app.export.tables import Records
from app.model.flat import write_rows
from app.model.json_text import read_json, write_json
from app.model.resource import Resource
from app.resources import RESOURCES
from app.serving.answers import DISCLAIMER
from app.serving.formats import BYTE_ORDER_MARK
from app.serving.json_ld import LICENSE_URL, write_json_ld
from app.serving.routes.vocabularies import all_vocabularies
from app.serving.service import SUMMARY, TITLE, Service
from app.store.lookups import json_by_kind


def make_files(service: Service) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of every file.

    Addresses in them begin with the base URL of the service, but SQLite and CSV of other tables
    than collections have none.
    """
    texts = {resource: json_by_kind(service.database, resource.kind) for resource in RESOURCES}
    parsed = {resource: [read_json(text) for text in some] for resource, some in texts.items()}
    release = service.database.release
    tables = Records(parsed, release.version).tables(all_vocabularies().values())
    yield from record_lines(texts)
    for table in tables:
        content = BYTE_ORDER_MARK + write_rows(table.columns, table.rows)
        yield f"{table.name}.csv", content.encode()
        if table.name not in {resource.kind for resource in RESOURCES}:
            lines = (write_json(row, ensure_ascii=False) + "\n" for row in table.rows)
            yield f"{table.name}.ndjson", "".join(lines).encode()
    yield "records.jsonld", write_json_ld(service, texts)
    yield "her2-facts.sqlite", make_reader_database(describe_release(service), tables)
    sources = next(some for resource, some in parsed.items() if resource.kind == "sources")
    package = describe_package(service.base_url, release, sources, tables)
    yield "datapackage.json", json.dumps(package, indent=1, ensure_ascii=False).encode()


def record_lines(texts: Mapping[Resource, list[bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the whole records of each collection, one a line."""
    for resource, some in texts.items():
        yield f"{resource.kind}.ndjson", b"".join(text + b"\n" for text in some)


def describe_release(service: Service) -> dict[str, str]:
    """What a reader of the SQLite file has to know of it."""
    release = service.database.release
    return {
        "title": TITLE,
        "description": SUMMARY,
        "version": release.version,
        "date": release.date.isoformat(),
        "digest": release.digest,
        "license": LICENSE_URL,
        "disclaimer": DISCLAIMER,
        "addresses": "The record `id` of a collection is at /v1/COLLECTION/ID of the service.",
        "lists": "A list in one column is JSON: json_each() reads it.",
    }
