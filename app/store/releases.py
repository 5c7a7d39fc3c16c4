"""Find the releases of the data."""

import json

from sqlalchemy import bindparam, select

from app.store.columns import col
from app.store.database import Database, Statement
from app.store.files import unpack
from app.store.tables import ReleasePartRow, ReleaseRow

NEWEST_FIRST = col(ReleaseRow.position).desc()
VERSIONS = Statement.compile(select(col(ReleaseRow.version)).order_by(col(ReleaseRow.position)))
ALL = Statement.compile(select(col(ReleaseRow.json_text)).order_by(NEWEST_FIRST))
IS_RELEASE = col(ReleaseRow.version) == bindparam("version")
ONE = Statement.compile(select(col(ReleaseRow.json_text)).where(IS_RELEASE))
CHANGES = Statement.compile(select(col(ReleaseRow.changes)).where(IS_RELEASE))
FEED = Statement.compile(
    select(col(ReleaseRow.feed_entry), col(ReleaseRow.date))
    .where(col(ReleaseRow.version).in_(select(col(ReleasePartRow.release))))
    .order_by(NEWEST_FIRST)
)
PARTS = Statement.compile(
    select(col(ReleasePartRow.kind), col(ReleasePartRow.content))
    .where(col(ReleasePartRow.release) == bindparam("version"))
    .order_by(col(ReleasePartRow.position))
)
ONE_PART = Statement.compile(
    select(col(ReleasePartRow.content)).where(
        col(ReleasePartRow.release) == bindparam("version"),
        col(ReleasePartRow.kind) == bindparam("kind"),
    )
)


def release_versions(database: Database) -> list[str]:
    """The version of every release, oldest first."""
    return [version for (version,) in database.rows(VERSIONS)]


def all_releases(database: Database) -> list[str]:
    """The JSON of every release, newest first."""
    return [text for (text,) in database.rows(ALL)]


def get_release(database: Database, version: str) -> str | None:
    """The JSON of a release, or None."""
    text: str | None = database.value(ONE, {"version": version})
    return text


def get_changes(database: Database, version: str) -> bytes | None:
    """The JSON of the changes of a release, or None."""
    packed = database.value(CHANGES, {"version": version})
    return None if packed is None else unpack(packed)


def feed_entries(database: Database) -> list[tuple[str, str]]:
    """The entry of every release in the feed, with its date; newest first."""
    return database.rows(FEED)


def recorded_kinds(database: Database, version: str) -> list[str]:
    """The collections of a recorded release, in reading order."""
    return [kind for kind, _ in database.rows(PARTS, {"version": version})]


def recorded_lines(database: Database, version: str, kind: str | None = None) -> bytes | None:
    """The records of a release, one a line: of one collection, or of all; else None."""
    if kind is None:
        parts = [unpack(content) for _, content in database.rows(PARTS, {"version": version})]
        return b"".join(parts) or None
    packed = database.value(ONE_PART, {"version": version, "kind": kind})
    return None if packed is None else unpack(packed)


def recorded_record(database: Database, version: str, kind: str, record_id: str) -> bytes | None:
    """The JSON of a record as a release has it, or None."""
    lines = b"\n" + (recorded_lines(database, version, kind) or b"")
    start = lines.find(b'\n{"id":%s,' % json.dumps(record_id).encode())
    return None if start < 0 else lines[start + 1 : lines.index(b"\n", start + 1)]
