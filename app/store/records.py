"""Select the records of a page, in the order of sort keys or ranked by `q`.

Like the statements in `selections`, these are built once for each shape of a selection.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

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
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.model.citation import Standing
from app.model.resource import KindRow
from app.store.database import Database, Statement
from app.store.lookups import count_by_kind
from app.store.match import Query
from app.store.search import NUMBER, all_matches, ranked_matches
from app.store.tables import ItemRow, RecordRow, SortRow

ID = col(RecordRow.id)
# What every list can be filtered and counted by besides its fields.
EVIDENCE = ("source", "has_note", "seen", "standing")
# Begins the name of the filter that a field has no value.
ABSENT = "absent:"
# Bytes, so that no text is decoded only to be encoded again.
JSON_BYTES = cast(col(RecordRow.json_text), LargeBinary)
# Up to this many matches are all found and then sorted. If there are more, the records are read in
# sorted order and each is checked until the page is full. SQLite can't choose: it knows no number.
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
        values = {parameter_name(name): bind(value) for name, value in self.filters.items()}
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
        """The same without the filters by one field."""
        left_out = (name, f"{ABSENT}{name}")
        return self._replace(filters=tuple(f for f in self.filters if f not in left_out))

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
SHARED = tuple(
    f"{start}{name}" for name in ("topic", "applies_to", "stale") for start in ("", ABSENT)
)


def is_typed(row: type[KindRow], name: str) -> bool:
    """Whether a filter or facet is a column of the typed table that holds one value."""
    field = name.removeprefix(ABSENT).removesuffix("_before").removesuffix("_after")
    return field in row.model_fields and not has_many(row, field)


def parameter_name(name: str) -> str:
    """The name under which a filter's values are bound."""
    return f"f_{name.replace(':', '_')}"


def bind(value: Any) -> Any:
    """A value as the `sqlite3` module takes it: a list as JSON, a date in ISO 8601."""
    if isinstance(value, list):
        return json.dumps(value, default=str)
    return value.isoformat() if isinstance(value, date) else value


def bound_list(name: str) -> Select[Any]:
    """The values of a filter, bound as one JSON array."""
    each = func.json_each(bindparam(parameter_name(name))).table_valued(
        "value", name=f"each_{name}"
    )
    return select(each.c.value)


def column_of(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the one that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def has_many(row: type[KindRow], name: str) -> bool:
    """Whether a field has several values; they stand in the table `item`."""
    if name in row.model_fields or name in RecordRow.model_fields:
        return isinstance(column_of(row, name).type, JSON)
    return name in EVIDENCE


def is_absent(shape: Shape, name: str, record: Any) -> ColumnElement[bool]:
    """The condition that a field has no value."""
    if has_many(shape.row, name):
        found = select(col(ItemRow.record)).where(*items_of(shape.kind, name))
        return record.not_in(found)  # type: ignore[no-any-return]
    return column_of(shape.row, name).is_(None)  # type: ignore[no-any-return]


def condition(shape: Shape, name: str, record: Any) -> ColumnElement[bool]:
    """The condition of one filter on a record, whose id is in the column."""
    if name == "latest":
        stands = col(ItemRow.value) != Standing.SUPERSEDED.value
        standing = select(col(ItemRow.record)).where(*items_of(shape.kind, "standing"), stands)
        return record.in_(standing)  # type: ignore[no-any-return]
    if name.startswith(ABSENT):
        return is_absent(shape, name.removeprefix(ABSENT), record)
    for suffix, operator in (("_before", "__lt__"), ("_after", "__gt__")):
        if name.endswith(suffix):
            dated = column_of(shape.row, name.removesuffix(suffix))
            return getattr(dated, operator)(bindparam(parameter_name(name)))  # type: ignore[no-any-return]
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

    `after` says where the previous page ended: the id of its last record or, in a list that `q`
    ranks, the number of records so far; None for the first page. `total` is the number of records
    on all pages.
    """
    parameters = {**selection.parameters, "limit": limit}
    if not sort and selection.query is not None:
        parameters["offset"] = after or 0
        return database.rows(search_statement(selection.shape), parameters)
    keys = tuple(sort) or ("position",)
    if after is not None:
        parameters |= find_ranks(database, selection.kind, keys, after)
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
    page = page.where(*order_conditions(first, shape.kind, keys[0]))
    for order, key in zip(others, keys[1:], strict=True):
        same = col(order.record) == col(first.record)
        page = page.join(order, and_(same, *order_conditions(order, shape.kind, key)))
    if not shape.is_whole:
        page = page.where(selection_condition(shape, col(first.record), few))
    if continued:
        places: list[Any] = [bindparam(f"after_{number}") for number in range(len(ranks))]
        page = page.where(tuple_(*ranks) > tuple_(*places))
    return join_json(page.order_by(*ranks).limit(bindparam("limit")), len(keys))


def order_conditions(order: Any, kind: str, key: str) -> list[Any]:
    """The conditions on the table `sort_key` that leave one key of a collection."""
    return [col(order.kind) == kind, col(order.field) == key.removeprefix("-")]


def selection_condition(shape: Shape, record: Any, few: bool) -> ColumnElement[bool]:
    """The condition that a record is in a selection: one of a set if `few`, else checked alone."""
    if few:
        return record.in_(shape.ids())  # type: ignore[no-any-return]
    found = shape.ids().subquery("found")
    return select(found.c.id).where(found.c.id == record).exists()


def join_json(page: Select[Any], id_column: int) -> Statement:
    """Join the JSON to the records of a page only, so that no text is read just to be sorted."""
    listed = page.cte("page")
    ranks = list(listed.c)
    joined = select(ID, JSON_BYTES).select_from(listed).join(RecordRow, ranks[id_column] == ID)
    return Statement.compile(joined.order_by(*ranks))


@lru_cache(maxsize=1024)
def search_statement(shape: Shape) -> Statement:
    """Select a page of the records that match `q`, best match first, then in reading order."""
    found = select_scores()
    order = [found.c.score, col(RecordRow.position), ID]
    page = select(*order).select_from(found).join(RecordRow, found.c.number == NUMBER)
    page = page.where(col(RecordRow.kind) == shape.kind)
    if shape.filters:
        page = page.where(ID.in_(shape._replace(searched=False).ids()))
    page = page.order_by(*order).limit(bindparam("limit")).offset(bindparam("offset"))
    return join_json(page, 2)


def find_ranks(database: Database, kind: str, keys: Sequence[str], last: str) -> dict[str, Any]:
    """The sort ranks of the last record of a page; raises LookupError if it is gone."""
    rows = database.rows(RANKS, {"kind": kind, "record": last})
    ranks = {field: (ascending, descending) for field, ascending, descending in rows}
    fields = [(key.removeprefix("-"), key.startswith("-")) for key in keys]
    places = [ranks[field][descending] for field, descending in fields]
    return {f"after_{number}": place for number, place in enumerate([*places, last])}


RANKS = Statement.compile(
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
    """The values of each named field with their counts, in no order.

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
    return list(rows)


@lru_cache(maxsize=1024)
def is_flag(row: type[KindRow], name: str) -> bool:
    """Whether a field is true or false, which SQLite stores as a number."""
    return not has_many(row, name) and isinstance(column_of(row, name).type, Boolean)


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
    # A record without items counts for null.
    absent = shape._replace(filters=(*shape.filters, f"{ABSENT}{name}"))
    none = absent.select(null(), func.count()).having(func.count() > 0)
    return Statement.compile(union_all(counted.group_by(value), none))
