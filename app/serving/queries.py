"""Read a query string into its model, and write a query back as parameters."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.serving.errors import MOST_ERRORS, InvalidParameters, ParameterError

QueryModel = TypeVar("QueryModel", bound=BaseModel)
# The order of these values shows in the answer. The values of a filter have no order.
ORDERED = {"sort", "fields", "facets"}


@cache
def parameter_fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The parameters of a query model, by their names in an address."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@cache
def single_names(model: type[BaseModel]) -> frozenset[str]:
    """The parameters of a query model that may occur only once."""
    fields = parameter_fields(model).items()
    return frozenset(name for name, field in fields if get_origin(field.annotation) is not list)


def group_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter, in order."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def check_repeats(values: Mapping[str, list[str]], single: frozenset[str]) -> None:
    """Raise InvalidParameters for a repeated parameter that may occur only once."""
    repeated = sorted(name for name, found in values.items() if len(found) > 1 and name in single)
    if repeated:
        raise InvalidParameters(
            *(
                ParameterError.create(name, values[name], "should occur once")
                for name in islice(repeated, MOST_ERRORS)
            ),
            total=len(repeated),
        )


def read_query(model: type[QueryModel], text: bytes) -> QueryModel:
    """The query in a query string; raises InvalidParameters or RequestValidationError.

    Pydantic validates all parameters in one step.
    """
    values = group_values(parse_qsl(text.decode("latin-1"), keep_blank_values=True))
    single = single_names(model)
    check_repeats(values, single)
    fields = parameter_fields(model)
    many = fields.keys() - single
    try:
        return model.model_validate(
            {n: v if n in many or len(v) > 1 else v[0] for n, v in values.items()}
        )
    except ValidationError as error:
        errors = error.errors(include_url=False)
        located = [{**found, "loc": ("query", *found["loc"])} for found in errors]
        raise RequestValidationError(located) from error


def list_parameters(query: BaseModel) -> list[tuple[str, str]]:
    """The parameters of a query: equal queries have the same, however they were spelled."""
    pairs: list[tuple[str, str]] = []
    for name, alias, default in list_defaults(type(query)):
        value = getattr(query, name)
        if value == default:
            continue
        if name in ORDERED:
            pairs.append((alias, ",".join(value)))
        elif isinstance(value, list):
            pairs += [(alias, text) for text in sorted(set(map(parameter_text, value)))]
        else:
            pairs.append((alias, parameter_text(value)))
    return pairs


@cache
def list_defaults(model: type[BaseModel]) -> list[tuple[str, str, Any]]:
    """The fields of a query model: name, name in an address, default."""
    return [
        (name, field.alias or name, field.get_default(call_default_factory=True, validated_data={}))
        for name, field in model.model_fields.items()
    ]


def parameter_text(value: Any) -> str:
    """A value as a query parameter has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
