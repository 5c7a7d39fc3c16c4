"""Write the file of a new database, from its rows and search texts; `build` alone does."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, insert, text
from sqlmodel import Session, SQLModel, select

from app.model.resource import AnyRow, ManyRow
from app.store.database import APPLICATION_ID, DatabaseUnusable, seal
from app.store.search_index import fill_search_index, search_order
from app.store.tables import BuildRow, RecordRow


def write_database(path: Path, rows: list[AnyRow], index: list[dict[str, str]]) -> None:
    """Write a new database file with these rows and search texts, loaded in one transaction."""
    path.write_bytes(make_empty_database())
    engine = open_draft(path)
    try:
        with engine.connect() as connection:
            load_rows(connection, rows, index)
    finally:
        engine.dispose()
    seal(path)


@cache
def make_empty_database() -> bytes:
    """The file of a database without rows, made by the migrations, in memory: a hundred statements
    would each wait for the disk.
    """
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            create_tables(connection)
            file: SqliteConnection = connection.connection.dbapi_connection  # type: ignore[assignment]
            return file.serialize()
    finally:
        engine.dispose()


def create_tables(connection: Connection) -> None:
    """Create the tables by the migrations; raises DatabaseUnusable if the models differ."""
    # Imported here: Alembic takes a fifth of a second, which `serve` need not spend.
    from app.store.migrations import find_changed_tables, migrate

    connection.execute(text(f"PRAGMA application_id={APPLICATION_ID}"))
    connection.commit()
    migrate(connection)
    connection.commit()
    if tables := find_changed_tables(connection):
        raise DatabaseUnusable(
            f"The models differ from the migrations ({', '.join(tables)}): "
            "run `make migration NAME=…`"
        )


def open_draft(path: Path) -> Engine:
    """An engine for a new database. An unfinished one is lost anyway: no write waits for the disk,
    until `seal`.
    """
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def set_up(connection: SqliteConnection, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA journal_mode=MEMORY")

    return engine


def load_rows(connection: Connection, rows: list[AnyRow], index: list[dict[str, str]]) -> None:
    """Load the rows and the search index in one transaction."""
    connection.rollback()  # SQLite ignores PRAGMA foreign_keys within a transaction
    connection.execute(text("PRAGMA foreign_keys=ON"))
    connection.commit()
    # Checked at commit only: a topic may come before the parent that it refers to.
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    by_table: dict[type[SQLModel], list[dict[str, Any]]] = {}
    for row in rows:
        table, values = row if isinstance(row, ManyRow) else (type(row), dict(row))
        by_table.setdefault(table, []).append(values)
    by_table.get(RecordRow, []).sort(key=search_order)
    for table, listed in by_table.items():
        connection.execute(insert(table), listed)
    fill_search_index(connection, index)
    connection.commit()
    connection.execute(text("ANALYZE"))
    connection.commit()


def store_openapi(path: Path, openapi: str) -> None:
    """Store the OpenAPI document in a new database."""
    with changed(path) as session:
        session.exec(select(BuildRow)).one().openapi = openapi


def add_rows(path: Path, rows: Iterable[SQLModel]) -> None:
    """Add rows to a new database: what is made of the others."""
    with changed(path) as session:
        session.add_all(rows)


@contextmanager
def changed(path: Path) -> Iterator[Session]:
    """A session that changes a new database, which is sealed again at its end."""
    engine = open_draft(path)
    with Session(engine) as session:
        yield session
        session.commit()
    engine.dispose()
    seal(path)
