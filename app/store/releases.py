"""Find the releases of the data."""

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.store.database import Database, Statement
from app.store.tables import ReleaseRow

NEWEST_FIRST = col(ReleaseRow.position).desc()
VERSIONS = Statement.compile(select(col(ReleaseRow.version)).order_by(col(ReleaseRow.position)))
ALL = Statement.compile(select(col(ReleaseRow.json_text)).order_by(NEWEST_FIRST))
ONE = Statement.compile(
    select(col(ReleaseRow.json_text), col(ReleaseRow.changes)).where(
        col(ReleaseRow.version) == bindparam("version")
    )
)


def release_versions(database: Database) -> list[str]:
    """The version of every release, oldest first."""
    return [version for (version,) in database.rows(VERSIONS)]


def all_releases(database: Database) -> list[str]:
    """The JSON of every release, newest first."""
    return [text for (text,) in database.rows(ALL)]


def get_release(database: Database, version: str) -> tuple[str, str] | None:
    """The JSON of a release and of its changes, or None."""
    rows = database.rows(ONE, {"version": version})
    return rows[0] if rows else None
