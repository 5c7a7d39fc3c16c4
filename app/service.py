"""What there is, and whether it is up: the index, liveness and readiness."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.db import SessionDep
from app.errors import Unready, documented
from app.listing import NoQuery
from app.records import Meta, WithMeta
from app.resources import RESOURCES
from app.tables import BuildRow, RecordRow, ReleaseRow

router = APIRouter(tags=["service"])

DISCLAIMER = (
    "Information about what the cited sources say; not medical advice, not a diagnosis, and no "
    "substitute for a healthcare provider."
)


class Collection(BaseModel):
    """One collection of records."""

    kind: str = Field(description="Its name, as in `kind` of a record.")
    url: str = Field(description="Address of its list.")
    total: int = Field(description="Number of its records.")
    about: str = Field(description="What a record of it is.")


class Contents(BaseModel):
    """What there is."""

    collections: list[Collection] = Field(description="Every collection, in reading order.")
    docs: str = Field(description="Interactive documentation.")
    openapi: str = Field(description="The OpenAPI document.")


class Index(WithMeta, Contents):
    """All that there is, and from which data."""


class Health(BaseModel):
    """Whether the service is up."""

    status: str = Field(description="Always `ok`; a failure is a problem answer.")


class Readiness(Health):
    """Whether the service can answer, and from which data."""

    data_version: str = Field(description="Version of the data.")


def meta_of(release: ReleaseRow, base_url: str) -> Meta:
    """What every answer says of the data as a whole."""
    return Meta(
        version=release.version,
        date=release.date.isoformat(),
        digest=release.digest,
        licence="CC-BY-4.0",
        disclaimer=DISCLAIMER,
        docs=f"{base_url}/docs",
    )


def index_of(app: FastAPI, session: Session) -> str:
    """The index, as JSON."""
    counted = select(RecordRow.kind, func.count()).group_by(col(RecordRow.kind))
    totals = dict(session.exec(counted).all())
    base_url = app.state.base_url
    index = Index(
        collections=[
            Collection(
                kind=resource.kind,
                url=f"{base_url}/v1/{resource.kind}",
                total=totals.get(resource.kind, 0),
                about=resource.about,
            )
            for resource in RESOURCES
        ],
        docs=f"{base_url}/docs",
        openapi=f"{base_url}/openapi.json",
        meta=Meta.model_validate_json(app.state.meta),
    )
    return index.model_dump_json()


def readiness_of(session: Session) -> Readiness:
    """Reads the database; raises Unready if that fails."""
    try:
        release = session.exec(select(BuildRow.release)).one()
    except SQLAlchemyError as error:
        raise Unready("The database can't be read.") from error
    return Readiness(status="ok", data_version=release)


@router.get(
    "/v1", summary="Index of the collections", response_model=Index, responses=documented(422)
)
async def get_index(
    request: Request, session: SessionDep, query: Annotated[NoQuery, Query()]
) -> Response:
    """Every collection with its address and number of records."""
    return Response(index_of(request.app, session), media_type="application/json")


@router.get(
    "/healthz", summary="Is the service alive?", response_model=Health, responses=documented(422)
)
async def get_health(query: Annotated[NoQuery, Query()]) -> Health:
    """Answers as long as the process does."""
    return Health(status="ok")


@router.get(
    "/readyz",
    summary="Can the service answer?",
    response_model=Readiness,
    responses=documented(422, 503),
)
async def get_readiness(session: SessionDep, query: Annotated[NoQuery, Query()]) -> Readiness:
    """Reads the database; a problem answer with 503 if that fails."""
    return readiness_of(session)
