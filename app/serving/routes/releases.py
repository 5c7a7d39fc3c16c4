"""/v1/releases: every state of the data, and what changed."""

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.model.release import Changes, ReleaseInfo
from app.serving.answers import WithMeta, with_meta
from app.serving.errors import documented
from app.serving.parameters import RecordId
from app.serving.session import SessionDep
from app.store.releases import release_documents, release_versions
from app.store.tables import ReleaseRow

router = APIRouter(prefix="/v1/releases", tags=["releases"], responses=documented(406))


class ReleaseList(BaseModel):
    """All states of the data."""

    items: list[ReleaseInfo] = Field(description="Newest first.")


class ReleaseListAnswer(WithMeta, ReleaseList):
    """All states of the data, and the one that answers."""


class ReleaseAnswer(WithMeta, ReleaseInfo):
    """One state of the data, and the one that answers."""


class ChangesAnswer(WithMeta, Changes):
    """What changed, and the state that answers."""


def stored_release(session: Session, version: str) -> ReleaseRow:
    """A release by its version."""
    release = session.get(ReleaseRow, version)
    if release is None:
        known = release_versions(session)
        raise HTTPException(404, f"there is no release {version!r}; there are {', '.join(known)}")
    return release


@router.get(
    "",
    summary="List releases",
    response_model=ReleaseListAnswer,
)
async def list_releases(request: Request, session: SessionDep) -> Response:
    """Every state of the data so far, newest first, with its digest and numbers of changes."""
    return with_meta(request, f'{{"items":[{",".join(release_documents(session))}]}}')


@router.get(
    "/{version}",
    summary="Get a release",
    response_model=ReleaseAnswer,
    responses=documented(404),
)
async def get_release(
    request: Request,
    session: SessionDep,
    version: RecordId,
) -> Response:
    """One state of the data: its date, digest and number of records in each collection."""
    return with_meta(request, stored_release(session, version).document)


@router.get(
    "/{version}/changes",
    summary="Get the changes of a release",
    response_model=ChangesAnswer,
    responses=documented(404),
)
async def get_release_changes(
    request: Request,
    session: SessionDep,
    version: RecordId,
) -> Response:
    """Which records were added, changed (with the fields) or withdrawn (with the reason)."""
    return with_meta(request, stored_release(session, version).changes)
