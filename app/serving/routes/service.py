"""/v1, the index of the API, and the probes /healthz and /readyz."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from app.model.field import Described
from app.pages.home import home_page
from app.pages.views import PageView
from app.resources import RESOURCES
from app.serving.answers import WithMeta
from app.serving.errors import describe_problems
from app.serving.feed import ATOM
from app.serving.formats import LINKSET, Format, content_type
from app.serving.json_ld import describe_dataset
from app.serving.library import Library
from app.serving.parameters import PageQuery
from app.serving.routes.requests import PAGE_CONTENT, ServiceDep, respond
from app.serving.service import TOOLS_PATH, Service
from app.store.lookups import count_by_kind

router = APIRouter(tags=["service"])
JSON = "application/json"


class Collection(Described):
    """One collection of records."""

    kind: str = Field(description="Name, as in `kind` of its records.")
    url: str = Field(description="Address of its list.")
    total: int = Field(description="Number of records.")
    about: str = Field(description="What its records are.")


class WebLink(Described):
    """A link to something other than a collection."""

    rel: str = Field(description="Link relation, as registered with IANA.")
    href: str = Field(description="Address.")
    type: str = Field(description="Media type.")
    title: str = Field(description="What it is.")


class Contents(Described):
    """Contents of the API."""

    collections: list[Collection] = Field(description="Every collection, in reading order.")
    links: list[WebLink] = Field(description="Search, export, documentation and other addresses.")


class ApiIndex(WithMeta, Contents):
    """Contents of the API, with the version of the data."""


# Links that are not collections: relation, address, media type and title.
LINKS = (
    ("search", "/v1/search?q=", JSON, "Search all records"),
    ("related", "/v1/suggest?q=", JSON, "Names that complete what is typed"),
    ("related", "/v1/lookup", JSON, "From codes, names or old identifiers to the records"),
    ("related", TOOLS_PATH, JSON, "Tools for agents, called by POST (Model Context Protocol)"),
    ("related", "/llms.txt", "text/plain", "Entry points, for language models"),
    ("version-history", "/v1/releases", JSON, "States of the data, and what changed"),
    ("version-history", "/v1/releases.atom", ATOM, "Feed of releases, with what changed"),
    ("help", "/v1/vocabularies", JSON, "Every closed list of words, with meanings"),
    ("item", "/v1/tables", JSON, "Flat tables: citations, notes, codes and other lists"),
    ("enclosure", "/v1/export", JSON, "The whole data set as files"),
    ("service-desc", "/openapi.json", JSON, "OpenAPI document"),
    ("service-desc", "/openapi-client.json", JSON, "OpenAPI document for generators of clients"),
    ("service-desc", "/openapi.yaml", "application/yaml", "OpenAPI document, as YAML"),
    ("service-doc", "/docs", "text/html", "Documentation to try out"),
    ("service-doc", "/redoc", "text/html", "Documentation to read"),
    ("status", "/readyz", JSON, "Whether the service can answer"),
    ("api-catalog", "/.well-known/api-catalog", LINKSET, "API catalog (RFC 9727)"),
)
# Relations that the header `Link` has too (RFC 8631, RFC 9727).
SERVICE = ("service-desc", "service-doc", "status", "api-catalog")


class Health(Described):
    """Whether the service is up."""

    status: str = Field(description="Always `ok`; a failure is a problem answer.")


class Readiness(Health):
    """Whether the service can answer, and from which data."""

    data_version: str = Field(description="Version of the data.")
    reload_error: str | None = Field(
        description="Why a newer database file is not served, while the last good one is."
    )


def describe_contents(service: Service) -> Contents:
    """Every collection with its number of records, and all other links."""
    totals = count_by_kind(service.database)
    collections = [
        Collection(
            kind=resource.kind,
            url=f"{service.base_url}/v1/{resource.kind}",
            total=totals.get(resource.kind, 0),
            about=resource.about,
        )
        for resource in RESOURCES
    ]
    return Contents(collections=collections, links=list_links(service))


def list_links(service: Service) -> list[WebLink]:
    """The links of the index that are not collections."""
    return [
        WebLink(rel=rel, href=f"{service.base_url}{path}", type=media, title=title)
        for rel, path, media, title in LINKS
        if service.has_tools or path != TOOLS_PATH
    ]


@router.get(
    "/v1",
    summary="Get the index of the API",
    response_model=ApiIndex,
    responses=PAGE_CONTENT | describe_problems(406),
)
async def get_index(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """Every collection with its address and number of records, and links to everything else.

    The header `Link` leads to the API catalog, the OpenAPI document and the documentation.
    """
    return answer_index(request, service, query)


@router.get("/", include_in_schema=False)
async def get_home(
    request: Request, service: ServiceDep, query: Annotated[PageQuery, Query()]
) -> Response:
    """The first page for people; the index of the API for programs."""
    return answer_index(request, service, query)


def answer_index(request: Request, service: Service, query: PageQuery) -> Response:
    """Answer with the index of the API, or with the first page."""
    contents = describe_contents(service)
    links = (link for link in contents.links if link.rel in SERVICE)
    header = ", ".join(f'<{link.href}>; rel="{link.rel}"; type="{link.type}"' for link in links)
    text = contents.model_dump_json()
    return respond(request, service, query, text, show_home, {"Link": header})


def show_home(answer: Mapping[str, Any], library: Library, address: str) -> PageView:
    """The first page, with the data set described for search engines."""
    page = home_page(answer, library, library.releases())
    dataset = {"@context": "https://schema.org/", **describe_dataset(library.service)}
    page.json_ld = json.dumps(dataset, ensure_ascii=False)
    return page


@router.get("/healthz", summary="Is the service alive?", response_model=Health)
async def get_health() -> Response:
    """Answers as long as the process does."""
    return Response(Health(status="ok").model_dump_json(), media_type=content_type(Format.JSON))


@router.get(
    "/readyz",
    summary="Can the service answer?",
    response_model=Readiness,
    responses=describe_problems(503),
)
async def get_readiness(request: Request, service: ServiceDep) -> Response:
    """Ready as long as good data are loaded; 503 only where every connection is busy."""
    ready = Readiness(
        status="ok",
        data_version=service.database.release.version,
        reload_error=request.state.reload_error,
    )
    return Response(ready.model_dump_json(), media_type=content_type(Format.JSON))
