"""Select records of a collection by conditions.

SQLAlchemy builds a statement for each combination of filters once; a request only binds its values.
Several values of one filter are bound as one JSON array.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Date,
    Select,
    bindparam,
    func,
    select,
)

from app.model.resource import KindRow
from app.model.source_ref import Standing
from app.store.columns import col, table_of
from app.store.plan import Plan
from app.store.search import NUMBER, bind_plan, select_matches
from app.store.tables import ItemRow, RecordRow

ID = col(RecordRow.id)
# The filter `absent:NAME` selects the records that have no value in a field.
ABSENT = "absent:"
# Filters by columns of the table that all records share.
SHARED = tuple(
    start + name for name in ("topic", "applies_to", "stale", "as_of") for start in ("", ABSENT)
)
# Facets and filters that are no fields of a record; their values are in the table `item` too.
EVIDENCE = ("source", "has_note", "seen", "standing")


class Selection(NamedTuple):
    """The conditions on the records of a collection: filters by name, and how to search for `q`."""

    kind: str
    row: type[KindRow]
    filters: Mapping[str, Any]
    plan: Plan | None

    @property
    def shape(self) -> "Shape":
        """The part of the selection that decides the SQL."""
        return Shape(self.kind, self.row, tuple(sorted(self.filters)), self.plan is not None)

    @property
    def parameters(self) -> dict[str, Any]:
        """The part of the selection that is bound: the values."""
        values = {bind_name(name): sqlite_value(value) for name, value in self.filters.items()}
        return values if self.plan is None else values | bind_plan(self.plan)


class Shape(NamedTuple):
    """A selection without its values: one statement serves all selections of one shape."""

    kind: str
    row: type[KindRow]
    filters: tuple[str, ...]
    searched: bool

    @property
    def is_whole(self) -> bool:
        """Whether the selection is the whole collection."""
        return not self.filters and not self.searched

    def without(self, name: str) -> "Shape":
        """The shape without its filters by one field."""
        left_out = (name, f"{ABSENT}{name}")
        return self._replace(filters=tuple(f for f in self.filters if f not in left_out))

    def select(self, *columns: Any, uses: str = "") -> Select[Any]:
        """Select columns of the records that meet all conditions, from as few tables as it can."""
        names = [*self.filters, uses] if uses else self.filters
        shared = self.searched or any(name in SHARED for name in names)
        typed = not shared or any(is_typed(self.row, name) for name in names)
        found = select(*columns).select_from(table_of(RecordRow if shared else self.row))
        if shared:
            found = found.where(col(RecordRow.kind) == self.kind)
        if shared and typed:
            found = found.join(table_of(self.row), col(self.row.id) == ID)
        record = ID if shared else col(self.row.id)
        if not self.searched:
            return found.where(*(make_condition(self, name, record) for name in self.filters))
        matched = self.matches()
        return found.join(matched, matched.c.number == NUMBER)

    def matches(self) -> CTE:
        """Select the row numbers of the records that match `q` and meet the other conditions."""
        only = self._replace(searched=False).numbers() if self.filters else None
        return select_matches(self.kind, only)

    @property
    def is_shared(self) -> bool:
        """Whether the conditions need the table that all records share."""
        return self.searched or any(name in SHARED for name in self.filters)

    def ids(self) -> Select[Any]:
        """Select the ids of the records that meet all conditions."""
        return self.select((ID if self.is_shared else col(self.row.id)).label("id"))

    def numbers(self) -> Select[Any]:
        """Select the row numbers of the records that meet all conditions."""
        if self.is_shared:
            return self.select(NUMBER)
        return select(NUMBER).select_from(table_of(RecordRow)).where(ID.in_(self.ids()))


def is_typed(row: type[KindRow], name: str) -> bool:
    """Whether a filter or facet uses a column of the typed table that is not a list."""
    field = name.removeprefix(ABSENT).removesuffix("_before").removesuffix("_after")
    return field in row.model_fields and not is_list(row, field)


def bind_name(name: str) -> str:
    """The name under which the values of a filter are bound."""
    return f"f_{name.replace(':', '_')}"


def sqlite_value(value: Any) -> Any:
    """A value in a form that the `sqlite3` module can bind: a list as JSON, a date in ISO 8601."""
    if isinstance(value, list):
        return json.dumps(value, default=str)
    return value.isoformat() if isinstance(value, date) else value


def filter_values(name: str) -> Select[Any]:
    """Select the values of a filter from the JSON array that is bound to it."""
    each = func.json_each(bindparam(bind_name(name))).table_valued("value", name=f"each_{name}")
    return select(each.c.value)


def get_column(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the table that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def get_day(row: type[KindRow], name: str) -> Any:
    """The column of a date; where a source gives a year or month alone, its first day."""
    column = get_column(row, name)
    is_day = isinstance(column.type, Date)
    return column if is_day else func.substr(column.concat("-01-01"), 1, len("2026-01-01"))


def is_list(row: type[KindRow], name: str) -> bool:
    """Whether a field or filter has several values. These are in the table `item`."""
    if name in row.model_fields or name in RecordRow.model_fields:
        return isinstance(get_column(row, name).type, JSON)
    return name in EVIDENCE


def make_condition(shape: Shape, name: str, record: Any) -> ColumnElement[bool]:
    """The condition of one filter on a record, whose id is in the column `record`."""
    if name == "latest":
        standing = select(col(ItemRow.record)).where(*item_conditions(shape.kind, "standing"))
        gone = (Standing.SUPERSEDED.value, Standing.RETRACTED.value)
        return record.in_(standing.where(*(col(ItemRow.value) != word for word in gone)))  # type: ignore[no-any-return]
    if name.startswith(ABSENT):
        return make_absence(shape, name.removeprefix(ABSENT), record)
    for suffix, operator in (("_before", "__lt__"), ("_after", "__gt__")):
        if name.endswith(suffix):
            dated = get_day(shape.row, name.removesuffix(suffix))
            return getattr(dated, operator)(bindparam(bind_name(name)))  # type: ignore[no-any-return]
    if name == "id":
        return record.in_(filter_values(name))  # type: ignore[no-any-return]
    if is_list(shape.row, name):
        items = select(col(ItemRow.record)).where(*item_conditions(shape.kind, name))
        return record.in_(items.where(col(ItemRow.value).in_(filter_values(name))))  # type: ignore[no-any-return]
    return get_column(shape.row, name).in_(filter_values(name))  # type: ignore[no-any-return]


def make_absence(shape: Shape, name: str, record: Any) -> ColumnElement[bool]:
    """The condition that a field has no value."""
    if is_list(shape.row, name):
        found = select(col(ItemRow.record)).where(*item_conditions(shape.kind, name))
        return record.not_in(found)  # type: ignore[no-any-return]
    return get_column(shape.row, name).is_(None)  # type: ignore[no-any-return]


def item_conditions(kind: str, name: str) -> list[Any]:
    """The conditions on the table `item` that leave the items of one field."""
    return [col(ItemRow.kind) == kind, col(ItemRow.field) == name]
