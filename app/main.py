"""Put the service together: `create_app` makes all of it, `create_api` its routes."""

from functools import cache

from fastapi import Depends, FastAPI

from app import __version__
from app.resources import RESOURCES
from app.serving.docs import discovery, pages
from app.serving.errors import describe_problems
from app.serving.handlers import EXCEPTION_HANDLERS, check_parameters, no_route
from app.serving.live import Live
from app.serving.routes import (
    agents,
    export,
    guide,
    lookup,
    releases,
    search,
    service,
    suggest,
    tables,
    vocabularies,
)
from app.serving.routes.collections import add_routes
from app.serving.service import SUMMARY, TITLE
from app.serving.transport import Transport
from app.settings import Settings
from app.store.database import DatabaseUnusable

DESCRIPTION = """
Begin with one of these:

* [a drug](v1/drugs/trastuzumab), with its approvals, warnings and trials
* [survival figures](v1/survival?stage=distant&her2_status=positive) of one stage and subtype
* [a search](v1/search?q=side+effects+of+Kadcyla) over all records

Each record has `citations`: a citation names the fields that it supports, and its `deep_link` opens
the source at the very passage. This is information about what sources say, not medical advice.
"""
TAGS = [
    {"name": "search", "description": "Find records by words, names or codes."},
    *({"name": resource.kind, "description": resource.about} for resource in RESOURCES),
    {"name": "vocabularies", "description": "Every closed list of words, with meanings."},
    {"name": "tables", "description": "Flat tables of what is a list inside a record."},
    {"name": "releases", "description": "Releases of the data, and what changed."},
    {"name": "export", "description": "The whole data set as files."},
    {"name": "service", "description": "The index, and the probes of an operator."},
]
FIRST_ROUTERS = (search, suggest, lookup)
ROUTERS = (vocabularies, tables, releases, export, discovery, pages, guide, service)


def create_app(settings: Settings | None = None) -> Transport:
    """The whole service (ASGI); raises DatabaseUnusable if there is no usable built database.

    Without settings a server calls it as a factory: then it ends the process with that one line.
    """
    used = settings or Settings()
    try:
        live = Live(used)
    except DatabaseUnusable as error:
        if settings:
            raise
        raise SystemExit(str(error)) from None
    return Transport(create_api(), live)


@cache
def create_api() -> FastAPI:
    """The routes as a FastAPI application, without what the transport adds to each answer.

    One serves all: each request brings its `Service`.
    """
    app = FastAPI(
        title=TITLE,
        version=__version__,
        summary=SUMMARY,
        description=DESCRIPTION,
        license_info={"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"},
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would copy the client's Host header into Location.
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=lambda route: route.name,
        exception_handlers=EXCEPTION_HANDLERS,
        dependencies=[Depends(check_parameters)],
        responses=describe_problems(414, 422, 500),
    )
    for module in FIRST_ROUTERS:
        app.include_router(module.router)
    for resource in RESOURCES:
        add_routes(app.router, resource)
    for module in ROUTERS:
        app.include_router(module.router)
    routes = [*app.router.routes, *(r for m in (*FIRST_ROUTERS, *ROUTERS) for r in m.router.routes)]
    paths = (getattr(route, "path", "") for route in routes)
    # Those without an identifier: a misspelled one leads there.
    app.state.addresses = frozenset(path for path in paths if path and "{" not in path)
    app.router.routes += agents.ROUTES
    app.router.default = no_route
    return app
