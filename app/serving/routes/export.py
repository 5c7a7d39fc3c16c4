"""/v1/export: the whole data set as files."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response

from app.serving.answers import WithMeta, with_meta
from app.serving.errors import documented
from app.serving.export import MEDIA, ExportIndex, export_index, files_of, media_type_of
from app.serving.routes.releases import stored_release
from app.serving.session import SessionDep

router = APIRouter(prefix="/v1/export", tags=["export"])
IMMUTABLE = "public, max-age=31536000, immutable"


class ExportAnswer(WithMeta, ExportIndex):
    """All files, and the release that they hold."""


@router.get(
    "",
    summary="List the files of the data set",
    response_model=ExportAnswer,
    responses=documented(406),
)
async def list_exports(request: Request) -> Response:
    """The whole data set as SQLite, NDJSON, JSON-LD and CSV, with a Data Package and checksums."""
    return with_meta(request, export_index(request.app))


@router.get(
    "/{build}/{file}",
    summary="Get a file of the data set",
    response_class=Response,
    responses={
        200: {
            "description": "The file; a cache may keep it for ever.",
            "content": {media.split(";")[0]: {} for media in MEDIA.values()},
        },
        **documented(404, 410),
    },
)
async def get_export(
    request: Request,
    session: SessionDep,
    build: Annotated[str, Path(description="A build of the data, as `/v1/export` names it.")],
    file: Annotated[str, Path(description="Name of a file, as `/v1/export` lists it.")],
) -> Response:
    """One file of the present build. Of an earlier release only the changes are kept."""
    files = files_of(request.app)
    current = request.app.state.build
    if build != current and stored_release(session, build.partition("-")[0]):
        raise HTTPException(410, f"the files of {build} are gone; /v1/export has {current}")
    if file not in files:
        raise HTTPException(404, f"there is no file {file!r}; /v1/export lists those of {current}")
    headers = {"Cache-Control": IMMUTABLE}
    return Response(files[file], headers=headers, media_type=media_type_of(file))
