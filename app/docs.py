"""The documentation: the OpenAPI document with true examples, and pages that need no network."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse
from sqlmodel import Session, col, select
from starlette.types import Message

from app.errors import Problem
from app.listing import NoQuery
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

EXAMPLE_QUERIES = {"/v1/lookup": "?name=kadcyla", "/v1/search": "?q=kadcyla&limit=1"}
PLACEHOLDER = re.compile(r"{(\w+)}")

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_docs(query: Annotated[NoQuery, Query()]) -> FileResponse:
    """Interactive documentation (Swagger UI)."""
    return FileResponse(OWN_FILES / "docs.html", headers={"Content-Security-Policy": PAGE_POLICY})


@router.get("/redoc")
async def show_redoc(query: Annotated[NoQuery, Query()]) -> FileResponse:
    """Documentation to read (Redoc)."""
    return FileResponse(OWN_FILES / "redoc.html", headers={"Content-Security-Policy": PAGE_POLICY})


@router.get("/assets/{name}")
async def show_asset(name: str, query: Annotated[NoQuery, Query()]) -> FileResponse:
    """A file that the pages load."""
    if name not in ASSETS:
        raise HTTPException(404)
    return FileResponse(ASSETS[name])


@router.get("/openapi.json")
async def show_openapi(request: Request, query: Annotated[NoQuery, Query()]) -> Response:
    """The OpenAPI document."""
    return Response(openapi_text(request.app), media_type="application/json")


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: the routes as FastAPI sees them, with Problem and true examples."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        contact=app.contact,
        servers=app.servers,
        tags=app.openapi_tags,
    )
    document["security"] = []  # open to all, and the document says so
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for path, item in document["paths"].items():
        if address := example_address(app, path):
            answer = item["get"]["responses"]["200"]["content"]["application/json"]
            answer["example"] = answer_of(app, address)
            set_parameter_example(item["get"], address)
    return document


def set_parameter_example(operation: dict[str, Any], address: str) -> None:
    """Show the identifier that the example answers for."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            parameter["example"] = address.removesuffix("/changes").rsplit("/", 1)[1]


def example_address(app: FastAPI, path: str) -> str | None:
    """The address whose answer is the example of a route; None where there is no record."""
    if "{" not in path:
        return path + EXAMPLE_QUERIES.get(path, "?limit=1" if is_list(path) else "")
    with Session(app.state.engine) as session:
        kind = path.split("/")[2]
        of_kind = select(RecordRow.id).where(RecordRow.kind == kind)
        first = session.exec(of_kind.order_by(col(RecordRow.position))).first()
    known = {"id": first, "version": app.state.release.version, "name": "effect"}
    (name,) = PLACEHOLDER.findall(path)
    return path.replace(f"{{{name}}}", known[name]) if known[name] else None


def is_list(path: str) -> bool:
    """Whether an address is the list of a collection."""
    return path in {f"/v1/{resource.kind}" for resource in RESOURCES}


def answer_of(app: FastAPI, address: str) -> Any:
    """What the application answers to an address: the examples are made by the code itself."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [],
    }
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    # A thread of its own: there may be an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    return json.loads(b"".join(parts))


def openapi_text(app: FastAPI) -> str:
    """The OpenAPI document as JSON, made once."""
    if not hasattr(app.state, "openapi_text"):
        app.state.openapi_text = json.dumps(app.openapi())
    return str(app.state.openapi_text)


def install(app: FastAPI) -> None:
    """Serve the document and the pages. The document is made when it is first asked for."""
    app.openapi = cache(partial(describe, app))  # type: ignore[method-assign]
    app.include_router(router)
