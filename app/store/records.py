"""Records by filter, order and page, in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, and_, exists, false, func, or_, true
from sqlmodel import Session, col, select

from app.model.resource import KindRow
from app.model.words import key_of
from app.store.search import is_found, is_searchable, ranked
from app.store.tables import CitationRow, KeyRow, NoteRow, RecordRow

# The condition of each filter, by its name.
Conditions = dict[str, ColumnElement[bool]]


def column_of(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the one that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def conditions(row: type[KindRow], filters: Mapping[str, Any]) -> Conditions:
    """The condition of each filter."""
    return {name: condition(row, name, wanted) for name, wanted in filters.items()}


def condition(row: type[KindRow], name: str, wanted: Any) -> ColumnElement[bool]:
    """What a filter asks of a record."""
    own = col(RecordRow.id)
    if name == "q":
        return is_found(wanted)
    if name == "source":
        cites = col(CitationRow.record) == own
        return exists().where(cites, col(CitationRow.source).in_(wanted))
    if name == "has_note":
        return exists().where(col(NoteRow.record) == own, col(NoteRow.kind).in_(wanted))
    if name.endswith("_before"):
        return bool_of(column_of(row, name.removesuffix("_before")) < wanted)
    if name.endswith("_after"):
        return bool_of(column_of(row, name.removesuffix("_after")) > wanted)
    column = column_of(row, name)
    if isinstance(column.type, JSON):
        values = func.json_each(column).table_valued("value")
        return exists().select_from(values).where(values.c.value.in_(wanted))
    return bool_of(column.in_(wanted))


def bool_of(expression: Any) -> ColumnElement[bool]:
    """The type of a comparison with a column that is looked up by name."""
    found: ColumnElement[bool] = expression
    return found


class SortKey:
    """One key of the order, with nulls last in both directions."""

    def __init__(self, column: Any, *, descending: bool = False) -> None:
        self.column = column
        self.descending = descending

    def ordering(self) -> Any:
        return (self.column.desc() if self.descending else self.column.asc()).nulls_last()

    def same(self, value: Any) -> Any:
        return self.column.is_not_distinct_from(value)

    def after(self, value: Any) -> ColumnElement[bool]:
        if value is None:
            return false()
        beyond = self.column < value if self.descending else self.column > value
        return or_(beyond, self.column.is_(None))


def after_cursor(keys: list[SortKey], values: list[Any]) -> ColumnElement[bool]:
    """The condition that a record comes after the place that the values name."""
    return or_(
        *(
            and_(
                *(key.same(value) for key, value in zip(keys[:n], values[:n], strict=True)),
                keys[n].after(values[n]),
            )
            for n in range(len(keys))
        )
    )


def sort_keys(row: type[KindRow], sort: Sequence[str]) -> list[SortKey]:
    """The total order of a list: as asked, or reading order; the id decides between equals."""
    by_id = SortKey(col(RecordRow.id))
    if sort:
        names = [(name.removeprefix("-"), name.startswith("-")) for name in sort]
        return [*(SortKey(column_of(row, name), descending=down) for name, down in names), by_id]
    return [SortKey(col(RecordRow.position)), by_id]


def select_page(
    session: Session,
    row: type[KindRow],
    where: Sequence[ColumnElement[bool]],
    sort: Sequence[str],
    q: str,
    after: list[Any] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Stored answers in order, each with the values of its sort keys."""
    rows = select(RecordRow.document).join(row, col(row.id) == col(RecordRow.id))
    keys = sort_keys(row, sort)
    if not sort and is_searchable(q):
        found = ranked(q)
        rows = rows.join(found, found.c.id == col(RecordRow.id))
        keys = [SortKey(found.c.score), *keys]
    if after:
        where = [*where, after_cursor(keys, after)]
    rows = rows.add_columns(*(key.column for key in keys))  # type: ignore[assignment]
    ordered = rows.where(*where).order_by(*(key.ordering() for key in keys))
    return session.execute(ordered.limit(limit)).all()


def count(session: Session, row: type[KindRow], where: Sequence[ColumnElement[bool]]) -> int:
    """How many records meet all conditions."""
    counted = select(func.count()).select_from(RecordRow)
    joined = counted.join(row, col(row.id) == col(RecordRow.id))
    return session.exec(joined.where(*where)).one()


def count_values(
    session: Session, row: type[KindRow], name: str, where: Sequence[ColumnElement[bool]]
) -> list[tuple[int, Any]]:
    """Each value of a field, with the number of records that have it."""
    column = column_of(row, name)
    source = select(func.count()).select_from(RecordRow).join(row, col(row.id) == col(RecordRow.id))
    if isinstance(column.type, JSON):
        values = func.json_each(column).table_valued("value")
        column, source = values.c.value, source.join(values, true())
    counted = source.add_columns(column).where(*where).group_by(column).order_by(column)
    return [(number, value) for number, value in session.execute(counted)]


def documents_by_key(session: Session, scheme: str, value: str) -> Sequence[str]:
    """The stored answers of the records that a code, name or identifier leads to."""
    matches = select(RecordRow.document).join(KeyRow, col(KeyRow.record) == col(RecordRow.id))
    keyed = matches.where(KeyRow.scheme == scheme, KeyRow.value == key_of(value))
    return session.exec(keyed.order_by(col(RecordRow.kind), col(RecordRow.position))).all()


def ids(session: Session, kind: str) -> list[str]:
    """The identifiers of a collection, in reading order."""
    of_kind = select(RecordRow.id).where(RecordRow.kind == kind)
    return list(session.exec(of_kind.order_by(col(RecordRow.position))))


def documents(session: Session, kind: str) -> list[str]:
    """The stored answers of a collection, in reading order."""
    of_kind = select(RecordRow.document).where(RecordRow.kind == kind)
    return list(session.exec(of_kind.order_by(col(RecordRow.position))))


def totals(session: Session) -> dict[str, int]:
    """The number of records in each collection."""
    counted = select(RecordRow.kind, func.count()).group_by(col(RecordRow.kind))
    return dict(session.exec(counted).all())


def fullest_id(session: Session, kind: str) -> str | None:
    """The record with the fewest nulls, which shows most; of equals the shortest."""
    document = col(RecordRow.document)
    nulls = func.length(document) - func.length(func.replace(document, ":null", ""))
    of_kind = select(RecordRow.id).where(RecordRow.kind == kind)
    return session.exec(of_kind.order_by(nulls, func.length(document))).first()
