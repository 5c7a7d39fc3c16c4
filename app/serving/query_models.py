"""Make the query models of a collection from its typed columns."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import BeforeValidator, Field, create_model
from pydantic.fields import FieldInfo

from app.model.annotation import sort_fields, value_type
from app.model.field import has_marker, named_things
from app.model.resource import Resource, is_named
from app.model.value import Dated, Refers, field_refers_to
from app.model.vocabulary import Vocabulary
from app.resources import NAMED
from app.serving.parameters import (
    LONGEST_ID,
    AnyId,
    Commas,
    Flag,
    ListQuery,
    RecordQuery,
    Sort,
    WholeNumber,
    no_default,
)
from app.serving.values import Named

SHARED_FACETS = ["topic", "applies_to", "source", "has_note", "seen", "standing", "stale"]


def check_day(value: str) -> str:
    """Raise ValueError for a number: Pydantic takes `0` for the first second of 1970."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("should be a day as YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(check_day)]


@cache
def query_model(resource: Resource) -> type[ListQuery]:
    """The model of a list's parameters: those of every list, and a filter for each typed column."""
    filters = list_filters(resource)
    fields = [name for name in filters if name in resource.row.model_fields]
    counted = list(dict.fromkeys([*fields, *SHARED_FACETS]))
    columns = [name for name in resource.row.model_fields if name != "id"]
    nullable = list(dict.fromkeys([*columns, *SHARED_FACETS, "as_of"]))
    return create_model(
        f"{resource.model.__name__}Query",
        __base__=ListQuery,
        __doc__=f"Parameters of the list of {resource.plural}.",
        **filters,
        id=(list[Annotated[AnyId, Refers(resource.kind)]], ListQuery.model_fields["id"]),
        sort=sort_parameter(resource),
        fields=names_parameter("fields", resource.model.model_fields),
        facets=names_parameter("facets", counted),
        absent=names_parameter("absent", nullable),
    )


def record_query_model(resource: Resource) -> type[RecordQuery]:
    """The model of a single record's parameters."""
    links = resource.links_model.model_fields if resource.links_model else {}
    return create_model(
        f"{resource.model.__name__}RecordQuery",
        __base__=RecordQuery,
        __doc__=f"Parameters of a single {resource.singular}.",
        fields=names_parameter("fields", [*resource.model.model_fields, *links]),
    )


def names_parameter(name: str, allowed: Any) -> Any:
    """A parameter that takes names of fields, with the description that all collections share."""
    literal: Any = Literal[tuple(allowed)]
    description = ListQuery.model_fields[name].description
    return (Commas[literal], Field(default_factory=list, description=description))


def sort_parameter(resource: Resource) -> Any:
    """A parameter that takes the sort keys of a collection, with and without `-` in front."""
    keys = [sign + name for name in sort_fields(resource.row) for sign in ("", "-")]
    names = [key.removeprefix("-").upper() + "_DESCENDING" * key.startswith("-") for key in keys]
    # Without these names a generated client calls them VALUE_1, VALUE_2 …
    named = Field(json_schema_extra={"x-enum-varnames": [*names]})
    literal: Any = Annotated[Literal[tuple(keys)], named]
    return (Sort[literal], Field(default_factory=list))


def list_filters(resource: Resource) -> dict[str, Any]:
    """The filters of a collection by name: type and field, as `create_model` takes them.

    Texts, whole numbers and booleans filter by equal values, dates by before and after. Other
    numbers have no filter: equal decimals say little.
    """
    filters: dict[str, Any] = {}
    for name, field in resource.row.model_fields.items():
        kind, _ = value_type(field.annotation)
        if kind is date or has_marker(field, Dated):
            filters |= {f"{name}_{side}": date_limit(field, side) for side in ("before", "after")}
        if (
            kind is not date
            and name != "id"
            and (kind in (str, int, bool) or issubclass(kind, Vocabulary))
        ):
            filters[name] = value_filter(resource.kind, name, field, kind)
    return filters


def date_limit(field: FieldInfo, side: str) -> Any:
    """A filter for dates before or after a day."""
    description = f"{(field.description or '').removesuffix('.')}: {side} this day."
    return (Day, Field(default_factory=no_default, description=description))


def value_filter(collection: str, name: str, field: FieldInfo, kind: type) -> Any:
    """A filter for equal values."""
    description = field.description or ""
    item: Any = Annotated[kind, Flag] if kind is bool else kind
    if refers := field_refers_to(field):
        item = Annotated[AnyId, Refers(refers)]
    elif things := named_things(field):
        item = NAMED[things]
    elif kind is str and is_named(field):
        item = Annotated[str, Field(max_length=LONGEST_ID), Named(f"{collection}.{name}")]
        description = f"{description} In any case; one that no record has is an error."
    elif kind is str:
        description = f"{description} Exactly as in a record."
    elif kind is int:
        limits = (limit for limit in field.metadata if isinstance(limit, Ge | Le))
        item = Annotated[(int, *limits, WholeNumber)]
    return (list[item], Field(default_factory=list, description=description))
