"""/v1/export: the whole data set as files."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from app.pages.releases import export_page
from app.serving.answers import WithMeta
from app.serving.errors import describe_problems, raise_not_found
from app.serving.export import (
    MEDIA,
    ExportIndex,
    export_index,
    file_media_type,
    get_file,
    measure_files,
)
from app.serving.formats import MEDIA_TYPES, Format
from app.serving.hints import nearest_word
from app.serving.parameters import PageQuery
from app.serving.routes.releases import find_release
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond

router = APIRouter(prefix="/v1/export", tags=["export"])
JSON_OBJECT = {"type": "object"}
BINARY = {"type": "string", "format": "binary"}
IMMUTABLE = "public, max-age=31536000, immutable"


def describe_files() -> dict[str, Any]:
    """How the OpenAPI document describes the files: bytes to keep, but for JSON."""
    json_types = [MEDIA_TYPES[Format.JSON], MEDIA_TYPES[Format.JSONLD]]
    types = [media.split(";")[0] for media in MEDIA.values()]
    return {name: {"schema": JSON_OBJECT if name in json_types else BINARY} for name in types}


class ExportAnswer(WithMeta, ExportIndex):
    """All files of the current release, with the version of the data."""


@router.get(
    "",
    summary="List the files of the data set",
    response_model=ExportAnswer,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def list_exports(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """The whole data set as SQLite, NDJSON, JSON-LD and CSV, with a Data Package and checksums."""
    return respond(request, service, query, export_index(service), export_page)


@router.get(
    "/{build}/{file}",
    summary="Get a file of the data set",
    response_class=Response,
    responses={
        200: {
            "description": "The file; a cache may keep it forever.",
            "content": describe_files(),
        },
        **describe_problems(404, 410),
    },
)
async def get_export(
    service: ServiceDep,
    build: Annotated[str, Path(description="A build of the data, as `/v1/export` has it.")],
    file: Annotated[str, Path(description="Name of a file that `/v1/export` lists.")],
) -> Response:
    """One file of the current build. Files of earlier releases are not kept, only their changes."""
    if build != service.build and find_release(service, build.partition("-")[0]):
        detail = f"The files of {build} are gone; /v1/export lists those of {service.build}."
        raise HTTPException(410, detail)
    content = get_file(service, file)
    if content is None:
        raise_not_found("file", file, nearest_word(file, [*measure_files(service).measures]))
    # Browsers save it under its name, and Swagger UI links to it instead of showing a database.
    disposition = f'attachment; filename="{file}"'
    headers = {"Cache-Control": IMMUTABLE, "Content-Disposition": disposition}
    return Response(content, headers=headers, media_type=file_media_type(file))
