"""Parameters whose values are names or ids: read in any case, and checked by the data.

An empty list would hide that no record has the name. Numbers, dates and free text are not checked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from app.model.field import markers
from app.model.value import field_refers_to
from app.model.words import comparison_key
from app.serving.errors import MOST_ALLOWED, MOST_ERRORS, InvalidParameters, ParameterError
from app.serving.parameters import MOST_SUGGESTIONS
from app.store.database import Database
from app.store.lookups import (
    begun_values,
    count_listed,
    find_id_by_name,
    first_values,
    get_withdrawal,
    known_values,
)
from app.store.spelling import nearest_spelling


@dataclass(frozen=True)
class Named:
    """Marks a parameter that takes the values of a column, which are names."""

    values: str  # the list of them: `drugs.brand_names`


@cache
def reference_parameters(model: type[BaseModel]) -> dict[str, str]:
    """The parameters that are ids of records, and the kind of these records."""
    kinds = {name: field_refers_to(field) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in kinds.items() if kind}


@cache
def listed_parameters(model: type[BaseModel]) -> dict[str, str]:
    """The parameters that take ids or names, and the list of the values that each takes."""
    named = {
        name: marker.values
        for name, field in model.model_fields.items()
        for marker in markers(field.annotation)
        if isinstance(marker, Named)
    }
    return {**reference_parameters(model), **named}


def settle_values(database: Database, query: BaseModel) -> None:
    """Replace names and ids by what the records have; raise InvalidParameters for unknown ones."""
    errors: list[ParameterError] = []
    total = 0
    for name, listed in listed_parameters(type(query)).items():
        if name in query.model_fields_set:
            asked = list(dict.fromkeys(getattr(query, name)))
            known = known_values(database, listed, [comparison_key(value) for value in asked])
            unknown = [value for value in asked if comparison_key(value) not in known]
            settled = [text for value in asked for text in known.get(comparison_key(value), ())]
            setattr(query, name, settled)
            total += len(unknown)
            unknown = unknown[: MOST_ERRORS - len(errors)]
            errors += value_errors(database, name, listed, unknown)
    if errors:
        raise InvalidParameters(*errors, total=total)


def value_errors(
    database: Database, name: str, listed: str, unknown: list[str]
) -> Iterator[ParameterError]:
    """Yield an error for each value that no record has, with the nearest one."""
    allowed: list[str] = []
    if unknown:  # those that begin like it come first: there may be more than are shown
        begun = begun_values(database, listed, comparison_key(unknown[0]), MOST_ALLOWED)
        allowed = [*dict.fromkeys([*begun, *first_values(database, listed, MOST_ALLOWED)])]
    for number, value in enumerate(unknown):
        gone = get_withdrawal(database, listed, value)
        near = gone.successor if gone else None
        if number < MOST_SUGGESTIONS and gone is None:
            near = find_near(database, listed, value)
        detail = f"was withdrawn: {gone.reason}" if gone else "should be one of the allowed values"
        yield ParameterError(
            parameter=name,
            location="query",
            value=value,
            detail=detail,
            allowed=allowed[:MOST_ALLOWED],
            allowed_count=count_listed(database, listed),
            did_you_mean=near,
        )


def find_near(database: Database, listed: str, value: str) -> str | None:
    """The value that was perhaps meant: of the record with this name, or the most similar one."""
    by_name = None if "." in listed else find_id_by_name(database, listed, value)
    return by_name or nearest_spelling(database, listed, comparison_key(value))
