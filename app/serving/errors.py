"""Errors as problem details (RFC 9457), and the exceptions that a handler can raise."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import quote

from fastapi import Response
from pydantic import Field
from starlette.exceptions import HTTPException

from app.model.field import AS_WRITTEN, Described
from app.serving.hints import explain_name, meant_name, meant_value

PROBLEM_JSON = "application/problem+json"
ALLOWED_METHODS = "GET, HEAD, OPTIONS"
# Reason phrases of RFC 9110; the module `http` of some Python versions has others.
PHRASES = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    410: "Gone",
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",  # RFC 6585
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# At most this many errors, with at most this many allowed values each: an error can repeat a whole
# list of allowed values, and a short request must not get a huge answer.
MOST_ERRORS = 20
MOST_ALLOWED = 50
# An error repeats at most this many characters of a value, and values of a parameter.
LONGEST_VALUE = 200
MOST_VALUES = 5
# All errors of an answer together take at most this many bytes; emoji take four each.
MOST_BYTES = 12_000
CUT = "\N{HORIZONTAL ELLIPSIS}"


class ParameterError(Described):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Name of the parameter.")
    location: str = Field(description="Where it stands: query or path.")
    value: Any = Field(None, description="The value as sent.")
    detail: str = Field(description="What is wrong with it.")
    allowed: list[Any] | None = Field(
        None,
        description="Allowed values or names if they are a list, at most 50; only in the first "
        "error of a parameter.",
    )
    allowed_count: int | None = Field(
        None, description="Number of all allowed values if `allowed` leaves some out, or null."
    )
    did_you_mean: str | None = Field(None, description="The most similar allowed value, or null.")

    @classmethod
    def create(
        cls,
        name: str,
        value: Any,
        detail: str,
        allowed: list[Any] | None = None,
        *,
        location: str = "query",
        nearest: str | None = None,
    ) -> Self:
        """An error of one parameter, with the most similar allowed value if there is one."""
        words = [str(word) for word in allowed or []]
        near = nearest or meant_value(str(value), words)
        return cls(
            parameter=name,
            location=location,
            value=value,
            detail=detail,
            allowed=allowed,
            did_you_mean=near,
        )

    @classmethod
    def unknown_name(cls, name: str, value: Any, allowed: list[Any]) -> Self:
        """An error of a parameter that the address does not have."""
        near = meant_name(name, allowed)
        return cls(
            parameter=name,
            location="query",
            value=value,
            detail=explain_name(name, near),
            allowed=allowed,
            did_you_mean=near,
        )


class Problem(Described):
    """An error, as problem details (RFC 9457)."""

    type: str = Field("about:blank", description="`about:blank`: see the status.")
    title: str = Field(description="Reason phrase of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong, and what to do.")
    instance: Annotated[str | None, AS_WRITTEN] = Field(
        description="Path of the request, of which a long one is cut; null where none was read."
    )
    request_id: str | None = Field(None, description="Also in the header X-Request-ID.")
    contact: str | None = Field(None, description="Where to report a mistake.")
    errors: list[ParameterError] | None = Field(None, description="One for each wrong parameter.")


def shorten_value(value: Any) -> Any:
    """A value as an error repeats it: long texts and lists are cut."""
    if isinstance(value, list):
        return [shorten_value(item) for item in value[:MOST_VALUES]]
    is_long = isinstance(value, str) and len(value) > LONGEST_VALUE
    return value[:LONGEST_VALUE] + CUT if is_long else value


def shorten_errors(errors: Iterable[ParameterError]) -> list[ParameterError]:
    """The first errors, with values cut, and the allowed values once for each parameter."""
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
    """An error with its values cut; the first of a parameter keeps the allowed values."""
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
    """Raised for wrong parameters that Pydantic can't find; `total` counts errors left out too."""

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
    """A problem as an HTTP response."""
    state = scope.get("state", {})
    body = Problem(
        title=PHRASES[status],
        status=status,
        detail=detail,
        instance=f"{state['service'].prefix}{quote(scope['path'][:LONGEST_VALUE])}",
        request_id=state.get("request_id"),
        contact=state["service"].contact,
        errors=errors,
    )
    text = body.model_dump_json()
    return Response(text, status, headers, media_type=PROBLEM_JSON)


def describe_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The entries for these errors in `responses` of an OpenAPI operation."""
    content: dict[str, Any] = {
        PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {"schema": {"type": "string"}},
        "text/markdown": {"schema": {"type": "string"}},
    }
    return {status: {"description": PHRASES[status], "content": content} for status in statuses}


class NotFound(HTTPException):
    """A name that nothing has, and the nearest one or its address; pages link to it."""

    def __init__(self, fault: str, name: str, nearest: str | None) -> None:
        super().__init__(404, f"{fault} Did you mean {nearest!r}?" if nearest else fault)
        self.fault, self.name, self.nearest = fault, name, nearest

    def find_address(self, path: str) -> str | None:
        """The address of what is nearest: its own, or this one with another name in it."""
        if self.nearest is None or self.nearest.startswith("/"):
            return self.nearest
        return "/".join(self.nearest if part == self.name else part for part in path.split("/"))


def raise_not_found(what: str, name: str, nearest: str | None = None) -> NoReturn:
    """Raise NotFound, with the most similar name if there is one."""
    raise NotFound(f"There is no {what} {name[:LONGEST_VALUE]!r}.", name, nearest)


def raise_gone(name: str, reason: str, successor: str | None) -> NoReturn:
    """Raise HTTPException 410 for a withdrawn record, with the reason and what to use instead."""
    use = f" Use {successor!r} instead." if successor else ""
    raise HTTPException(410, f"{name!r} was withdrawn: {reason}{use}")
