"""The application: its routers, its errors, its documentation."""

from fastapi import Depends, FastAPI

from app import __version__
from app.resources import RESOURCES
from app.serving import errors, handlers
from app.serving.docs import discovery, openapi, pages
from app.serving.routes import export, lookup, releases, search, service, vocabularies
from app.serving.routes.collections import add_routes
from app.settings import Settings
from app.store.database import open_database

DESCRIPTION = """
Structured facts about HER2-positive breast cancer. **Every value says where it comes from**: each
record has citations, each citation names the fields that rest on it and links to the passage.

* Lists are pages: follow `next` to the end. Filters are plain; a name given twice is OR, different
  names are AND. What is unknown is refused, never ignored.
* JSON, CSV, NDJSON and JSON-LD by `Accept` or `format=`; `fields=` picks, `facets=` counts, `q=`
  searches, `id=` takes several. `/v1/search` searches everything, `/v1/export` has it as files.
* Absent is `null`, many-valued is a list, a receptor's status is a word (`positive`), never a sign.
* Errors are problem details (RFC 9457).

Information, not medical advice.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on a built database; raises DatabaseUnusable if it can't be served."""
    settings = settings or Settings()
    app = FastAPI(
        title="HER2 Facts",
        version=__version__,
        summary="Facts about HER2-positive breast cancer, each cited to its passage.",
        description=DESCRIPTION,
        license_info={"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"},
        contact={"name": "HER2 Facts", "url": f"{settings.base_url}/docs"},
        servers=[{"url": settings.base_url}],
        openapi_tags=[
            *({"name": resource.kind, "description": resource.about} for resource in RESOURCES),
            {"name": "releases", "description": "States of the data, and what changed."},
            {"name": "export", "description": "The whole data set as files."},
            {"name": "service", "description": "What there is, and whether it is up."},
        ],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would copy the Host header of a stranger into Location.
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=lambda route: route.name,
        dependencies=[Depends(handlers.check_parameters)],
        responses=errors.documented(414, 422, 500),
    )
    engine, built = open_database(settings.database)
    app.state.engine = engine
    app.state.release = built.release
    # Names the files: they may change with the code too.
    app.state.build = f"{built.release.version}-{built.fingerprint[:8]}"
    app.state.base_url = settings.base_url
    app.state.meta = service.meta_of(built.release, settings.base_url).model_dump_json()
    for resource in RESOURCES:
        add_routes(app.router, resource)
    for module in (releases, lookup, search, vocabularies, export, discovery, pages, service):
        app.include_router(module.router)
    handlers.install(app)
    openapi.install(app, built.openapi)
    return app
