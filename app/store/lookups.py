"""Find single records: by id, by key, or the first ones of a collection."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import LargeBinary, bindparam, cast, func, or_, select

from app.model.forms import name_keys
from app.store.columns import col, table_of
from app.store.database import Database, Statement
from app.store.tables import KeyRow, RecordRow, SpellingRow, WithdrawnRow

IS_KIND = col(RecordRow.kind) == bindparam("kind")
READING_ORDER = (col(RecordRow.kind), col(RecordRow.position))


class StoredRecord(NamedTuple):
    """The JSON of a record as lists answer it, and as it is answered alone."""

    json: bytes
    single: bytes


class StoredWithdrawal(NamedTuple):
    """Why a record was withdrawn, and the id of the record to use instead, or None."""

    reason: str
    successor: str | None


class StoredKey(NamedTuple):
    """A key of a record: its folded spelling, the field and text of the record, its reference."""

    scheme: str
    value: str
    record: str
    field: str
    text: str
    ref: str


RECORD_BY_ID = Statement.compile(
    select(
        cast(col(RecordRow.json_text), LargeBinary),
        cast(func.coalesce(col(RecordRow.single_text), col(RecordRow.json_text)), LargeBinary),
    ).where(col(RecordRow.id) == bindparam("id"), IS_KIND)
)
WITHDRAWAL_BY_ID = Statement.compile(
    select(col(WithdrawnRow.reason), col(WithdrawnRow.successor)).where(
        col(WithdrawnRow.id) == bindparam("id"), col(WithdrawnRow.kind) == bindparam("kind")
    )
)
KEYS = Statement.compile(
    select(
        col(KeyRow.scheme),
        col(KeyRow.value),
        col(KeyRow.record),
        col(KeyRow.field),
        col(KeyRow.text),
        col(RecordRow.ref),
    )
    .join(table_of(KeyRow), col(KeyRow.record) == col(RecordRow.id))
    .where(
        col(KeyRow.value).in_(
            select(func.json_each(bindparam("keys")).table_valued("value").c.value)
        )
    )
    .order_by(col(RecordRow.kind), col(KeyRow.place), col(RecordRow.position))
)
KIND_BY_ID = Statement.compile(
    select(col(RecordRow.kind)).where(col(RecordRow.id) == bindparam("id"))
)
JSON_BY_KIND = Statement.compile(
    select(cast(col(RecordRow.json_text), LargeBinary))
    .where(IS_KIND)
    .order_by(col(RecordRow.position))
)
FIRST_IDS = Statement.compile(
    select(col(RecordRow.id))
    .where(IS_KIND)
    .order_by(col(RecordRow.position))
    .limit(bindparam("limit"))
)
NAMES_BY_ID = Statement.compile(
    select(col(RecordRow.id), col(RecordRow.name)).where(
        IS_KIND,
        col(RecordRow.id).in_(
            select(func.json_each(bindparam("ids")).table_valued("value").c.value)
        ),
    )
)
VALUES = Statement.compile(
    select(col(SpellingRow.word), col(SpellingRow.written)).where(
        col(SpellingRow.list) == bindparam("list"),
        col(SpellingRow.word).in_(
            select(func.json_each(bindparam("words")).table_valued("value").c.value)
        ),
    )
)
FIRST_VALUES = Statement.compile(
    select(col(SpellingRow.written))
    .where(col(SpellingRow.list) == bindparam("list"))
    .order_by(col(SpellingRow.word))
    .limit(bindparam("limit"))
)
BEGUN_VALUES = Statement.compile(
    select(col(SpellingRow.written))
    .where(
        col(SpellingRow.list) == bindparam("list"),
        col(SpellingRow.word) >= bindparam("start"),
        col(SpellingRow.word) < bindparam("start").concat("\U0010ffff"),
    )
    .order_by(col(SpellingRow.word))
    .limit(bindparam("limit"))
)
COUNT_VALUES = Statement.compile(
    select(func.count()).where(col(SpellingRow.list) == bindparam("list"))
)
IDS_BY_NAME = Statement.compile(
    select(col(KeyRow.record), col(KeyRow.scheme))
    .join(table_of(RecordRow), col(KeyRow.record) == col(RecordRow.id))
    .where(
        IS_KIND,
        or_(col(KeyRow.scheme) == "name", col(KeyRow.scheme) == "stem"),
        col(KeyRow.value).in_(
            select(func.json_each(bindparam("values")).table_valued("value").c.value)
        ),
    )
)
TOTALS = Statement.compile(
    select(col(RecordRow.kind), func.count())
    .group_by(col(RecordRow.kind))
    .order_by(col(RecordRow.kind))
)
# Length of all `:null` in a record's JSON. An example should show as many fields as it can.
NULLS = func.length(col(RecordRow.json_text)) - func.length(
    func.replace(col(RecordRow.json_text), ":null", "")
)
FULLEST = Statement.compile(
    select(col(RecordRow.id))
    .where(IS_KIND)
    .order_by(NULLS, func.length(col(RecordRow.json_text)))
    .limit(1)
)


def get_record(database: Database, kind: str, record_id: str) -> StoredRecord | None:
    """A record by its id, or None."""
    rows = database.rows(RECORD_BY_ID, {"kind": kind, "id": record_id})
    return StoredRecord(*rows[0]) if rows else None


def get_withdrawal(database: Database, kind: str, record_id: str) -> StoredWithdrawal | None:
    """Why a record of earlier releases was withdrawn, or None."""
    rows = database.rows(WITHDRAWAL_BY_ID, {"kind": kind, "id": record_id})
    return StoredWithdrawal(*rows[0]) if rows else None


def find_keys(database: Database, keys: Iterable[str]) -> list[StoredKey]:
    """The records that have these codes, names or identifiers, each in its folded spelling."""
    return [StoredKey(*row) for row in database.rows(KEYS, {"keys": json.dumps([*{*keys}])})]


def find_kind(database: Database, record_id: str) -> str:
    """The collection of a record."""
    return str(database.value(KIND_BY_ID, {"id": record_id}))


def json_by_kind(database: Database, kind: str) -> list[bytes]:
    """The JSON of every record of a collection, in reading order."""
    return [text for (text,) in database.rows(JSON_BY_KIND, {"kind": kind})]


def first_ids(database: Database, kind: str, limit: int) -> list[str]:
    """The first ids of a collection, in reading order."""
    return [name for (name,) in database.rows(FIRST_IDS, {"kind": kind, "limit": limit})]


def find_names_by_id(database: Database, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """The display names of the records of a collection that have these ids, by id."""
    return dict(database.rows(NAMES_BY_ID, {"kind": kind, "ids": json.dumps(list(ids))}))


def known_values(database: Database, listed: str, folded: Sequence[str]) -> dict[str, list[str]]:
    """The values of a list that have these folded spellings, as the records write them."""
    rows = database.rows(VALUES, {"list": listed, "words": json.dumps(list(folded))})
    return {word: written.split("\n") for word, written in rows}


def first_values(database: Database, listed: str, limit: int) -> list[str]:
    """The first values of a list: ids in reading order, others by letters."""
    if "." not in listed:
        return first_ids(database, listed, limit)
    rows = database.rows(FIRST_VALUES, {"list": listed, "limit": limit})
    return [written.partition("\n")[0] for (written,) in rows]


def begun_values(database: Database, listed: str, start: str, limit: int) -> list[str]:
    """The first values of a list that begin like this, by letters."""
    rows = database.rows(BEGUN_VALUES, {"list": listed, "start": start, "limit": limit})
    return [written.partition("\n")[0] for (written,) in rows]


def count_listed(database: Database, listed: str) -> int:
    """The number of values in a list."""
    return int(database.value(COUNT_VALUES, {"list": listed}))


def find_id_by_name(database: Database, kind: str, name: str) -> str | None:
    """The id of the one record of a kind that has a name, or None if none or several have."""
    rows = database.rows(IDS_BY_NAME, {"kind": kind, "values": json.dumps(name_keys(name))})
    exact = {record for record, scheme in rows if scheme == "name"}
    found = exact or {record for record, _ in rows}
    return found.pop() if len(found) == 1 else None


def count_by_kind(database: Database) -> dict[str, int]:
    """The number of records in each collection."""
    return dict(database.rows_once(TOTALS))


def fullest_id(database: Database, kind: str) -> str | None:
    """The id of the record with the fewest nulls; of several, the one with the shortest JSON."""
    name: str | None = database.value(FULLEST, {"kind": kind})
    return name
