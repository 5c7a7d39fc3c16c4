"""What handlers need of a request: the service and the format of the answer."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request, Response

from app.serving.answers import add_meta
from app.serving.formats import Format, choose_format, content_type
from app.serving.parameters import RecordQuery
from app.serving.service import Service


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


def json_response(
    request: Request,
    service: Service,
    text: bytes | str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with stored JSON and `meta`; raises HTTPException 406 if JSON is not accepted."""
    choose_format(read_accept(request), None, offered=[Format.JSON])
    stored = text.encode() if isinstance(text, str) else text
    body = add_meta(service.public(stored), service.meta)
    return Response(body, headers=dict(headers or {}), media_type=content_type(Format.JSON))
