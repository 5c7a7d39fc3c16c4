"""Select the records of a page, in the order of sort keys or ranked by `q`.

Like the statements in `selections`, these are built once for each shape of a selection.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Select, and_, bindparam, cast, select, tuple_

from app.store.columns import col, table_of
from app.store.database import Database, Statement
from app.store.search import NUMBER, select_scores
from app.store.selections import ID, Selection, Shape
from app.store.tables import RecordRow, SortRow

# What a list shows of a record. As bytes: decoding only to encode again would cost time.
TEXTS = {
    "json": cast(col(RecordRow.json_text), LargeBinary),
    "csv": cast(col(RecordRow.csv_text), LargeBinary),
}
# SQLite's word for a list without an end.
NO_LIMIT = -1
# Up to this many matches are all found and then sorted. If there are more, the records are read in
# sorted order and each is checked until the page is full. SQLite can't choose: it knows no number.
FEW = 2000


def select_page(
    database: Database,
    selection: Selection,
    sort: Sequence[str],
    after: Any,
    limit: int | None,
    total: int,
    shown: str = "json",
) -> list[tuple[str, bytes]]:
    """The id of each record of a page, in order, and its JSON or its row of CSV.

    `after` says where the previous page ended: the id of its last record or, in a list that `q`
    ranks, the number of records so far; None for the first page. `total` is the number of records
    on all pages.
    """
    parameters = {**selection.parameters, "limit": NO_LIMIT if limit is None else limit}
    if not sort and selection.plan is not None:
        parameters["offset"] = after or 0
        return database.rows(search_statement(selection.shape, shown), parameters)
    keys = sort or ("position",)
    parameters["kind"] = selection.kind
    parameters |= {f"key_{number}": key.removeprefix("-") for number, key in enumerate(keys)}
    if after is not None:
        parameters |= find_ranks(database, selection.kind, keys, after)
    # All whole collections are read by one statement.
    shape = None if selection.shape.is_whole else selection.shape
    falling = tuple(key.startswith("-") for key in keys)
    statement = page_statement(shape, falling, after is not None, total <= FEW, shown)
    return database.rows(statement, parameters)


@lru_cache(maxsize=1024)
def page_statement(
    shape: Shape | None, falling: tuple[bool, ...], continued: bool, few: bool, shown: str
) -> Statement:
    """Select a page in the order of sort keys, each falling or not; the id decides between equals.

    Without a shape, of a whole collection.
    """
    orders = [table_of(SortRow).alias(f"order_{number}") for number in range(len(falling))]
    first, *others = orders
    ranks: list[Any] = [
        order.c.descending if falls else order.c.ascending
        for order, falls in zip(orders, falling, strict=True)
    ]
    ranks.append(first.c.record)
    labels = [rank.label(f"rank_{number}") for number, rank in enumerate(ranks)]
    page: Select[Any] = select(*labels)
    page = page.where(*order_conditions(first, 0))
    for number, order in enumerate(others, 1):
        same = order.c.record == first.c.record
        page = page.join(order, and_(same, *order_conditions(order, number)))
    if shape is not None:
        page = page.where(selection_condition(shape, first.c.record, few))
    if continued:
        places: list[Any] = [bindparam(f"after_{number}") for number in range(len(ranks))]
        page = page.where(tuple_(*ranks) > tuple_(*places))
    return join_texts(page.order_by(*ranks).limit(bindparam("limit")), ID, shown)


def order_conditions(order: Any, number: int) -> list[Any]:
    """The conditions on the table `sort_key` that leave one key of a collection."""
    return [
        order.c.kind == bindparam("kind"),
        order.c.field == bindparam(f"key_{number}"),
    ]


def selection_condition(shape: Shape, record: Any, few: bool) -> ColumnElement[bool]:
    """The condition that a record is in a selection: one of a set if `few`, else checked alone."""
    if few:
        return record.in_(shape.ids())  # type: ignore[no-any-return]
    found = shape.ids().subquery("found")
    return select(found.c.id).where(found.c.id == record).exists()


def join_texts(page: Select[Any], last: Any, shown: str) -> Statement:
    """Join the texts to the records of a page only, so that no text is read just to be sorted.

    The last column of the page, which decides between equals, is the column `last` of its records.
    """
    listed = page.cte("page")
    ranks = list(listed.c)
    joined = (
        select(ID, TEXTS[shown]).select_from(listed).join(table_of(RecordRow), ranks[-1] == last)
    )
    return Statement.compile(joined.order_by(*ranks))


@lru_cache(maxsize=1024)
def search_statement(shape: Shape, shown: str) -> Statement:
    """Select a page of the records that match `q`, best match first, then in reading order."""
    unsearched = shape._replace(searched=False)
    found = select_scores(shape.kind, unsearched.numbers() if shape.filters else None)
    order = (found.c.score, found.c.number)
    page = select(*order).order_by(*order).limit(bindparam("limit")).offset(bindparam("offset"))
    return join_texts(page, NUMBER, shown)


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
