"""The files of the data set, and their description by the Data Package standard."""

import hashlib
import json
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fastapi import FastAPI
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.model.resource import Resource
from app.resources import RESOURCES
from app.serving.answers import absolute
from app.serving.formats import LICENCE, Format, json_ld, written
from app.store.database import content_of
from app.store.records import documents

MEDIA = {
    "sqlite": "application/vnd.sqlite3",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "txt": "text/plain; charset=utf-8",
}
# What CSV has besides the fields of a record.
CSV_COLUMNS = {
    "source_urls": "Addresses of the passages that the record rests on, joined by `; `.",
    "data_version": "Version of the data.",
}


class ExportFile(BaseModel):
    """One file of the data set."""

    name: str = Field(description="Its name.")
    url: str = Field(description="Its address; the content behind it never changes.")
    media_type: str = Field(description="Its media type.")
    bytes: int = Field(description="Its size.")
    sha256: str = Field(description="SHA-256 of its content.")


class ExportIndex(BaseModel):
    """All files of the present release."""

    items: list[ExportFile] = Field(description="Every file.")


def files_of(app: FastAPI) -> dict[str, bytes]:
    """Every file of the present release, made once."""
    if not hasattr(app.state, "files"):
        app.state.files = make_files(app)
    return dict(app.state.files)


def export_index(app: FastAPI) -> str:
    """The list of the files as JSON, made once."""
    if not hasattr(app.state, "export_index"):
        build = app.state.build
        files = [
            ExportFile(
                name=name,
                url=f"/v1/export/{build}/{name}",
                media_type=media_type_of(name),
                bytes=len(content),
                sha256=digest_of(content),
            )
            for name, content in files_of(app).items()
        ]
        app.state.export_index = ExportIndex(items=files).model_dump_json()
    return str(app.state.export_index)


def make_files(app: FastAPI) -> dict[str, bytes]:
    """The data set as SQLite, NDJSON, JSON-LD, CSV by collection, with description and sums."""
    documents = {resource: documents_of(app, resource) for resource in RESOURCES}
    texts = {
        "records.ndjson": "".join(
            written(app, resource, some, Format.NDJSON) for resource, some in documents.items()
        ),
        "records.jsonld": json_ld(app, documents),
    }
    for resource, some in documents.items():
        texts[f"{resource.kind}.csv"] = written(app, resource, some, Format.CSV)
    files = {name: text.encode() for name, text in texts.items()}
    files["her2-facts.sqlite"] = content_of(app.state.engine)
    files["datapackage.json"] = json.dumps(package(app, files, documents), indent=1).encode()
    sums = (f"{digest_of(files[name])}  {name}\n" for name in sorted(files))
    files["SHA256SUMS.txt"] = "".join(sums).encode()
    return files


def documents_of(app: FastAPI, resource: Resource) -> list[str]:
    """All records of a collection, as they are answered."""
    with Session(app.state.engine) as session:
        return [absolute(app, document) for document in documents(session, resource.kind)]


def digest_of(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def package(
    app: FastAPI, files: dict[str, bytes], documents: dict[Resource, list[str]]
) -> dict[str, Any]:
    """The description of the files by the Data Package standard."""
    sources = next(some for resource, some in documents.items() if resource.kind == "sources")
    return {
        "profile": "data-package",
        "name": "her2-facts",
        "title": app.title,
        "description": app.summary,
        "version": app.state.release.version,
        "created": f"{app.state.release.date}T00:00:00Z",
        "homepage": app.state.base_url,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": LICENCE,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "sources": [
            {"title": source["title"]}
            | ({"path": source["document_url"]} if source["document_url"] else {})
            for source in map(json.loads, sources)
        ],
        "resources": [table(resource, files[f"{resource.kind}.csv"]) for resource in RESOURCES],
    }


def table(resource: Resource, content: bytes) -> dict[str, Any]:
    """The description of a collection's CSV file."""
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
        "hash": f"sha256:{digest_of(content)}",
        "schema": {
            "fields": [column(resource, name) for name in header],
            "primaryKey": "id",
            "missingValues": [""],
        },
    }


def column(resource: Resource, name: str) -> dict[str, Any]:
    """The description of a column, in the words of Table Schema."""
    if name in CSV_COLUMNS:
        return {"name": name, "type": "string", "description": CSV_COLUMNS[name]}
    field = resource.answer.model_fields[name]
    parts = get_args(field.annotation) if is_union(field.annotation) else (field.annotation,)
    kind = next(part for part in parts if part is not type(None))
    described: dict[str, Any] = {
        "name": name,
        "type": table_type(kind),
        "description": field.description,
    }
    if isinstance(kind, type) and issubclass(kind, Enum):
        described["constraints"] = {"enum": [word.value for word in kind]}
    return described


def is_union(annotation: Any) -> bool:
    """Whether a value may be of several types, such as null."""
    return get_origin(annotation) in (Union, UnionType)


def table_type(kind: Any) -> str:
    """The type of a value as a cell has it: words joined by `; `, other lists as JSON."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return "array" if isinstance(item, type) and issubclass(item, BaseModel) else "string"
    types = {
        bool: "boolean", int: "integer", float: "number", date: "date", BaseModel: "object",
    }  # fmt: skip
    known = kind if isinstance(kind, type) else str
    return next((name for base, name in types.items() if issubclass(known, base)), "string")


def media_type_of(name: str) -> str:
    """The media type of a file, by the end of its name."""
    return MEDIA[name.rsplit(".", 1)[1]]
