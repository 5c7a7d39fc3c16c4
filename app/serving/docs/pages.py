"""The documentation: pages that need no network, and the OpenAPI document that they show."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from app.serving.docs.openapi import whole_document

# Nothing is loaded from another host: the browser itself sees to that.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; worker-src blob:; "
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
async def show_docs(request: Request) -> FileResponse:
    """Interactive documentation (Swagger UI)."""
    return page_of(request, "docs.html")


@router.get("/redoc")
async def show_redoc(request: Request) -> FileResponse:
    """Documentation to read (Redoc)."""
    return page_of(request, "redoc.html")


def page_of(request: Request, name: str) -> FileResponse:
    """A page that asks nobody but this service, by whichever of its names it was opened."""
    policy = f"{PAGE_POLICY}; connect-src 'self' {request.app.state.base_url}"
    return FileResponse(OWN_FILES / name, headers={"Content-Security-Policy": policy})


@router.get("/assets/{name}")
async def show_asset(name: str) -> FileResponse:
    """A file that the pages load."""
    if name not in ASSETS:
        raise HTTPException(404)
    return FileResponse(ASSETS[name])


@router.get("/openapi.json")
async def show_openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(whole_document(request.app))
