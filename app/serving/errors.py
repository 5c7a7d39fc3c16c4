"""Errors that a handler can raise, in the one shape of RFC 9457."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Any, NoReturn, Self
from urllib.parse import quote

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

PROBLEM_JSON = "application/problem+json"
METHODS = "GET, HEAD, OPTIONS"
# The phrases of RFC 9110, which Python's own differ from in some versions.
PHRASES = {
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    410: "Gone",
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",  # RFC 6585
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# At most this many errors, and this many allowed values in each: an answer must not outgrow its
# question, and an error can repeat the whole list of allowed values.
MOST_ERRORS = 20
MOST_ALLOWED = 50
# Characters of a value that an error repeats, and values of a parameter.
LONGEST_VALUE = 200
MOST_VALUES = 5
# Bytes that the errors of an answer may take together: 20 names and values of emoji take more.
MOST_BYTES = 12_000
CUT = "\N{HORIZONTAL ELLIPSIS}"


def nearest_word(word: str, allowed: Iterable[str]) -> str | None:
    """The word of a closed list that a misspelled one is nearest to, or None."""
    return next(iter(get_close_matches(word[:LONGEST_VALUE], allowed, n=1)), None)


class ParameterError(BaseModel):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Name of the parameter.")
    location: str = Field(description="Where it stands: query or path.")
    value: Any = Field(None, description="The value given.")
    detail: str = Field(description="What is wrong with it.")
    allowed: list[Any] | None = Field(
        None,
        description="The values or names allowed, if a list: at most 50 of them, and only with the "
        "first error of a parameter.",
    )
    allowed_count: int | None = Field(
        None, description="Number of all allowed values where `allowed` leaves some out, or null."
    )
    did_you_mean: str | None = Field(None, description="The nearest of them, or null.")

    @classmethod
    def refuse(
        cls,
        name: str,
        value: Any,
        detail: str,
        allowed: list[Any] | None = None,
        *,
        location: str = "query",
        nearest: str | None = None,
    ) -> Self:
        """One refused parameter; the nearest allowed word is looked for unless it is given."""
        words = [str(word) for word in allowed or []]
        near = nearest or nearest_word(str(value), words)
        return cls(
            parameter=name,
            location=location,
            value=value,
            detail=detail,
            allowed=allowed,
            did_you_mean=near,
        )

    @classmethod
    def unknown(cls, name: str, value: Any, allowed: list[Any]) -> Self:
        """A parameter that the address does not take; the nearest of those that it takes."""
        near = nearest_word(name, allowed)
        return cls.refuse(name, value, "there is no such parameter", allowed, nearest=near)


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = Field("about:blank", description="`about:blank`: the status says it all.")
    title: str = Field(description="The phrase of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong here, and what to do.")
    instance: str = Field(description="Path of the request, of a long one its start.")
    request_id: str | None = Field(None, description="Also in the header X-Request-ID.")
    errors: list[ParameterError] | None = Field(None, description="One for each bad parameter.")


def shorten_value(value: Any) -> Any:
    """A value as an error repeats it: a long text is cut, and so is a long list."""
    if isinstance(value, list):
        return [shorten_value(item) for item in value[:MOST_VALUES]]
    is_long = isinstance(value, str) and len(value) > LONGEST_VALUE
    return value[:LONGEST_VALUE] + CUT if is_long else value


def shorten_errors(errors: Iterable[ParameterError]) -> list[ParameterError]:
    """The first errors, each value cut, the allowed values once for each parameter."""
    shown: set[str] = set()
    shortened: list[ParameterError] = []
    room = MOST_BYTES
    for error in islice(errors, MOST_ERRORS):
        short = shorten_error(error, is_first=error.parameter not in shown)
        room -= len(short.model_dump_json(exclude_none=True).encode())
        if room < 0 and shortened:
            break
        shortened.append(short)
        shown.add(error.parameter)
    return shortened


def shorten_error(error: ParameterError, *, is_first: bool) -> ParameterError:
    """An error with its values cut; the allowed ones stand only with the first of a parameter."""
    allowed = error.allowed if is_first else None
    count = error.allowed_count
    if allowed and len(allowed) > MOST_ALLOWED:
        allowed, count = allowed[:MOST_ALLOWED], len(allowed)
    changes = {
        "parameter": shorten_value(error.parameter),
        "value": shorten_value(error.value),
        "allowed": allowed,
        "allowed_count": count if is_first else None,
    }
    return error.model_copy(update=changes)


class InvalidParameters(Exception):
    """Parameters that Pydantic takes and the service refuses; there may be more in total."""

    def __init__(self, *errors: ParameterError, total: int | None = None) -> None:
        self.errors = list(errors)
        self.total = len(errors) if total is None else total


def problem_response(
    scope: Any,
    status: int,
    detail: str,
    errors: list[ParameterError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer to a request that failed."""
    body = Problem(
        title=PHRASES[status],
        status=status,
        detail=detail,
        instance=quote(scope["path"][:LONGEST_VALUE]),
        request_id=scope.get("state", {}).get("request_id"),
        errors=errors,
    )
    text = body.model_dump_json(exclude_none=True)
    return Response(text, status, headers, media_type=PROBLEM_JSON)


def describe_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How the OpenAPI document describes these errors."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PHRASES[status], "content": content} for status in statuses}


def raise_not_found(what: str, name: str, nearest: str | None = None) -> NoReturn:
    """Answer 404: there is no such thing, and what the nearest is called."""
    hint = f" Did you mean {nearest!r}?" if nearest else ""
    raise HTTPException(404, f"There is no {what} {name[:LONGEST_VALUE]!r}.{hint}")


def raise_gone(name: str, reason: str, successor: str | None) -> NoReturn:
    """Answer 410: there was such a record; why it is gone and what to use instead."""
    use = f" Use {successor!r} instead." if successor else ""
    raise HTTPException(410, f"{name!r} was withdrawn: {reason}{use}")
