"""What there is, and whether it is up: the index, liveness and readiness."""

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.resources import RESOURCES
from app.serving.answers import Meta, WithMeta, with_meta
from app.serving.errors import documented
from app.serving.formats import LINKSET
from app.serving.session import SessionDep
from app.store.database import Unreadable
from app.store.records import totals
from app.store.releases import served_release
from app.store.tables import ReleaseRow

router = APIRouter(tags=["service"])
JSON = "application/json"
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


class Link(BaseModel):
    """Something else that there is."""

    rel: str = Field(description="How it relates to the API, by a registered word where there is.")
    href: str = Field(description="Its address.")
    type: str = Field(description="Its media type.")
    title: str = Field(description="What it is.")


class Contents(BaseModel):
    """What there is."""

    collections: list[Collection] = Field(description="Every collection, in reading order.")
    links: list[Link] = Field(description="Whatever else there is.")


class Index(WithMeta, Contents):
    """All that there is, and from which data."""


# Relation, address, media type and title of whatever is no collection.
LINKS = (
    ("search", "/v1/search?q=", JSON, "Search all records"),
    ("related", "/v1/lookup", JSON, "From a code, name or old identifier to the record"),
    ("version-history", "/v1/releases", JSON, "States of the data, and what changed"),
    ("help", "/v1/vocabularies", JSON, "Every closed list of words, with meanings"),
    ("enclosure", "/v1/export", JSON, "The whole data set as files"),
    ("service-desc", "/openapi.json", JSON, "OpenAPI document"),
    ("service-desc", "/openapi.yaml", "application/yaml", "OpenAPI document, as YAML"),
    ("service-doc", "/docs", "text/html", "Documentation to try out"),
    ("service-doc", "/redoc", "text/html", "Documentation to read"),
    ("status", "/readyz", JSON, "Whether the service can answer"),
    ("api-catalog", "/.well-known/api-catalog", LINKSET, "API catalog (RFC 9727)"),
)
# Relations that the header names too (RFC 8631, RFC 9727).
SERVICE = ("service-desc", "service-doc", "status", "api-catalog")


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


def index_of(app: FastAPI, session: Session) -> Contents:
    """What there is, with the number of records."""
    counted = totals(session)
    base_url = app.state.base_url
    return Contents(
        collections=[
            Collection(
                kind=resource.kind,
                url=f"{base_url}/v1/{resource.kind}",
                total=counted.get(resource.kind, 0),
                about=resource.about,
            )
            for resource in RESOURCES
        ],
        links=links(app),
    )


def links(app: FastAPI) -> list[Link]:
    """Whatever is no collection."""
    base_url = app.state.base_url
    return [
        Link(rel=rel, href=f"{base_url}{path}", type=media, title=title)
        for rel, path, media, title in LINKS
    ]


def readiness_of(session: Session) -> Readiness:
    """Reads the database; a problem with 503 if that fails."""
    try:
        release = served_release(session)
    except Unreadable as error:
        raise HTTPException(503, "The database can't be read.", {"Retry-After": "5"}) from error
    return Readiness(status="ok", data_version=release)


@router.get(
    "/v1",
    summary="Index of all that there is",
    response_model=Index,
    responses=documented(406),
)
async def get_index(request: Request, session: SessionDep) -> Response:
    """Every collection with its address and number of records, and links to all else.

    The header `Link` leads to the API catalog, the OpenAPI document and the documentation.
    """
    contents = index_of(request.app, session)
    named = (link for link in contents.links if link.rel in SERVICE)
    header = ", ".join(f'<{link.href}>; rel="{link.rel}"; type="{link.type}"' for link in named)
    return with_meta(request, contents.model_dump_json(), {"Link": header})


@router.get("/healthz", summary="Is the service alive?", response_model=Health)
async def get_health() -> Health:
    """Answers as long as the process does."""
    return Health(status="ok")


@router.get(
    "/readyz",
    summary="Can the service answer?",
    response_model=Readiness,
    responses=documented(503),
)
async def get_readiness(session: SessionDep) -> Readiness:
    """Reads the database; a problem answer with 503 if that fails."""
    return readiness_of(session)
