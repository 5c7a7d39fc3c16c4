"""The query model of each collection, made of its typed columns."""

import re
import types
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BeforeValidator, Field, create_model

from app.model.citation import Refers, Slug, refers_to
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.serving.parameters import (
    PARAMETERS,
    Commas,
    Digits,
    ListQuery,
    RecordQuery,
    Sort,
    Words,
    nothing,
)

SHARED_FACETS = ["topic", "applies_to"]
SHARED_SORT = ["position", "name", "as_of", "id"]


def only_iso(value: str) -> str:
    """Refuse a number: Pydantic would take `0` for the first second of 1970."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("should be a day as YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(only_iso)]


def query_model(resource: Resource) -> type[ListQuery]:
    """What a list can be asked: a filter or sort key for each column of the typed table.

    Words, names, whole numbers and yes or no can be filtered by; whatever has an order can be
    sorted by.
    """
    filters: dict[str, Any] = {}
    sort = [*SHARED_SORT]
    for name, info in resource.row.model_fields.items():
        kind, many = item_type(info.annotation)
        if kind is date:
            for side in ("before", "after"):
                told = f"{(info.description or name).removesuffix(', or null.')}: {side} this day."
                filters[f"{name}_{side}"] = (Day, Field(default_factory=nothing, description=told))
        elif kind in (str, int, bool) or issubclass(kind, Vocabulary):
            told = (info.description or "").replace(", or null.", ".")
            item: Any = Annotated[kind, Words] if kind is bool else kind
            if refers := refers_to(info.annotation):
                item = Annotated[Slug, Refers(refers)]
            elif kind is str:
                told = f"{told} Exactly as it stands in a record."
            elif kind is int:
                limits = (limit for limit in info.metadata if isinstance(limit, Ge | Le))
                item = Annotated[(int, *limits, Digits)]
            alias = PARAMETERS.get(name, name)
            filters[name] = (
                list[item],
                Field(default_factory=list, alias=alias, description=told),
            )
        if not many and kind is not bool:
            sort.append(name)
    del filters["id"]
    keys = [sign + name for name in dict.fromkeys(sort) for sign in ("", "-")]
    names = [key.removeprefix("-").upper() + "_DESCENDING" * key.startswith("-") for key in keys]
    # Without names a generated client would call them VALUE_1, VALUE_2 …
    named = Field(json_schema_extra={"x-enum-varnames": [*names]})
    literal: Any = Annotated[Literal[tuple(keys)], named]
    picked: Any = Literal[tuple(resource.answer.model_fields)]
    counted: Any = Literal[
        tuple([name for name in filters if hasattr(resource.row, name)] + SHARED_FACETS)
    ]
    fields_told = ListQuery.model_fields["fields"].description
    facets_told = ListQuery.model_fields["facets"].description
    return create_model(
        f"{resource.answer.__name__}Query",
        __base__=ListQuery,
        __doc__=f"What the list of {resource.plural} can be asked.",
        **filters,
        sort=(Sort[literal], Field(default_factory=list)),
        fields=(Commas[picked], Field(default_factory=list, description=fields_told)),
        facets=(Commas[counted], Field(default_factory=list, description=facets_told)),
    )


def record_query_model(resource: Resource) -> type[RecordQuery]:
    """What a single record can be asked."""
    names: Any = Literal[(*resource.answer.model_fields, *detail_fields(resource))]
    told = RecordQuery.model_fields["fields"].description
    return create_model(
        f"{resource.answer.__name__}RecordQuery",
        __base__=RecordQuery,
        __doc__=f"What a single {resource.singular} can be asked.",
        fields=(Commas[names], Field(default_factory=list, description=told)),
    )


def detail_fields(resource: Resource) -> list[str]:
    """What only the single record's answer has."""
    return list(resource.detail_model.model_fields) if resource.detail_model else []


def item_type(annotation: Any) -> tuple[type, bool]:
    """The type of a field's value or of its items, and whether it has many."""
    if get_origin(annotation) is Annotated:
        return item_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return item_type(next(a for a in get_args(annotation) if a is not type(None)))
    if get_origin(annotation) is list:
        return item_type(get_args(annotation)[0])[0], True
    assert issubclass(annotation, str | int | float | date)
    return annotation, False
