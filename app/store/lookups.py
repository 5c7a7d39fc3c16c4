"""Find single records: by id, by key, or the first ones of a collection."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import LargeBinary, bindparam, cast, func, select
from sqlmodel import col

from app.model.words import comparison_key
from app.store.database import Database, Statement
from app.store.tables import KeyRow, RecordRow, WithdrawnRow

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
REFS_BY_KEY = Statement.compile(
    select(col(RecordRow.ref))
    .join(KeyRow, col(KeyRow.record) == col(RecordRow.id))
    .where(col(KeyRow.scheme) == bindparam("scheme"), col(KeyRow.value) == bindparam("value"))
    .order_by(*READING_ORDER)
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
NAMES = Statement.compile(
    select(col(RecordRow.id), col(RecordRow.name)).where(
        IS_KIND,
        col(RecordRow.id).in_(
            select(func.json_each(bindparam("ids")).table_valued("value").c.value)
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


def find_refs(database: Database, scheme: str, value: str) -> list[str]:
    """The short references (JSON) of the records that have this code, name or identifier."""
    rows = database.rows(REFS_BY_KEY, {"scheme": scheme, "value": comparison_key(value)})
    return [ref for (ref,) in rows]


def json_by_kind(database: Database, kind: str) -> list[bytes]:
    """The JSON of every record of a collection, in reading order."""
    return [text for (text,) in database.rows(JSON_BY_KIND, {"kind": kind})]


def first_ids(database: Database, kind: str, limit: int) -> list[str]:
    """The first ids of a collection, in reading order."""
    return [name for (name,) in database.rows(FIRST_IDS, {"kind": kind, "limit": limit})]


def find_names(database: Database, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """The display names of the records of a collection that have these ids, by id."""
    return dict(database.rows(NAMES, {"kind": kind, "ids": json.dumps(list(ids))}))


def unknown_ids(database: Database, kind: str, ids: Sequence[str]) -> list[str]:
    """The ids that no record of the collection has, each once."""
    known = find_names(database, kind, ids)
    return [name for name in dict.fromkeys(ids) if name not in known]


def count_by_kind(database: Database) -> dict[str, int]:
    """The number of records in each collection."""
    return dict(database.rows_once(TOTALS))


def fullest_id(database: Database, kind: str) -> str | None:
    """The id of the record with the fewest nulls; of several, the one with the shortest JSON."""
    name: str | None = database.value(FULLEST, {"kind": kind})
    return name
