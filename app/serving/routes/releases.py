"""/v1/releases: every release of the data, and what changed in it."""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.model.release import Changes, ReleaseInfo
from app.serving.answers import Listed, WithMeta
from app.serving.errors import describe_problems, raise_not_found
from app.serving.hints import nearest_word
from app.serving.parameters import RecordId
from app.serving.routes.requests import ServiceDep, json_response
from app.serving.service import Service
from app.store.releases import all_releases, get_release, release_versions

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


def find_release(service: Service, version: str) -> tuple[str, str]:
    """The JSON of a release and of its changes; raises HTTPException 404 if there is none."""
    release = get_release(service.database, version)
    if release is None:
        known = release_versions(service.database)
        raise_not_found("release", version, nearest_word(version, known))
    return release


@router.get(
    "",
    summary="List releases",
    response_model=ReleaseListAnswer,
)
async def list_releases(request: Request, service: ServiceDep) -> Response:
    """Every release of the data, newest first, with its digest and numbers of changes."""
    releases = all_releases(service.database)
    text = f'{{"items":[{",".join(releases)}],"total":{len(releases)},"next":null}}'
    return json_response(request, service, text)


@router.get(
    "/{version}",
    name="get_release",
    summary="Get a release",
    response_model=ReleaseAnswer,
    responses=describe_problems(404),
)
async def show_release(
    request: Request,
    service: ServiceDep,
    version: RecordId,
) -> Response:
    """One release: its date, digest and number of records in each collection."""
    return json_response(request, service, find_release(service, version)[0])


@router.get(
    "/{version}/changes",
    summary="Get the changes of a release",
    response_model=ChangesAnswer,
    responses=describe_problems(404),
)
async def get_release_changes(
    request: Request,
    service: ServiceDep,
    version: RecordId,
) -> Response:
    """Which records were added, changed (with the fields) or withdrawn (with the reason)."""
    return json_response(request, service, find_release(service, version)[1])
