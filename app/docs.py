"""The documentation: the OpenAPI document with true examples, and pages that need no network."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse
from sqlmodel import Session, col, select

from app import lookup, releases, service
from app.errors import Problem
from app.listing import ListQuery, RecordQuery, page, single, with_meta
from app.resources import RESOURCES
from app.tables import RecordRow

# Nothing is loaded from another host: the browser itself sees to that.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OWN_FILES = Path(__file__).parent / "static"
# The files of Swagger UI and Redoc, as the package fastapi-offline ships them.
LIBRARY_FILES = Path(str(files("fastapi_offline"))) / "static"

# Name under /assets: the file.
ASSETS = {
    "docs.js": OWN_FILES / "docs.js",
    "icon.svg": OWN_FILES / "icon.svg",
    "swagger-ui.css": LIBRARY_FILES / "swagger-ui.css",
    "swagger-ui-bundle.js": LIBRARY_FILES / "swagger-ui-bundle.js",
    "redoc.standalone.js": LIBRARY_FILES / "redoc.standalone.js",
}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_docs(query: Annotated[RecordQuery, Query()]) -> FileResponse:
    """Interactive documentation (Swagger UI)."""
    return FileResponse(OWN_FILES / "docs.html", headers={"Content-Security-Policy": PAGE_POLICY})


@router.get("/redoc")
async def show_redoc(query: Annotated[RecordQuery, Query()]) -> FileResponse:
    """Documentation to read (Redoc)."""
    return FileResponse(OWN_FILES / "redoc.html", headers={"Content-Security-Policy": PAGE_POLICY})


@router.get("/assets/{name}")
async def show_asset(name: str, query: Annotated[RecordQuery, Query()]) -> FileResponse:
    """A file that the pages load."""
    if name not in ASSETS:
        raise HTTPException(404)
    return FileResponse(ASSETS[name])


@router.get("/openapi.json")
async def show_openapi(request: Request, query: Annotated[RecordQuery, Query()]) -> Response:
    """The OpenAPI document."""
    return Response(request.app.state.openapi_text, media_type="application/json")


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: the routes as FastAPI sees them, with Problem and true examples."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        servers=app.servers,
        tags=app.openapi_tags,
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for path, operation in document["paths"].items():
        if example := example_of(app, path, operation["get"]):
            answer = operation["get"]["responses"]["200"]["content"]["application/json"]
            answer["example"] = json.loads(example)
    return document


def example_of(app: FastAPI, path: str, operation: dict[str, Any]) -> str | None:
    """What a route answers to a simple request, made by the very functions that answer clients."""
    with Session(app.state.engine) as session:
        for resource in RESOURCES:
            if path == f"/v1/{resource.kind}":
                request = Request(request_scope(app, path, "limit=1"))
                query = ListQuery(limit=1)
                return bytes(page(request, session, resource, query).body).decode()
            if path == f"/v1/{resource.kind}/{{id}}":
                of_kind = select(RecordRow.id).where(RecordRow.kind == resource.kind)
                record_id = session.exec(of_kind.order_by(col(RecordRow.position))).first()
                if record_id is None:
                    return None
                operation["parameters"][0]["example"] = record_id
                request = Request(request_scope(app, path.format(id=record_id)))
                return bytes(single(request, session, resource, record_id).body).decode()
        if path == "/v1/lookup":
            found = lookup.found(session, "name", "kadcyla").model_dump_json()
            return bytes(with_meta(Request(request_scope(app, path)), found).body).decode()
        if path.startswith("/v1/releases"):
            return example_release(app, session, path, operation)
        return service.example_of(app, session, path)


def example_release(app: FastAPI, session: Session, path: str, operation: dict[str, Any]) -> str:
    """A true answer of one of the routes of releases."""
    request = Request(request_scope(app, path))
    if "{" not in path:
        return bytes(releases.all_releases(request, session).body).decode()
    version = app.state.release.version
    operation["parameters"][0]["example"] = version
    release = releases.stored_release(session, version)
    document = release.changes if path.endswith("changes") else release.document
    return bytes(with_meta(request, document).body).decode()


def request_scope(app: FastAPI, path: str, query: str = "") -> dict[str, Any]:
    """The scope of a request that no client sends."""
    return {
        "type": "http",
        "app": app,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [],
    }


def install(app: FastAPI) -> None:
    """Serve the document and the pages."""
    document = describe(app)
    app.state.openapi_text = json.dumps(document)
    app.openapi = lambda: document  # type: ignore[method-assign]
    app.include_router(router)
