"""Records by filter, order and page.

Statements are built by SQLAlchemy and compiled once for each combination of filters and sort keys;
a request only binds its values. Many values are bound as one JSON array.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.model.resource import KindRow
from app.store.database import Database, Statement
from app.store.match import Query
from app.store.search import MATCHES, ranked_matches
from app.store.tables import CitationRow, ItemRow, NoteRow, RecordRow, SortRow

ID = col(RecordRow.id)
# Bytes, so that no text is decoded only to be encoded again.
JSON_BYTES = cast(col(RecordRow.json_text), LargeBinary)


class Selection(NamedTuple):
    """Which records of a collection: filters by name with their values, and the words of `q`."""

    kind: str
    row: type[KindRow]
    filters: Mapping[str, Any]
    query: Query | None

    @property
    def shape(self) -> "Shape":
        """What of the selection decides the SQL."""
        return Shape(self.kind, self.row, tuple(sorted(self.filters)), self.query is not None)

    @property
    def parameters(self) -> dict[str, Any]:
        """The values to bind."""
        values = {f"f_{name}": bind(value) for name, value in self.filters.items()}
        if self.query is None:
            return values
        # FTS5 takes no empty expression; an empty phrase matches nothing.
        return values | {"match": self.query.all_words or '""', "name": self.query.name}


class Shape(NamedTuple):
    """The SQL of a selection without its values."""

    kind: str
    row: type[KindRow]
    filters: tuple[str, ...]
    searched: bool

    def without(self, name: str) -> "Shape":
        """The same without one filter."""
        return self._replace(filters=tuple(other for other in self.filters if other != name))

    def where(self) -> list[ColumnElement[bool]]:
        """The conditions on a record."""
        found = [ID.in_(text(MATCHES))] if self.searched else []
        return [*found, *(condition(self, name) for name in self.filters)]

    def records(self, *columns: Any) -> Select[Any]:
        """Select from the records of the collection that meet all conditions."""
        joined = select(*columns).select_from(RecordRow).join(self.row, col(self.row.id) == ID)
        return joined.where(*self.where())


def bind(value: Any) -> Any:
    """A value as the `sqlite3` module takes it: a list as JSON, a date in ISO 8601."""
    if isinstance(value, list):
        return json.dumps(value, default=str)
    return value.isoformat() if isinstance(value, date) else value


def bound_list(name: str) -> Select[Any]:
    """The values of a filter, bound as one JSON array."""
    each = func.json_each(bindparam(f"f_{name}")).table_valued("value", name=f"each_{name}")
    return select(each.c.value)


def column_of(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the one that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def has_many(row: type[KindRow], name: str) -> bool:
    """Whether a field is a list; its items stand in the table `item`."""
    return isinstance(column_of(row, name).type, JSON)


def condition(shape: Shape, name: str) -> ColumnElement[bool]:
    """The condition of one filter on a record."""
    if name == "source":
        return ID.in_(
            select(col(CitationRow.record)).where(col(CitationRow.source).in_(bound_list(name)))
        )
    if name == "has_note":
        return ID.in_(select(col(NoteRow.record)).where(col(NoteRow.kind).in_(bound_list(name))))
    for suffix, operator in (("_before", "__lt__"), ("_after", "__gt__")):
        if name.endswith(suffix):
            dated = column_of(shape.row, name.removesuffix(suffix))
            return getattr(dated, operator)(bindparam(f"f_{name}"))  # type: ignore[no-any-return]
    if has_many(shape.row, name):
        items = select(col(ItemRow.record)).where(*items_of(shape.kind, name))
        return ID.in_(items.where(col(ItemRow.value).in_(bound_list(name))))
    return column_of(shape.row, name).in_(bound_list(name))  # type: ignore[no-any-return]


def items_of(kind: str, name: str) -> list[Any]:
    """The conditions that pick the items of one field."""
    return [col(ItemRow.kind) == kind, col(ItemRow.field) == name]


def select_page(
    database: Database, selection: Selection, sort: Sequence[str], after: Any, limit: int
) -> list[tuple[str, bytes]]:
    """The id and the JSON of each record of a page, in order.

    `after` is where the page before ended: the id of its last record, or for a list that is ranked
    by `q` the number of records so far; None for the first page.
    """
    parameters = {**selection.parameters, "limit": limit}
    if not sort and selection.query is not None:
        parameters["offset"] = after or 0
        return database.rows(ranked_statement(selection.shape), parameters)
    keys = tuple(sort) or ("position",)
    if after is not None:
        parameters |= place_of(database, selection.kind, keys, after)
    return database.rows(page_statement(selection.shape, keys, after is not None), parameters)


@lru_cache(maxsize=1024)
def page_statement(shape: Shape, keys: tuple[str, ...], continued: bool) -> Statement:
    """Select a page in the order of sort keys; the id decides between equals."""
    page = shape.records(ID, JSON_BYTES)
    ranks: list[Any] = []
    for number, key in enumerate(keys):
        order = aliased(SortRow, name=f"order_{number}")
        field = [col(order.kind) == shape.kind, col(order.field) == key.removeprefix("-")]
        page = page.join(order, and_(col(order.record) == ID, *field))
        ranks.append(col(order.descending if key.startswith("-") else order.ascending))
    ranks.append(ID)
    if continued:
        places: list[Any] = [bindparam(f"after_{number}") for number in range(len(ranks))]
        page = page.where(tuple_(*ranks) > tuple_(*places))
    return Statement.compile(page.order_by(*ranks).limit(bindparam("limit")))


@lru_cache(maxsize=1024)
def ranked_statement(shape: Shape) -> Statement:
    """Select a page of the records that match `q`, best match first, then in reading order."""
    found = ranked_matches()
    unsearched = shape._replace(searched=False)
    page = unsearched.records(ID, JSON_BYTES).join(found, found.c.id == ID)
    ordered = page.order_by(found.c.score, col(RecordRow.position), ID)
    return Statement.compile(ordered.limit(bindparam("limit")).offset(bindparam("offset")))


def place_of(database: Database, kind: str, keys: Sequence[str], record_id: str) -> dict[str, Any]:
    """The sort ranks of a record, to go on after it; raises LookupError if it is not there."""
    rows = database.rows(PLACE, {"kind": kind, "record": record_id})
    ranks = {field: (ascending, descending) for field, ascending, descending in rows}
    fields = [(key.removeprefix("-"), key.startswith("-")) for key in keys]
    places = [ranks[field][descending] for field, descending in fields]
    return {f"after_{number}": place for number, place in enumerate([*places, record_id])}


PLACE = Statement.compile(
    select(col(SortRow.field), col(SortRow.ascending), col(SortRow.descending)).where(
        col(SortRow.kind) == bindparam("kind"), col(SortRow.record) == bindparam("record")
    )
)


def count_records(database: Database, selection: Selection) -> int:
    """How many records meet all conditions."""
    return int(database.value(count_statement(selection.shape), selection.parameters))


@lru_cache(maxsize=1024)
def count_statement(shape: Shape) -> Statement:
    """Count the records of a selection."""
    if not shape.filters and not shape.searched:
        counted = select(func.count()).select_from(RecordRow)
        return Statement.compile(counted.where(col(RecordRow.kind) == shape.kind))
    return Statement.compile(shape.records(func.count()))


def count_values(
    database: Database, selection: Selection, names: Sequence[str]
) -> dict[str, list[tuple[Any, int]]]:
    """The values of each named field with their counts, sorted, null first.

    A field's own filter is left out of its counts.
    """
    statement = values_statement(selection.shape, tuple(names))
    counted: dict[str, list[tuple[Any, int]]] = {name: [] for name in names}
    for name, value, count in database.rows(statement, selection.parameters):
        is_flag = value is not None and isinstance(column_of(selection.row, name).type, Boolean)
        counted[name].append((bool(value) if is_flag else value, count))
    for values in counted.values():
        values.sort(key=lambda pair: (pair[0] is not None, pair[0]))
    return counted


@lru_cache(maxsize=1024)
def values_statement(shape: Shape, names: tuple[str, ...]) -> Statement:
    """Count the values of all named fields in one statement."""
    return Statement.compile(union_all(*(counted_values(shape.without(n), n) for n in names)))


def counted_values(shape: Shape, name: str) -> Select[Any]:
    """Select a field's name, and each of its values with its count."""
    if has_many(shape.row, name):
        value: Any = col(ItemRow.value)
        counted = shape.records(literal(name), value, func.count())
        counted = counted.join(
            ItemRow, and_(col(ItemRow.record) == ID, *items_of(shape.kind, name))
        )
    else:
        value = column_of(shape.row, name)
        counted = shape.records(literal(name), value, func.count())
    return counted.group_by(value)
