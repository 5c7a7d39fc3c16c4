"""Make the files of the data set, and describe them by the Data Package standard."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Field

from app.model.annotation import without_null
from app.model.field import Described, full_description
from app.model.passage import digest
from app.model.record import Link
from app.model.resource import Resource
from app.resources import RESOURCES
from app.serving.answers import Listed
from app.serving.formats import Format, write_records
from app.serving.json_ld import LICENSE_URL, write_json_ld
from app.serving.service import SUMMARY, TITLE, Service, keep_with_service
from app.store.lookups import json_by_kind

MEDIA = {
    "sqlite": "application/vnd.sqlite3",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "jsonld": "application/ld+json",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "txt": "text/plain; charset=utf-8",
}
# Columns of the CSV files that are not fields of a record.
CSV_COLUMNS = {
    "source_urls": "Addresses of the passages that the record cites, joined by `; `.",
    "data_version": "Version of the data.",
}
TABLE_TYPES: dict[type, str] = {
    bool: "boolean", int: "integer", Decimal: "number", date: "date", BaseModel: "object",
}  # fmt: skip


class ExportFile(Described):
    """One file of the data set."""

    name: str = Field(description="File name.")
    url: str = Field(description="Address of the file; its content never changes.")
    media_type: str = Field(description="Media type.")
    bytes: int = Field(description="Size in bytes.")
    sha256: str = Field(description="SHA-256 of the content.")


class ExportIndex(Listed):
    """All files of the current release."""

    items: list[ExportFile] = Field(description="Every file.")


@keep_with_service
def export_files(service: Service) -> Mapping[str, bytes]:
    """Every file of the current release by name; made at the first call."""
    return make_files(service)


@keep_with_service
def export_index(service: Service) -> str:
    """The list of the files as JSON; made at the first call."""
    items = [
        ExportFile(
            name=name,
            url=f"{service.base_url}/v1/export/{service.build}/{name}",
            media_type=file_media_type(name),
            bytes=len(content),
            sha256=digest(content),
        )
        for name, content in export_files(service).items()
    ]
    return ExportIndex(items=items, total=len(items), next=None).model_dump_json()


def make_files(service: Service) -> dict[str, bytes]:
    """The data set as SQLite, NDJSON, JSON-LD and CSV files, with a Data Package and checksums."""
    texts = {resource: public_texts(service, resource) for resource in RESOURCES}
    files = {
        "records.ndjson": b"".join(
            write_records(service, resource, some, Format.NDJSON)
            for resource, some in texts.items()
        ),
        "records.jsonld": write_json_ld(service, texts),
    }
    for resource, some in texts.items():
        files[f"{resource.kind}.csv"] = write_records(service, resource, some, Format.CSV)
    files["her2-facts.sqlite"] = service.database.content()
    files["datapackage.json"] = json.dumps(
        describe_package(service, files, texts), indent=1
    ).encode()
    sums = (f"{digest(files[name])}  {name}\n" for name in sorted(files))
    files["SHA256SUMS.txt"] = "".join(sums).encode()
    return files


def public_texts(service: Service, resource: Resource) -> list[bytes]:
    """The JSON of every record of a collection, with public addresses."""
    return [service.public(text) for text in json_by_kind(service.database, resource.kind)]


def describe_package(
    service: Service, files: Mapping[str, bytes], texts: Mapping[Resource, Sequence[bytes]]
) -> dict[str, Any]:
    """Describe the files by the Data Package standard."""
    sources = next(some for resource, some in texts.items() if resource.kind == "sources")
    release = service.database.release
    return {
        "profile": "data-package",
        "name": "her2-facts",
        "title": TITLE,
        "description": SUMMARY,
        "version": release.version,
        "created": f"{release.date}T00:00:00Z",
        "homepage": service.base_url,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": LICENSE_URL,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "sources": [describe_source(source) for source in map(json.loads, sources)],
        "resources": [
            describe_table(resource, files[f"{resource.kind}.csv"]) for resource in RESOURCES
        ],
    }


def describe_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a source by the Data Package standard."""
    path = {"path": source["document_url"]} if source["document_url"] else {}
    return {"title": source["title"], **path}


def describe_table(resource: Resource, content: bytes) -> dict[str, Any]:
    """Describe the CSV file of a collection as a tabular data resource."""
    header = content.decode("utf-8-sig").partition("\r\n")[0].split(",")
    return {
        "profile": "tabular-data-resource",
        "name": resource.kind,
        "path": f"{resource.kind}.csv",
        "description": resource.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{digest(content)}",
        "schema": {
            "fields": [describe_column(resource, name) for name in header],
            "primaryKey": "id",
            "missingValues": [""],
        },
    }


def describe_column(resource: Resource, name: str) -> dict[str, Any]:
    """Describe a column of a CSV file by the Table Schema standard."""
    if name in CSV_COLUMNS:
        return {"name": name, "type": "string", "description": CSV_COLUMNS[name]}
    field = resource.model.model_fields[name]
    kind = without_null(field.annotation)
    described: dict[str, Any] = {
        "name": name,
        "type": table_type(kind),
        "description": full_description(field),
    }
    if isinstance(kind, type) and issubclass(kind, Enum):
        described["constraints"] = {"enum": [word.value for word in kind]}
    return described


def table_type(kind: Any) -> str:
    """The Table Schema type of a column: a list of texts is one text, other lists are JSON."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        is_object = isinstance(item, type) and issubclass(item, BaseModel) and item is not Link
        return "array" if is_object else "string"
    if kind is Link:  # a cell has its id
        return "string"
    known = kind if isinstance(kind, type) else str
    return next((name for base, name in TABLE_TYPES.items() if issubclass(known, base)), "string")


def file_media_type(name: str) -> str:
    """The media type of a file, by its extension."""
    return MEDIA[name.rsplit(".", 1)[1]]
