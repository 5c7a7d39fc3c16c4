"""Count the records of a selection, and the values of their fields."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, func, null, select

from app.model.resource import KindRow
from app.store.columns import col
from app.store.database import Database, Statement
from app.store.lookups import count_by_kind
from app.store.selections import (
    ABSENT,
    Selection,
    Shape,
    get_column,
    is_list,
    item_conditions,
)
from app.store.tables import ItemRow


def count_records(database: Database, selection: Selection) -> int:
    """The number of records that meet all conditions."""
    shape = selection.shape
    if shape.is_whole:
        return count_by_kind(database).get(shape.kind, 0)
    return int(database.value(count_statement(shape), selection.parameters))


@lru_cache(maxsize=1024)
def count_statement(shape: Shape) -> Statement:
    """Count the records of a selection."""
    if shape.searched:
        return Statement.compile(select(func.count()).select_from(shape.matches()))
    return Statement.compile(shape.select(func.count()))


def count_values(
    database: Database, selection: Selection, names: Sequence[str]
) -> dict[str, list[tuple[Any, int]]]:
    """The values of each named field with their counts, unsorted.

    The filter by a field is left out when its values are counted.
    """
    return {name: count_field(database, selection, name) for name in names}


def count_field(database: Database, selection: Selection, name: str) -> list[tuple[Any, int]]:
    """The values of one field with their counts. Those of a whole collection are read once."""
    shape = selection.shape.without(name)
    rows = []
    for statement in value_statements(shape, name):
        if shape.is_whole:
            rows += database.rows_once(statement)
        else:
            rows += database.rows(statement, selection.parameters)
    if is_flag(selection.row, name):
        return [(value if value is None else bool(value), count) for value, count in rows]
    return rows


@lru_cache(maxsize=1024)
def is_flag(row: type[KindRow], name: str) -> bool:
    """Whether a field is a boolean, which SQLite stores as 0 or 1."""
    return not is_list(row, name) and isinstance(get_column(row, name).type, Boolean)


@lru_cache(maxsize=1024)
def value_statements(shape: Shape, name: str) -> tuple[Statement, ...]:
    """Select each value of a field with its count; of a list, null with its count comes apart."""
    if not is_list(shape.row, name):
        value = get_column(shape.row, name)
        counted = shape.select(value, func.count(), uses=name)
        return (Statement.compile(counted.group_by(value)),)
    value = col(ItemRow.value)
    counted = select(value, func.count()).where(*item_conditions(shape.kind, name))
    if not shape.is_whole:
        counted = counted.where(col(ItemRow.record).in_(shape.ids()))
    # A record without items counts for null. Not a UNION: both parts may search for `q`.
    absent = shape._replace(filters=(*shape.filters, f"{ABSENT}{name}"))
    none = absent.select(null(), func.count()).having(func.count() > 0)
    return Statement.compile(counted.group_by(value)), Statement.compile(none)
