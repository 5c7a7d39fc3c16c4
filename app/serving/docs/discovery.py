"""Discovery: what programs look for at well-known addresses."""

import json
from typing import Any

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from app.serving.docs.openapi import whole_document
from app.serving.docs.pages import OWN_FILES
from app.serving.formats import LICENCE, LINKSET
from app.serving.routes.service import links

router = APIRouter(include_in_schema=False)


@router.get("/.well-known/api-catalog")
async def show_catalog(request: Request) -> Response:
    """The API catalog of RFC 9727: a linkset with all that the index leads to."""
    base = request.app.state.base_url
    catalog: dict[str, Any] = {"anchor": f"{base}/v1", "license": [{"href": LICENCE}]}
    for link in links(request.app):
        catalog.setdefault(link.rel, []).append(link.model_dump(exclude={"rel"}))
    media_type = f'{LINKSET}; profile="https://www.rfc-editor.org/info/rfc9727"'
    headers = {"Link": f'<{base}/.well-known/api-catalog>; rel="api-catalog"'}
    return Response(json.dumps({"linkset": [catalog]}), headers=headers, media_type=media_type)


@router.get("/")
async def show_root(request: Request) -> RedirectResponse:
    """People who type the host alone get the documentation."""
    return RedirectResponse(f"{request.app.state.base_url}/docs")


@router.get("/openapi.yaml")
async def show_openapi_yaml(request: Request) -> Response:
    """The OpenAPI document, as YAML."""
    if not hasattr(request.app.state, "openapi_yaml"):
        document = whole_document(request.app)
        text = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        request.app.state.openapi_yaml = text
    return Response(request.app.state.openapi_yaml, media_type="application/yaml")


@router.get("/robots.txt")
async def show_robots() -> Response:
    """Robots are welcome."""
    return Response("User-agent: *\nAllow: /\n", media_type="text/plain")


@router.get("/favicon.ico")
async def show_favicon() -> FileResponse:
    """The icon."""
    return FileResponse(OWN_FILES / "icon.svg", media_type="image/svg+xml")
