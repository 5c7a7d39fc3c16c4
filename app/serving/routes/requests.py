"""What handlers need of a request: the service and the format of the answer."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from app.model.json_text import read_json
from app.pages.views import PageView
from app.serving.addresses import Address
from app.serving.answers import add_meta
from app.serving.formats import MEDIA_TYPES, PAGES, Format, choose_format, content_type
from app.serving.library import Library
from app.serving.pages import page_response
from app.serving.parameters import PageQuery, RecordQuery
from app.serving.queries import list_parameters
from app.serving.service import Service

# What a page is made of: the answer as programs get it, other answers, and its own address.
MakePage = Callable[[Mapping[str, Any], Library, str], PageView]
PAGE_FORMATS = (Format.JSON, *PAGES)
PAGE = {MEDIA_TYPES[form]: {"schema": {"type": "string"}} for form in PAGES}
PAGE_CONTENT: dict[int | str, dict[str, Any]] = {200: {"content": PAGE}}


async def get_service(request: Request) -> Service:
    """The service as it was when the request came in; new data do not change it."""
    service: Service = request.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


def read_accept(request: Request) -> str:
    """The `Accept` header; several of them are joined into one list (RFC 9110, 5.3)."""
    return ", ".join(filter(None, request.headers.getlist("accept")))


def read_format(request: Request, query: RecordQuery) -> Format:
    """The format of the answer by `format=` or `Accept`; raises HTTPException 406 for neither."""
    partial = bool(query.fields)
    return choose_format(read_accept(request), query.format, partial=partial)


def own_address(request: Request, service: Service, query: BaseModel) -> Address:
    """The address of a request with its parameters, but for its format and what it counts."""
    plain: dict[str, Any] = {"format": None, "facets": []}
    changes = {name: plain[name] for name in plain if name in query.model_fields_set}
    asked = query.model_copy(update=changes)
    return Address(service.base_url, request.scope["path"], list_parameters(asked))


def respond(
    request: Request,
    service: Service,
    query: PageQuery,
    text: bytes | str,
    make_page: MakePage,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with stored JSON and `meta`, or with the page that is made of them.

    Raises HTTPException 406 if neither is accepted.
    """
    stored = text.encode() if isinstance(text, str) else text
    body = add_meta(service.public(stored), service.meta)
    return respond_with(request, service, query, body, make_page, headers)


def respond_with(
    request: Request,
    service: Service,
    query: PageQuery,
    body: bytes,
    make_page: MakePage,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with the whole JSON, `meta` included, or with the page that is made of it."""
    form = choose_format(read_accept(request), query.format, offered=PAGE_FORMATS)
    if form is Format.JSON:
        return Response(body, headers=dict(headers or {}), media_type=content_type(form))
    address = own_address(request, service, query).whole
    page = make_page(read_json(body), Library(service), address)
    return page_response(request, service, page, form, address, PAGE_FORMATS, headers)
