"""How every failure becomes a problem answer."""

from http import HTTPStatus
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.serving.errors import (
    METHODS,
    MOST_ERRORS,
    InvalidParameters,
    ParameterError,
    problem,
    refused,
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
