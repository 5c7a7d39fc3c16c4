"""The one shape of every error: RFC 9457 problem details."""

import difflib
from http import HTTPStatus
from itertools import islice
from typing import Any, NoReturn
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
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


def documented_parameters(request: Request) -> dict[str, dict[str, Any]]:
    """The parameters of the route asked for, as the OpenAPI document has them."""
    name = getattr(request.scope.get("route"), "name", None)
    operations = (path["get"] for path in request.app.openapi()["paths"].values())
    found: dict[str, Any] = next((one for one in operations if one["operationId"] == name), {})
    return {parameter["name"]: parameter for parameter in found.get("parameters", [])}


def allowed_values(request: Request, schema: dict[str, Any]) -> list[Any] | None:
    """The closed list of values in a parameter's schema, if it has one."""
    schema = schema.get("items", schema)
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        schema = request.app.openapi()["components"]["schemas"][name]
    return schema.get("enum")


async def check_parameters(request: Request) -> None:
    """Refuse any parameter where none is taken, and one given twice that has one value only."""
    given = request.query_params
    if not request.scope["route"].dependant.query_params:
        errors = [refused(name, given[name], "there is no such parameter", []) for name in given]
    else:
        repeated = {name for name in given if len(given.getlist(name)) > 1}
        parameters = documented_parameters(request) if repeated else {}
        errors = [
            refused(name, given.getlist(name), "should be given once")
            for name in sorted(repeated & parameters.keys())
            if parameters[name]["schema"].get("type") != "array"
        ]
    if errors:
        raise InvalidParameters(*errors)


def parameter_error(request: Request, error: dict[str, Any]) -> ParameterError:
    """One of Pydantic's errors, in the words of this API."""
    place = [str(part) for part in error["loc"]]
    location, name = place[0], place[-1 if len(place) == 1 else 1]
    parameters = documented_parameters(request)
    if error["type"] == "extra_forbidden":
        return refused(name, error["input"], "there is no such parameter", sorted(parameters))
    schema = parameters.get(name, {}).get("schema", {})
    if error["type"] != "value_error" and (allowed := allowed_values(request, schema)):
        return refused(name, error["input"], "should be one of the allowed values", allowed)
    if error["type"] == "missing":
        return refused(name, None, "is required", location=location)
    detail = error["msg"].removeprefix("Input ").removeprefix("Value error, ")
    if "minimum" in schema:
        detail = f"should be a whole number from {schema['minimum']} to {schema['maximum']}"
    return refused(name, error["input"], detail, location=location)


def invalid(request: Request, errors: list[ParameterError], total: int = 0) -> Response:
    """The answer to bad parameters, of which there may be more in total."""
    got = "" if errors[0].value is None else f", got {errors[0].value!r:.200}"
    first = f"{errors[0].parameter}: {errors[0].detail}{got}."
    others = max(total, len(errors)) - 1
    more = f" And {others} more." if others else ""
    return problem(request, 422, first + more, errors)


async def on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Each wrong value once.
    found = {(*e["loc"][:2], repr(e["input"])): dict(e) for e in error.errors()}
    shown = [parameter_error(request, e) for e in islice(found.values(), MOST_ERRORS)]
    return invalid(request, shown, len(found))


async def on_invalid_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidParameters)
    return invalid(request, error.errors)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = METHODS
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        detail = f"{request.method} is not allowed: this API is read-only ({METHODS})."
        return problem(request, 405, detail, headers=headers)
    if error.status_code == 404 and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return problem(request, 404, "Nothing is at this address; /v1 lists all that there is.")
    return problem(request, error.status_code, error.detail, headers=headers)


async def on_fault(request: Request, error: Exception) -> Response:
    return problem(request, 500, "The service failed to answer; the fault has been logged.")


def install(app: FastAPI) -> None:
    """Make every failure of the service answer with a problem."""
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(InvalidParameters, on_invalid_parameters)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_fault)
