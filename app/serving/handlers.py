"""Turn every failure into a problem answer, and check the parameters of every route."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from annotated_types import Ge, Le
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from app.model.annotation import list_choices
from app.model.validation import OUR_RULE, describe_error
from app.serving.errors import (
    ALLOWED_METHODS,
    MOST_ERRORS,
    InvalidParameters,
    NotFound,
    ParameterError,
    problem_response,
    shorten_errors,
    shorten_value,
)
from app.serving.headers import PROBES
from app.serving.moved import find_move, nearest_address, write_address
from app.serving.queries import check_repeats, group_values, parameter_fields, single_names

NO_ADDRESS = "There is nothing at this address; /v1 lists every address."


def find_query_models(route: Any) -> list[type[BaseModel]]:
    """The models of a route's query parameters: one or none."""
    params = route.dependant.query_params
    models = (param.field_info.annotation for param in params)
    return [model for model in models if isinstance(model, type) and issubclass(model, BaseModel)]


async def check_parameters(request: Request) -> None:
    """Reject parameters on routes that take none, and repeats of single-valued ones.

    Pages, their files and probes ignore them: monitors and newsletters add their own.
    """
    sent, route = request.query_params, request.scope["route"]
    if not sent or not route.include_in_schema or route.path in PROBES:
        return
    if models := find_query_models(request.scope["route"]):
        for model in models:
            check_repeats(group_values(sent.multi_items()), single_names(model))
    else:
        unknown = (ParameterError.unknown_name(name, sent[name], []) for name in sent)
        raise InvalidParameters(*islice(unknown, MOST_ERRORS), total=len(sent))


def distinct_errors(errors: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    """Pydantic's errors, each wrong value once."""
    return list({(*error["loc"][:2], repr(error["input"])): error for error in errors}.values())


def parameter_error(fields: Mapping[str, FieldInfo], error: ErrorDetails) -> ParameterError:
    """One of Pydantic's errors as an error of this API."""
    location, name, *_ = [*map(str, error["loc"]), str(error["loc"][-1])]
    if error["type"] == "extra_forbidden":
        return ParameterError.unknown_name(name, error["input"], sorted(fields))
    if error["type"] == "missing":
        return ParameterError.create(name, None, "is required", location=location)
    field = fields.get(name)
    is_ours = error["type"] == OUR_RULE
    if field and not is_ours and (allowed := list_choices(field.annotation)):
        detail = "should be one of the allowed values"
        return ParameterError.create(name, error["input"], detail, allowed)
    detail = describe_error(error)
    if field and (limits := find_limits(field)):
        detail = "should be a whole number from {} to {}".format(*limits)
    return ParameterError.create(name, error["input"], detail, location=location)


def find_limits(field: FieldInfo) -> tuple[Any, Any] | None:
    """The least and greatest number that a parameter allows, or None unless it limits both."""
    low = next((m.ge for m in field.metadata if isinstance(m, Ge)), None)
    high = next((m.le for m in field.metadata if isinstance(m, Le)), None)
    return (low, high) if low is not None and high is not None else None


def parameters_problem(request: Request, errors: Iterable[ParameterError], total: int) -> Response:
    """The answer to wrong parameters. It shows some of the errors; `total` is the number of all."""
    shown = shorten_errors(errors)
    value = "" if shown[0].value is None else f", got {shown[0].value!r:.200}"
    first = f"{shown[0].parameter}: {shown[0].detail}{value}."
    near = f" Did you mean {shown[0].did_you_mean!r}?" if shown[0].did_you_mean else ""
    return problem_response(request.scope, 422, first + near + count_others(total - 1), shown)


def count_others(others: int) -> str:
    """A sentence with the number of further errors, or nothing."""
    if others == 0:
        return ""
    return " There is 1 more error." if others == 1 else f" There are {others} more errors."


async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
    """Answer 422 to parameters that Pydantic rejects."""
    fields = {
        n: f
        for model in find_query_models(request.scope["route"])
        for n, f in parameter_fields(model).items()
    }
    found = distinct_errors(error.errors())
    errors = (parameter_error(fields, one) for one in found)
    return parameters_problem(request, errors, len(found))


async def on_invalid_parameters(request: Request, error: InvalidParameters) -> Response:
    """Answer 422 to parameters that a handler rejects."""
    return parameters_problem(request, error.errors, error.total)


async def on_http_error(request: Request, error: HTTPException) -> Response:
    """Answer an HTTPException of Starlette or a handler. OPTIONS comes here as a 405."""
    headers = dict(error.headers or {})
    if error.status_code in (404, 410) and request.method == "GET":
        return answer_missing(request, error)
    if error.status_code == 405:
        headers["Allow"] = ALLOWED_METHODS
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        method = shorten_value(request.method)
        detail = f"{method} is not allowed: this API is read-only ({ALLOWED_METHODS})."
        return problem_response(request.scope, 405, detail, headers=headers)
    return problem_response(request.scope, error.status_code, error.detail, headers=headers)


def answer_missing(request: Request, error: HTTPException) -> Response:
    """Lead to the right address where there is one; else a problem that names the nearest."""
    service, scope = request.state.service, request.scope
    known = scope["app"].state.addresses
    if move := find_move(service.database, scope["path"], known):
        query = scope["query_string"].decode("latin-1")
        headers = {"Location": write_address(service.base_url, move, query)}
        status = 308 if move.is_permanent else 307
        return problem_response(scope, status, f"See {headers['Location']}.", headers=headers)
    if error.detail is NO_ADDRESS:
        error = NotFound(NO_ADDRESS, "", nearest_address(scope["path"], known))
    if isinstance(error, NotFound):
        scope["state"]["missing"] = error  # what a page links to
    return problem_response(scope, error.status_code, error.detail)


async def no_route(scope: Scope, receive: Receive, send: Send) -> None:
    """Raise HTTPException 404: the ASGI application for an address that no route has."""
    raise HTTPException(404, NO_ADDRESS)


EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Any]] = {
    RequestValidationError: on_validation_error,
    InvalidParameters: on_invalid_parameters,
    HTTPException: on_http_error,
}
