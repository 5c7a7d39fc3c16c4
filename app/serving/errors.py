"""Errors that a handler can raise, in the one shape of RFC 9457."""

import difflib
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

PROBLEM_JSON = "application/problem+json"
METHODS = "GET, HEAD, OPTIONS"
# An answer should not outgrow its question: each error may list all that is allowed.
MOST_ERRORS = 20


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Name of the parameter.")
    location: str = Field(description="Where it stands: query or path.")
    value: Any = Field(None, description="The value given.")
    detail: str = Field(description="What is wrong with it.")
    allowed: list[Any] | None = Field(None, description="The values or names allowed, if a list.")
    did_you_mean: str | None = Field(None, description="The nearest of them, or null.")


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = Field("about:blank", description="`about:blank`: the status says it all.")
    title: str = Field(description="The phrase of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong here, and what to do.")
    instance: str = Field(description="Path of the request.")
    request_id: str | None = Field(None, description="Also in the header X-Request-ID.")
    errors: list[ParameterError] | None = Field(None, description="One for each bad parameter.")


class InvalidParameters(Exception):
    """Parameters with values that only the data can refuse."""

    def __init__(self, *errors: ParameterError) -> None:
        self.errors = list(errors)


def problem(
    request: Request,
    status: int,
    detail: str,
    errors: list[ParameterError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error answer."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(request.scope["path"]),
        request_id=request.scope.get("state", {}).get("request_id"),
        errors=errors,
    )
    text = body.model_dump_json(exclude_none=True)
    return Response(text, status, headers, media_type=PROBLEM_JSON)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How the OpenAPI document describes these errors."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


def not_found(kind: str, identifier: str, near: list[str]) -> NoReturn:
    """There is no such record; the nearest identifier is said."""
    close = difflib.get_close_matches(identifier, near, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise HTTPException(404, f"{kind} has no record {identifier!r}.{hint}")


def withdrawn(identifier: str, reason: str, successor: str | None) -> NoReturn:
    """There was such a record."""
    use = f" Use {successor!r} instead." if successor else ""
    raise HTTPException(410, f"{identifier!r} was withdrawn: {reason}{use}")


def refused(
    name: str, value: Any, detail: str, allowed: list[Any] | None = None, location: str = "query"
) -> ParameterError:
    """One refused parameter, with the nearest allowed word."""
    words = [str(word) for word in allowed or []]
    asked = name if detail.startswith("there is no") else str(value)
    near = difflib.get_close_matches(asked, words, n=1)
    return ParameterError(
        parameter=name,
        location=location,
        value=value,
        detail=detail,
        allowed=allowed,
        did_you_mean=near[0] if near else None,
    )
