"""How every failure becomes a problem answer, and the checks that every route has."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, get_origin

from annotated_types import Ge, Le
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from app.model.annotation import closed_values
from app.model.validation import OWN_RULE, describe_error
from app.serving.errors import (
    METHODS,
    MOST_ERRORS,
    InvalidParameters,
    ParameterError,
    problem_response,
    shorten_errors,
    shorten_value,
)


def query_fields(request: Request) -> Mapping[str, FieldInfo]:
    """The query parameters of the route, by the name in the address."""
    params = request.scope["route"].dependant.query_params
    models = (param.field_info.annotation for param in params)
    return {
        field.alias or name: field
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name, field in model.model_fields.items()
    }


def takes_many(field: FieldInfo) -> bool:
    """Whether a parameter may be repeated."""
    return get_origin(field.annotation) is list


async def check_parameters(request: Request) -> None:
    """Reject parameters on routes that take none, and repeats of single-valued ones."""
    given = request.query_params
    if not given:
        return
    fields = query_fields(request)
    if not fields:
        errors = [ParameterError.unknown(name, given[name], []) for name in given]
    else:
        counts: dict[str, list[str]] = {}
        for name, value in given.multi_items():
            counts.setdefault(name, []).append(value)
        errors = [
            ParameterError.refuse(name, values, "should be given once")
            for name, values in sorted(counts.items())
            if len(values) > 1 and name in fields and not takes_many(fields[name])
        ]
    if errors:
        raise InvalidParameters(*errors)


def parameter_errors(request: Request, errors: list[ErrorDetails]) -> Iterator[ParameterError]:
    """Yield what Pydantic refuses in the words of this API, each wrong value once."""
    fields = query_fields(request)
    found = {(*error["loc"][:2], repr(error["input"])): error for error in errors}
    for error in found.values():
        yield parameter_error(fields, error)


def parameter_error(fields: Mapping[str, FieldInfo], error: ErrorDetails) -> ParameterError:
    """One of Pydantic's errors in the words of this API."""
    location, name, *_ = [*map(str, error["loc"]), str(error["loc"][-1])]
    if error["type"] == "extra_forbidden":
        return ParameterError.unknown(name, error["input"], sorted(fields))
    if error["type"] == "missing":
        return ParameterError.refuse(name, None, "is required", location=location)
    field = fields.get(name)
    is_ours = error["type"] == OWN_RULE
    if field and not is_ours and (allowed := closed_values(field.annotation)):
        detail = "should be one of the allowed values"
        return ParameterError.refuse(name, error["input"], detail, allowed)
    detail = describe_error(error)
    if field and (limits := limits_of(field)):
        detail = "should be a whole number from {} to {}".format(*limits)
    return ParameterError.refuse(name, error["input"], detail, location=location)


def limits_of(field: FieldInfo) -> tuple[Any, Any] | None:
    """The least and the greatest number that a parameter takes, if it has both."""
    low = next((m.ge for m in field.metadata if isinstance(m, Ge)), None)
    high = next((m.le for m in field.metadata if isinstance(m, Le)), None)
    return (low, high) if low is not None and high is not None else None


def parameters_problem(request: Request, errors: list[ParameterError], total: int) -> Response:
    """The answer to bad parameters, of which there may be more in total."""
    shown = shorten_errors(errors)
    value = "" if errors[0].value is None else f", got {shown[0].value!r:.200}"
    first = f"{shown[0].parameter}: {shown[0].detail}{value}."
    more = f" And {total - 1} more." if total > 1 else ""
    return problem_response(request.scope, 422, first + more, shown)


async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
    """Answer 422 to what Pydantic refuses."""
    found = parameter_errors(request, list(error.errors()))
    errors = list(islice(found, MOST_ERRORS))
    return parameters_problem(request, errors, len(errors) + sum(1 for _ in found))


async def on_invalid_parameters(request: Request, error: InvalidParameters) -> Response:
    """Answer 422 to what the data refuse."""
    return parameters_problem(request, error.errors, len(error.errors))


async def on_http_error(request: Request, error: HTTPException) -> Response:
    """Answer what Starlette or a handler raised; OPTIONS comes here as a 405."""
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = METHODS
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        detail = (
            f"{shorten_value(request.method)} is not allowed: this API is read-only ({METHODS})."
        )
        return problem_response(request.scope, 405, detail, headers=headers)
    return problem_response(request.scope, error.status_code, error.detail, headers=headers)


async def no_route(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application for an address that no route has."""
    raise HTTPException(404, "Nothing is at this address; /v1 lists everything.")


EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Any]] = {
    RequestValidationError: on_validation_error,
    InvalidParameters: on_invalid_parameters,
    HTTPException: on_http_error,
}
