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
    select,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.model.resource import KindRow
from app.store.database import Database, Statement
from app.store.lookups import count_by_kind
from app.store.match import Query
from app.store.search import NUMBER, all_matches, ranked_matches
from app.store.tables import CitationRow, ItemRow, NoteRow, RecordRow, SortRow

ID = col(RecordRow.id)
# Bytes, so that no text is decoded only to be encoded again.
JSON_BYTES = cast(col(RecordRow.json_text), LargeBinary)
# Up to this many matches are found first and sorted then; more are passed in their order until the
# page is full. SQLite would choose without knowing how many they are.
FEW = 2000


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

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole collection."""
        return not self.filters and not self.searched

    def without(self, name: str) -> "Shape":
        """The same without one filter."""
        return self._replace(filters=tuple(other for other in self.filters if other != name))

    def select(self, *columns: Any, uses: str = "") -> Select[Any]:
        """Select from the records that meet all conditions, and from no table without need."""
        names = [*self.filters, uses] if uses else self.filters
        shared = self.searched or any(name in SHARED for name in names)
        typed = not shared or any(is_typed(self.row, name) for name in names)
        found = select(*columns).select_from(RecordRow if shared else self.row)
        if shared:
            found = found.where(col(RecordRow.kind) == self.kind)
        if shared and typed:
            found = found.join(self.row, col(self.row.id) == ID)
        if self.searched:
            matched = all_matches()
            found = found.join(matched, matched.c.number == NUMBER)
        record = ID if shared else col(self.row.id)
        return found.where(*(condition(self, name, record) for name in self.filters))

    def ids(self) -> Select[Any]:
        """Select the ids of the records that meet all conditions."""
        is_shared = self.searched or any(name in SHARED for name in self.filters)
        return self.select((ID if is_shared else col(self.row.id)).label("id"))


# Filters by a column that all records share.
SHARED = ("topic", "applies_to")


def is_typed(row: type[KindRow], name: str) -> bool:
    """Whether a filter or facet is a column of the typed table that holds one value."""
    field = name.removesuffix("_before").removesuffix("_after")
    return field in row.model_fields and not has_many(row, field)


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


def condition(shape: Shape, name: str, record: Any) -> ColumnElement[bool]:
    """The condition of one filter on a record, whose id is in the column."""
    if name in ("source", "has_note"):
        table, value = (
            (CitationRow, col(CitationRow.source))
            if name == "source"
            else (NoteRow, col(NoteRow.kind))
        )
        return record.in_(select(col(table.record)).where(value.in_(bound_list(name))))  # type: ignore[no-any-return]
    for suffix, operator in (("_before", "__lt__"), ("_after", "__gt__")):
        if name.endswith(suffix):
            dated = column_of(shape.row, name.removesuffix(suffix))
            return getattr(dated, operator)(bindparam(f"f_{name}"))  # type: ignore[no-any-return]
    if name == "id":
        return record.in_(bound_list(name))  # type: ignore[no-any-return]
    if has_many(shape.row, name):
        items = select(col(ItemRow.record)).where(*items_of(shape.kind, name))
        return record.in_(items.where(col(ItemRow.value).in_(bound_list(name))))  # type: ignore[no-any-return]
    return column_of(shape.row, name).in_(bound_list(name))  # type: ignore[no-any-return]


def items_of(kind: str, name: str) -> list[Any]:
    """The conditions that pick the items of one field."""
    return [col(ItemRow.kind) == kind, col(ItemRow.field) == name]


def select_page(
    database: Database,
    selection: Selection,
    sort: Sequence[str],
    after: Any,
    limit: int,
    total: int,
) -> list[tuple[str, bytes]]:
    """The id and the JSON of each record of a page, in order.

    `after` is where the page before ended: the id of its last record, or for a list that is ranked
    by `q` the number of records so far; None for the first page. `total` is the number of records
    on all pages.
    """
    parameters = {**selection.parameters, "limit": limit}
    if not sort and selection.query is not None:
        parameters["offset"] = after or 0
        return database.rows(ranked_statement(selection.shape), parameters)
    keys = tuple(sort) or ("position",)
    if after is not None:
        parameters |= place_of(database, selection.kind, keys, after)
    statement = page_statement(selection.shape, keys, after is not None, total <= FEW)
    return database.rows(statement, parameters)


@lru_cache(maxsize=1024)
def page_statement(shape: Shape, keys: tuple[str, ...], continued: bool, few: bool) -> Statement:
    """Select a page in the order of sort keys; the id decides between equals."""
    orders = [aliased(SortRow, name=f"order_{number}") for number in range(len(keys))]
    first, *others = orders
    ranks: list[Any] = [
        col(order.descending if key.startswith("-") else order.ascending)
        for order, key in zip(orders, keys, strict=True)
    ]
    ranks.append(col(first.record))
    labels = [rank.label(f"rank_{number}") for number, rank in enumerate(ranks)]
    page: Select[Any] = select(*labels)
    page = page.where(*ordered_by(first, shape.kind, keys[0]))
    for order, key in zip(others, keys[1:], strict=True):
        same = col(order.record) == col(first.record)
        page = page.join(order, and_(same, *ordered_by(order, shape.kind, key)))
    if not shape.is_whole:
        page = page.where(found_in(shape, col(first.record), few))
    if continued:
        places: list[Any] = [bindparam(f"after_{number}") for number in range(len(ranks))]
        page = page.where(tuple_(*ranks) > tuple_(*places))
    return with_json(page.order_by(*ranks).limit(bindparam("limit")), len(keys))


def ordered_by(order: Any, kind: str, key: str) -> list[Any]:
    """The conditions that pick the order of a collection by one sort key."""
    return [col(order.kind) == kind, col(order.field) == key.removeprefix("-")]


def found_in(shape: Shape, record: Any, few: bool) -> ColumnElement[bool]:
    """The condition that a record is in a selection: a set made first, or a look at each."""
    if few:
        return record.in_(shape.ids())  # type: ignore[no-any-return]
    found = shape.ids().subquery("found")
    return select(found.c.id).where(found.c.id == record).exists()


def with_json(page: Select[Any], id_column: int) -> Statement:
    """Select the id and JSON of a page's records: no text is read only to be sorted."""
    listed = page.cte("page")
    ranks = list(listed.c)
    joined = select(ID, JSON_BYTES).select_from(listed).join(RecordRow, ranks[id_column] == ID)
    return Statement.compile(joined.order_by(*ranks))


@lru_cache(maxsize=1024)
def ranked_statement(shape: Shape) -> Statement:
    """Select a page of the records that match `q`, best match first, then in reading order."""
    found = ranked_matches()
    order = [found.c.score, col(RecordRow.position), ID]
    page = select(*order).select_from(found).join(RecordRow, found.c.number == NUMBER)
    page = page.where(col(RecordRow.kind) == shape.kind)
    if shape.filters:
        page = page.where(ID.in_(shape._replace(searched=False).ids()))
    page = page.order_by(*order).limit(bindparam("limit")).offset(bindparam("offset"))
    return with_json(page, 2)


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
    shape = selection.shape
    if shape.is_whole:
        return count_by_kind(database).get(shape.kind, 0)
    return int(database.value(count_statement(shape), selection.parameters))


@lru_cache(maxsize=1024)
def count_statement(shape: Shape) -> Statement:
    """Count the records of a selection."""
    return Statement.compile(shape.select(func.count()))


def count_values(
    database: Database, selection: Selection, names: Sequence[str]
) -> dict[str, list[tuple[Any, int]]]:
    """The values of each named field with their counts, sorted, null first.

    A field's own filter is left out of its counts.
    """
    return {name: count_field(database, selection, name) for name in names}


def count_field(database: Database, selection: Selection, name: str) -> list[tuple[Any, int]]:
    """The values of one field with their counts; those of the whole collection are kept."""
    shape = selection.shape.without(name)
    statement = values_statement(shape, name)
    rows = (
        database.rows_once(statement)
        if shape.is_whole
        else database.rows(statement, selection.parameters)
    )
    if is_flag(selection.row, name):
        rows = [(value if value is None else bool(value), count) for value, count in rows]
    return sorted(rows, key=lambda pair: (pair[0] is not None, pair[0]))


@lru_cache(maxsize=1024)
def is_flag(row: type[KindRow], name: str) -> bool:
    """Whether a field is true or false, which SQLite stores as a number."""
    return isinstance(column_of(row, name).type, Boolean)


@lru_cache(maxsize=1024)
def values_statement(shape: Shape, name: str) -> Statement:
    """Select each value of a field with its count."""
    if not has_many(shape.row, name):
        value = column_of(shape.row, name)
        counted = shape.select(value, func.count(), uses=name)
        return Statement.compile(counted.group_by(value))
    value = col(ItemRow.value)
    counted = select(value, func.count()).where(*items_of(shape.kind, name))
    if not shape.is_whole:
        counted = counted.where(col(ItemRow.record).in_(shape.ids()))
    return Statement.compile(counted.group_by(value))
