"""Bulk: the whole data set as files, at addresses that never change their content."""

import hashlib
import json
from typing import Annotated, Any, get_args

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from app.errors import documented
from app.formats import csv_text, graph
from app.listing import NoQuery, RecordId, dataset, with_meta
from app.records import Resource, WithMeta
from app.resources import RESOURCES
from app.tables import RecordRow

router = APIRouter(prefix="/v1/export", tags=["export"])

IMMUTABLE = "public, max-age=31536000, immutable"
MEDIA = {
    "sqlite": "application/vnd.sqlite3",
    "ndjson": "application/x-ndjson",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "txt": "text/plain; charset=utf-8",
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


class ExportAnswer(WithMeta, ExportIndex):
    """All files, and the release that they hold."""


def files_of(app: FastAPI) -> dict[str, bytes]:
    """Every file of the present release, made once."""
    if not hasattr(app.state, "files"):
        app.state.files = make_files(app)
    return dict(app.state.files)


def make_files(app: FastAPI) -> dict[str, bytes]:
    """The data set as SQLite, NDJSON, JSON-LD, CSV by collection, with description and sums."""
    records = {resource.kind: records_of(app, resource) for resource in RESOURCES}
    every = [record for kind in records.values() for record in kind]
    version = app.state.release.version
    texts = {"records.ndjson": "".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in every)}
    texts["records.jsonld"] = json.dumps(graph(every, dataset(app)), ensure_ascii=False)
    for resource in RESOURCES:
        columns = list(resource.answer.model_fields)
        texts[f"{resource.kind}.csv"] = csv_text(records[resource.kind], columns, version)
    files = {name: text.encode() for name, text in texts.items()}
    files["her2-facts.sqlite"] = app.state.database.read_bytes()
    files["datapackage.json"] = json.dumps(package(app, files, records), indent=1).encode()
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files["SHA256SUMS.txt"] = "".join(sums).encode()
    return files


def records_of(app: FastAPI, resource: Resource) -> list[dict[str, Any]]:
    """All records of a collection, as they are answered."""
    of_kind = select(RecordRow.document).where(RecordRow.kind == resource.kind)
    with Session(app.state.engine) as session:
        documents = session.exec(of_kind.order_by(col(RecordRow.position)))
        base = app.state.base_url
        return [json.loads(text.replace('"/v1', f'"{base}/v1')) for text in documents]


def package(
    app: FastAPI, files: dict[str, bytes], records: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The description of the files by the Data Package standard."""
    return {
        "profile": "data-package",
        "name": "her2-facts",
        "title": "HER2 Facts",
        "description": "Facts about HER2-positive breast cancer, each cited to its passage.",
        "version": app.state.release.version,
        "created": f"{app.state.release.date}T00:00:00Z",
        "homepage": app.state.base_url,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "sources": [
            {"title": source["title"]}
            | ({"path": source["document_url"]} if source["document_url"] else {})
            for source in records["sources"]
        ],
        "resources": [table(resource, files[f"{resource.kind}.csv"]) for resource in RESOURCES],
    }


def table(resource: Resource, content: bytes) -> dict[str, Any]:
    """The description of a collection's CSV file."""
    header = content.decode().partition("\r\n")[0].split(",")
    fields = [{"name": name, "type": type_of(resource, name)} for name in header]
    return {
        "profile": "tabular-data-resource",
        "name": resource.kind,
        "path": f"{resource.kind}.csv",
        "description": resource.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "primaryKey": "id", "missingValues": [""]},
    }


def type_of(resource: Resource, name: str) -> str:
    """The type of a column, in the words of Table Schema."""
    field = resource.answer.model_fields.get(name)
    annotation = field.annotation if field else None
    for kind, word in ((bool, "boolean"), (int, "integer"), (float, "number")):
        if annotation is kind or kind in get_args(annotation):
            return word
    return "string"


def media_type_of(name: str) -> str:
    """The media type of a file, by the end of its name."""
    return MEDIA[name.rsplit(".", 1)[1]]


@router.get(
    "", summary="List the files of the data set", response_model=ExportAnswer,
    responses=documented(422),
)  # fmt: skip
async def list_exports(request: Request, query: Annotated[NoQuery, Query()]) -> Response:
    """The whole data set as SQLite, NDJSON, JSON-LD and CSV, with a Data Package and checksums."""
    version = request.app.state.release.version
    items = [
        ExportFile(
            name=name,
            url=f"/v1/export/{version}/{name}",
            media_type=media_type_of(name),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for name, content in files_of(request.app).items()
    ]
    return with_meta(request, ExportIndex(items=items).model_dump_json())


@router.get("/{version}/{file}", include_in_schema=False)
async def get_export(
    request: Request, version: RecordId, file: RecordId, query: Annotated[NoQuery, Query()]
) -> Response:
    """One file of the present release."""
    files = files_of(request.app)
    current = request.app.state.release.version
    if version != current or file not in files:
        raise HTTPException(404, f"there is no such file; /v1/export lists those of {current}")
    headers = {"Cache-Control": IMMUTABLE}
    return Response(files[file], headers=headers, media_type=media_type_of(file))
