"""/guide: pages of words for two readers, and what tells search engines and reporters the way."""

import json
from datetime import timedelta
from typing import Literal
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Request, Response

from app import __version__
from app.pages.guides import (
    developers_page,
    entry_page,
    figures_page,
    list_addresses,
    privacy_page,
)
from app.pages.markdown import write_markdown
from app.pages.views import PageView
from app.resources import RESOURCES
from app.serving.formats import MEDIA_TYPES, PAGES, Format
from app.serving.library import Library
from app.serving.negotiation import best_media_type
from app.serving.pages import page_response
from app.serving.routes.requests import ServiceDep, read_accept
from app.serving.service import Service, keep_with_service
from app.store.lookups import first_ids

# The formats of a page of the guide; other parameters are ignored, as on all pages of words alone.
GuideFormat = Literal[Format.HTML, Format.MD] | None
router = APIRouter(include_in_schema=False)
MOST_ADDRESSES = 50_000  # of one sitemap (sitemaps.org)
SITEMAP = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'


@router.get("/guide/figures")
async def show_figures(
    request: Request, service: ServiceDep, format: GuideFormat = None
) -> Response:
    """How to read a figure."""
    return show_guide(request, service, format, figures_page(Library(service)))


@router.get("/guide/developers")
async def show_developers(
    request: Request, service: ServiceDep, format: GuideFormat = None
) -> Response:
    """For developers."""
    return show_guide(request, service, format, developers_page(Library(service), __version__))


@router.get("/guide/privacy")
async def show_privacy(
    request: Request, service: ServiceDep, format: GuideFormat = None
) -> Response:
    """Privacy."""
    return show_guide(request, service, format, privacy_page(Library(service)))


def show_guide(
    request: Request, service: Service, named: Format | None, page: PageView
) -> Response:
    """A page of the guide, in HTML unless Markdown is preferred."""
    best = best_media_type(read_accept(request), (MEDIA_TYPES[Format.HTML], MEDIA_TYPES[Format.MD]))
    accepted = Format.MD if best == MEDIA_TYPES[Format.MD] else Format.HTML
    return page_response(request, service, page, named or accepted, page.url, PAGES)


@router.get("/llms.txt")
async def show_entry_points(service: ServiceDep) -> Response:
    """Where a language model begins: the entry points in a few lines of Markdown."""
    page = entry_page(Library(service), RESOURCES)
    text = write_markdown(page, json.loads(service.meta), service.base_url)
    return Response(text, media_type="text/plain")


def all_addresses(service: Service) -> list[str]:
    """The addresses of all pages of content."""
    kinds = {r.kind: first_ids(service.database, r.kind, MOST_ADDRESSES) for r in RESOURCES}
    return list_addresses(Library(service), kinds)


@keep_with_service
def sitemap(service: Service) -> str:
    """The addresses of all pages, with the day on which the data changed last."""
    day = service.database.release.date.isoformat()
    entries = (
        f"<url><loc>{escape(address)}</loc><lastmod>{day}</lastmod></url>\n"
        for address in all_addresses(service)[:MOST_ADDRESSES]
    )
    return f"{SITEMAP}{''.join(entries)}</urlset>\n"


@router.get("/sitemap.xml")
async def show_sitemap(service: ServiceDep) -> Response:
    """The sitemap, for search engines."""
    return Response(sitemap(service), media_type="application/xml")


@router.get("/.well-known/security.txt")
async def show_security(service: ServiceDep) -> Response:
    """Whom to tell about a weakness (RFC 9116); 404 where the operator names nobody."""
    if service.contact is None:
        raise HTTPException(404, "The operator names no contact: HER2_CONTACT is not set.")
    expires = service.database.release.date + timedelta(days=365)
    own = f"{service.base_url}/.well-known/security.txt"
    text = f"Contact: {service.contact}\nExpires: {expires}T00:00:00Z\nCanonical: {own}\n"
    return Response(text, media_type="text/plain")
