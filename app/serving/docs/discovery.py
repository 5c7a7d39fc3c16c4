"""Files at well-known addresses: API catalog, openapi.yaml, robots.txt, favicon.ico."""

import json
from typing import Any

from fastapi import APIRouter, Response

from app.serving.docs.openapi import openapi_yaml
from app.serving.docs.pages import STATIC_FILES, read_file
from app.serving.formats import LINKSET
from app.serving.json_ld import LICENSE_URL
from app.serving.routes.requests import ServiceDep
from app.serving.routes.service import list_links

router = APIRouter(include_in_schema=False)


@router.get("/.well-known/api-catalog")
async def show_catalog(service: ServiceDep) -> Response:
    """The API catalog of RFC 9727: a linkset with the links of the index."""
    base = service.base_url
    catalog: dict[str, Any] = {"anchor": f"{base}/v1", "license": [{"href": LICENSE_URL}]}
    for link in list_links(service):
        catalog.setdefault(link.rel, []).append(link.model_dump(exclude={"rel"}))
    media_type = f'{LINKSET}; profile="https://www.rfc-editor.org/info/rfc9727"'
    headers = {"Link": f'<{base}/.well-known/api-catalog>; rel="api-catalog"'}
    return Response(json.dumps({"linkset": [catalog]}), headers=headers, media_type=media_type)


@router.get("/openapi.yaml")
async def show_openapi_yaml(service: ServiceDep) -> Response:
    """The OpenAPI document, as YAML."""
    return Response(openapi_yaml(service), media_type="application/yaml")


@router.get("/robots.txt")
async def show_robots(service: ServiceDep) -> Response:
    """Allow robots everything, and show them all pages."""
    text = f"User-agent: *\nAllow: /\n\nSitemap: {service.base_url}/sitemap.xml\n"
    return Response(text, media_type="text/plain")


@router.get("/favicon.ico")
async def show_favicon() -> Response:
    """The icon."""
    return Response(read_file(STATIC_FILES / "icon.svg"), media_type="image/svg+xml")
