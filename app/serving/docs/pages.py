"""The documentation pages, which load nothing from other hosts, and the OpenAPI document."""

from functools import cache
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, Response

from app.pages.render import STYLE_FILE, STYLE_NAME
from app.serving.docs.client import client_document
from app.serving.docs.openapi import openapi_json
from app.serving.errors import raise_not_found
from app.serving.formats import CONTENT_TYPES, Format
from app.serving.hints import nearest_word
from app.serving.routes.requests import ServiceDep
from app.serving.service import Service

# The browser itself blocks everything from other hosts.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; worker-src blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STATIC_FILES = Path(__file__).parent / "static"
# The files of Swagger UI and Redoc, as the package fastapi-offline ships them.
LIBRARY_FILES = Path(str(files("fastapi_offline"))) / "static"
# Name under /assets: the file.
ASSETS = {
    "docs.css": STATIC_FILES / "docs.css",
    "docs.js": STATIC_FILES / "docs.js",
    "icon.svg": STATIC_FILES / "icon.svg",
    STYLE_NAME: STYLE_FILE,
    "swagger-ui.css": LIBRARY_FILES / "swagger-ui.css",
    "swagger-ui-bundle.js": LIBRARY_FILES / "swagger-ui-bundle.js",
    "redoc.standalone.js": LIBRARY_FILES / "redoc.standalone.js",
}
# Redoc shows its maker's logo from that address; no page of ours loads from another host.
REDOC_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
OWN_LOGO = b"assets/icon.svg"  # as the page sees it
router = APIRouter(include_in_schema=False)


@cache
def read_file(path: Path) -> bytes:
    """The content of a file of a package."""
    return path.read_bytes()


@router.get("/docs")
async def show_docs(service: ServiceDep) -> Response:
    """Interactive documentation (Swagger UI)."""
    return docs_page(service, "docs.html")


@router.get("/redoc")
async def show_redoc(service: ServiceDep) -> Response:
    """Documentation to read (Redoc)."""
    return docs_page(service, "redoc.html")


def docs_page(service: Service, name: str) -> Response:
    """A page that may connect to this service only, at its host or at the public address."""
    policy = f"{PAGE_POLICY}; connect-src 'self' {service.origin}"
    page = read_file(STATIC_FILES / name)
    return Response(page, headers={"Content-Security-Policy": policy}, media_type="text/html")


@router.get("/assets/{name}")
async def show_asset(name: str) -> Response:
    """A file that the pages load."""
    if name not in ASSETS:
        raise_not_found("file", name, nearest_word(name, [*ASSETS]))
    path = ASSETS[name]
    content = read_file(path).replace(REDOC_LOGO, OWN_LOGO)
    return Response(content, media_type=guess_type(path.name)[0])


@router.get("/openapi-client.json")
async def show_client_openapi(service: ServiceDep) -> Response:
    """The OpenAPI document for generators of clients."""
    return Response(client_document(service), media_type=CONTENT_TYPES[Format.JSON])


@router.get("/openapi.json")
async def show_openapi(service: ServiceDep) -> Response:
    """The OpenAPI document."""
    return Response(openapi_json(service), media_type=CONTENT_TYPES[Format.JSON])
