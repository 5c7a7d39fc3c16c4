"""What a handler gets from its request: the service, and the format to answer in."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request, Response

from app.serving.answers import add_meta
from app.serving.formats import Format, choose_format, content_type
from app.serving.parameters import RecordQuery
from app.serving.service import Service


async def get_service(request: Request) -> Service:
    """The service as it is when the request comes in: one state of the data to its end."""
    service: Service = request.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


def accept_header(request: Request) -> str:
    """The `Accept` header; several are one list."""
    return ", ".join(filter(None, request.headers.getlist("accept")))


def accepted_format(request: Request, query: RecordQuery) -> Format:
    """The format that `format=` or `Accept` asks for; raises HTTPException 406 without one."""
    partial = bool(query.fields)
    return choose_format(accept_header(request), query.format, partial=partial)


def json_response(
    request: Request,
    service: Service,
    text: bytes | str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A stored JSON object with `meta`; raises HTTPException 406 if JSON is not accepted."""
    choose_format(accept_header(request), None, offered=[Format.JSON])
    stored = text.encode() if isinstance(text, str) else text
    body = add_meta(service.public(stored), service.meta)
    return Response(body, headers=dict(headers or {}), media_type=content_type(Format.JSON))
