"""/v1/releases: every release of the data, and what changed in it."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import Field

from app.model.release import Changes, ReleaseInfo
from app.pages.releases import changes_page, recorded_page, release_page, releases_page
from app.serving.answers import Listed, WithMeta, add_meta
from app.serving.errors import describe_problems, raise_not_found
from app.serving.feed import ATOM, write_feed
from app.serving.formats import (
    MEDIA_TYPES,
    TOTAL,
    Format,
    choose_format,
    content_type,
    file_headers,
)
from app.serving.hints import nearest_word
from app.serving.negotiation import best_media_type
from app.serving.parameters import PageQuery, RecordId
from app.serving.routes.requests import (
    PAGE,
    PAGE_CONTENT,
    ServiceDep,
    read_accept,
    respond,
    respond_with,
)
from app.serving.service import Service
from app.store.releases import (
    all_releases,
    get_changes,
    get_release,
    recorded_kinds,
    recorded_lines,
    recorded_record,
    release_versions,
)

Version = Annotated[str, Path(description="Version of a release, as `/v1/releases` has it.")]
KindName = Annotated[str, Path(description="A collection of the release.")]
TEXT = {"schema": {"type": "string"}}
# A record of an earlier release has the fields of its time, so no schema of today.
FREE = {"schema": {"type": "object", "additionalProperties": True}}
Responses = dict[int | str, dict[str, Any]]
FEED: Responses = {200: {"description": "The feed.", "content": {ATOM: TEXT}}}
LINES: Responses = {
    200: {"description": "One record a line.", "content": {MEDIA_TYPES[Format.NDJSON]: TEXT}}
}
RECORD: Responses = {
    200: {"description": "The record.", "content": {MEDIA_TYPES[Format.JSON]: FREE, **PAGE}}
}
router = APIRouter(prefix="/v1/releases", tags=["releases"], responses=describe_problems(406))


class ReleaseList(Listed):
    """All releases of the data."""

    items: list[ReleaseInfo] = Field(description="The releases, newest first.")


class ReleaseListAnswer(WithMeta, ReleaseList):
    """All releases, with the version that is served."""


class ReleaseAnswer(WithMeta, ReleaseInfo):
    """One release, with the version that is served."""


class ChangesAnswer(WithMeta, Changes):
    """The changes of a release, with the version that is served."""


def find_release(service: Service, version: str) -> str:
    """The JSON of a release; raises HTTPException 404 if there is none."""
    release = get_release(service.database, version)
    if release is None:
        known = release_versions(service.database)
        raise_not_found("release", version, nearest_word(version, known))
    return release


def check_recorded(service: Service, version: str, kind: str | None = None) -> None:
    """Raise HTTPException 404 unless a release has the records of a collection."""
    find_release(service, version)
    kinds = recorded_kinds(service.database, version)
    if not kinds:
        raise HTTPException(404, f"{version} is not released yet: /v1 has its records.")
    if kind is not None and kind not in kinds:
        raise_not_found(f"collection in {version}:", kind, nearest_word(kind, kinds))


def lines_response(
    request: Request, service: Service, version: str, kind: str | None = None
) -> Response:
    """Answer with the records of a release, one a line."""
    choose_format(read_accept(request), None, offered=[Format.NDJSON])
    check_recorded(service, version, kind)
    lines = recorded_lines(service.database, version, kind) or b""
    name = "-".join(filter(None, (version, kind)))
    headers = {TOTAL: str(lines.count(b"\n"))} | file_headers(Format.NDJSON, name)
    body = service.public(lines)
    return Response(body, headers=headers, media_type=content_type(Format.NDJSON))


@router.get(".atom", summary="Get the feed of releases", response_class=Response, responses=FEED)
async def get_release_feed(request: Request, service: ServiceDep) -> Response:
    """Every release as an Atom feed (RFC 4287), with the records that changed in each."""
    if best_media_type(read_accept(request), (ATOM,)) is None:
        raise HTTPException(406, f"Accept should allow {ATOM}.")
    return Response(write_feed(service), media_type=f"{ATOM}; charset=utf-8")


@router.get(
    "",
    summary="List releases",
    response_model=ReleaseListAnswer,
    responses=PAGE_CONTENT,
)
async def list_releases(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """Every release of the data, newest first, with its digest and numbers of changes."""
    releases = all_releases(service.database)
    text = f'{{"items":[{",".join(releases)}],"total":{len(releases)},"next":null}}'
    return respond(request, service, query, text, releases_page)


@router.get(
    "/{version}",
    name="get_release",
    summary="Get a release",
    response_model=ReleaseAnswer,
    responses=PAGE_CONTENT | describe_problems(404),
)
async def show_release(
    request: Request,
    service: ServiceDep,
    version: Version,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """One release: its date, digest and number of records in each collection."""
    return respond(request, service, query, find_release(service, version), release_page)


@router.get(
    "/{version}/changes",
    summary="Get the changes of a release",
    response_model=ChangesAnswer,
    responses=PAGE_CONTENT | describe_problems(404),
)
async def get_release_changes(
    request: Request,
    service: ServiceDep,
    version: Version,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """Which records were added, changed (with old and new values) or withdrawn (with the reason).

    Data that are not released yet have changes, too: those since the last release.
    """
    find_release(service, version)
    changes = get_changes(service.database, version) or b""
    return respond(request, service, query, changes, changes_page)


@router.get(
    "/{version}/records",
    summary="Get all records of a release",
    response_class=Response,
    responses=LINES | describe_problems(404),
)
async def get_release_records(request: Request, service: ServiceDep, version: Version) -> Response:
    """All records of a release as they were answered then, one a line (NDJSON)."""
    return lines_response(request, service, version)


@router.get(
    "/{version}/{kind}",
    summary="Get the records of a collection in a release",
    response_class=Response,
    responses=LINES | describe_problems(404),
)
async def get_release_collection(
    request: Request, service: ServiceDep, version: Version, kind: KindName
) -> Response:
    """The records of a collection as they were answered then, one a line (NDJSON)."""
    return lines_response(request, service, version, kind)


@router.get(
    "/{version}/{kind}/{id}",
    summary="Get a record of a release",
    response_class=Response,
    responses=RECORD | describe_problems(404),
)
async def get_release_record(
    request: Request,
    service: ServiceDep,
    version: Version,
    kind: KindName,
    id: RecordId,
    query: Annotated[PageQuery, Query()],
) -> Response:
    """One record as it was answered then: its fields may have had other names and types.

    This address stays: cite it. The header `Link` leads to the record as it is now.
    """
    check_recorded(service, version, kind)
    text = recorded_record(service.database, version, kind, id)
    if text is None:
        raise_not_found(f"record in {version}:", id)
    info = ReleaseInfo.model_validate_json(find_release(service, version))
    meta = service.make_meta(info.version, info.date, info.digest)
    now = {"Link": f'<{service.base_url}/v1/{kind}/{id}>; rel="latest-version"'}
    body = add_meta(service.public(text), meta)
    return respond_with(request, service, query, body, recorded_page, now)
