"""Read the type of a field: the type of its values, whether it is a list, its allowed values."""

import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from app.model.vocabulary import Vocabulary

# Every collection can be sorted by these fields.
SHARED_SORT = ("position", "name", "as_of", "id")


def without_null(annotation: Any) -> Any:
    """The type of a field without its `None`: `str` for `str | None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def value_type(annotation: Any) -> tuple[type, bool]:
    """The type of a field's value, or of its items, and whether the field is a list."""
    if get_origin(annotation) is Annotated:
        return value_type(get_args(annotation)[0])
    if (kind := without_null(annotation)) is not annotation:
        return value_type(kind)
    if get_origin(annotation) is list:
        return value_type(get_args(annotation)[0])[0], True
    if isinstance(annotation, type) and issubclass(annotation, str | int | Decimal | date):
        return annotation, False
    raise TypeError(f"a column can't hold {annotation!r}")


def column_types(row: type[BaseModel]) -> dict[str, tuple[type, bool]]:
    """The type of each column of a typed table except `id`, and whether the column is a list."""
    return {n: value_type(f.annotation) for n, f in row.model_fields.items() if n != "id"}


@cache
def sort_fields(row: type[BaseModel]) -> tuple[str, ...]:
    """The fields by which a collection can be sorted: single values that have an order."""
    columns = column_types(row).items()
    ordered = (name for name, (kind, many) in columns if not many and kind is not bool)
    return tuple(dict.fromkeys([*SHARED_SORT, *ordered]))


def find_vocabulary(annotation: Any) -> type[Vocabulary] | None:
    """The vocabulary that a field's words are of, at any depth of its type."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, Vocabulary) else None
    return next(filter(None, map(find_vocabulary, get_args(annotation))), None)


def find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that the values of a field are of, at any depth of its type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from find_models(part)


def word_fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[Vocabulary]]]:
    """Yield each field that holds words of a vocabulary, as `approvals.agency`, with it."""
    for name, field in model.model_fields.items():
        if words := find_vocabulary(field.annotation):
            yield f"{path}{name}", words
        for inner in find_models(field.annotation):
            yield from word_fields(inner, f"{path}{name}.")


def list_choices(annotation: Any) -> list[Any] | None:
    """The allowed values of a field whose type is an enumeration or a `Literal`, or None."""
    annotation = without_null(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [member.value for member in annotation]
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    if get_origin(annotation) in (list, Annotated):
        return list_choices(get_args(annotation)[0])
    return None
