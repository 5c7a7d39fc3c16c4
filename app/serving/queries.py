"""From a query string to its model, and back to the parameters of an address."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.serving.errors import MOST_ERRORS, InvalidParameters, ParameterError

Query = TypeVar("Query", bound=BaseModel)
# Their order is that of the answer; the values of a filter are a set.
ORDERED = {"sort", "fields", "facets"}


@cache
def parameter_fields(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The parameters of a query model, by their names in an address."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@cache
def single_names(model: type[BaseModel]) -> frozenset[str]:
    """The parameters of a query model that may be given once only."""
    fields = parameter_fields(model).items()
    return frozenset(name for name, field in fields if get_origin(field.annotation) is not list)


def group_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each parameter, in their order."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def check_repeats(values: Mapping[str, list[str]], single: frozenset[str]) -> None:
    """Refuse a parameter that is given several times and may not be; Pydantic never sees this."""
    repeated = sorted(name for name, found in values.items() if len(found) > 1 and name in single)
    if repeated:
        raise InvalidParameters(
            *(
                ParameterError.refuse(name, values[name], "should be given once")
                for name in islice(repeated, MOST_ERRORS)
            ),
            total=len(repeated),
        )


def read_query(model: type[Query], text: bytes) -> Query:
    """The query that a query string asks.

    Raises InvalidParameters or RequestValidationError for what the model refuses.
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
    """The parameters that ask a query, in one order and spelling however it was asked."""
    pairs: list[tuple[str, str]] = []
    for name, alias, default in defaults(type(query)):
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
def defaults(model: type[BaseModel]) -> list[tuple[str, str, Any]]:
    """The fields of a query model: name, name in an address, value where it is not given."""
    return [
        (name, field.alias or name, field.get_default(call_default_factory=True, validated_data={}))
        for name, field in model.model_fields.items()
    ]


def parameter_text(value: Any) -> str:
    """A value as a parameter writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
