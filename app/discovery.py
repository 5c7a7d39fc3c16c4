"""Discovery: what programs look for at well-known addresses."""

import json
from typing import Annotated

import yaml
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from app.docs import OWN_FILES
from app.queries import NoQuery

router = APIRouter(include_in_schema=False)

NoParameters = Annotated[NoQuery, Query()]


@router.get("/.well-known/api-catalog")
async def show_catalog(request: Request, query: NoParameters) -> Response:
    """The API catalog of RFC 9727, as a linkset."""
    base = request.app.state.base_url
    api = {
        "anchor": f"{base}/v1",
        "service-desc": [
            {"href": f"{base}/openapi.json", "type": "application/vnd.oai.openapi+json"},
            {"href": f"{base}/openapi.yaml", "type": "application/vnd.oai.openapi"},
        ],
        "service-doc": [{"href": f"{base}/docs", "type": "text/html"}],
        "status": [{"href": f"{base}/readyz", "type": "application/json"}],
        "license": [{"href": "https://creativecommons.org/licenses/by/4.0/"}],
    }
    media_type = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    headers = {"Link": f'<{base}/.well-known/api-catalog>; rel="api-catalog"'}
    return Response(json.dumps({"linkset": [api]}), headers=headers, media_type=media_type)


@router.get("/")
async def show_root(request: Request, query: NoParameters) -> RedirectResponse:
    """People who type the host alone get the documentation."""
    return RedirectResponse(f"{request.app.state.base_url}/docs")


@router.get("/openapi.yaml")
async def show_openapi_yaml(request: Request, query: NoParameters) -> Response:
    """The OpenAPI document, as YAML."""
    if not hasattr(request.app.state, "openapi_yaml"):
        document = request.app.openapi()
        text = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        request.app.state.openapi_yaml = text
    return Response(request.app.state.openapi_yaml, media_type="application/yaml")


@router.get("/robots.txt")
async def show_robots(query: NoParameters) -> Response:
    """Robots are welcome."""
    return Response("User-agent: *\nAllow: /\n", media_type="text/plain")


@router.get("/favicon.ico")
async def show_favicon(query: NoParameters) -> FileResponse:
    """The icon."""
    return FileResponse(OWN_FILES / "icon.svg", media_type="image/svg+xml")
