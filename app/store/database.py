"""The database file: how it is written, opened and checked."""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, StaticPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, select

from app.settings import PROJECT
from app.store.search import fill
from app.store.tables import BuildRow, ReleaseRow

# Written into the file's header: "HER2" in ASCII tells our files from all others.
APPLICATION_ID = int.from_bytes(b"HER2", "big")


# Any failure of a database to answer.
Unreadable = SQLAlchemyError


class DatabaseUnusable(Exception):
    """The database file can't be served; the message says why and what to do."""


def is_ours(path: Path) -> bool:
    """Whether a file is a database that `build` has made. Only such a file may be replaced."""
    with path.open("rb") as file:
        header = file.read(72)
    return header.startswith(b"SQLite format 3\0") and header[68:72] == b"HER2"


def open_read_only(path: Path) -> Engine:
    """An engine on a database file, with a single connection that refuses to write.

    SQLite answers within microseconds, so handlers run it in the event loop's own thread.
    """
    return create_engine(
        f"sqlite:///{path.resolve().as_uri()}?mode=ro&uri=true",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
    )


class Built(NamedTuple):
    """What a database file holds, and what it was built from."""

    release: ReleaseRow
    fingerprint: str
    openapi: str


def open_database(path: Path) -> tuple[Engine, Built]:
    """A database and what it holds, over one connection: a file put in its place changes nothing.

    Raises DatabaseUnusable if it can't be served.
    """
    if not path.exists():
        raise DatabaseUnusable(f"{path}: no such database; `her2-facts build` makes it")
    if not is_ours(path):
        raise DatabaseUnusable(
            f"{path}: not a database of HER2 Facts; move it away or set HER2_DATABASE"
        )
    engine = open_read_only(path)
    try:
        with Session(engine) as session:
            faults = session.scalar(text("PRAGMA quick_check(1)"))
            build = session.exec(select(BuildRow)).one()
            release = session.exec(select(ReleaseRow).filter_by(version=build.release)).one()
            session.expunge(release)
            built = Built(release, build.fingerprint, build.openapi)
    except SQLAlchemyError as error:
        engine.dispose()
        reason = str(error).splitlines()[0]
        raise DatabaseUnusable(f"{path}: damaged or of another schema: {reason}") from error
    if faults != "ok":
        engine.dispose()
        raise DatabaseUnusable(f"{path}: damaged: {faults}")
    return engine, built


def read_release(path: Path) -> Built:
    """What a database file holds; raises DatabaseUnusable if it can't be served."""
    engine, built = open_database(path)
    engine.dispose()
    return built


def content_of(engine: Engine) -> bytes:
    """The whole database, as its file has it."""
    connection = engine.raw_connection()
    try:
        content: bytes = connection.driver_connection.serialize()  # type: ignore[union-attr]
    finally:
        connection.close()
    return content


def migrate(connection: Connection) -> None:
    """Bring a database to the newest schema."""
    # Imported here: it takes half a second, which `serve` need not spend on a current database.
    from alembic import command
    from alembic.config import Config

    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def write(path: Path, rows: list[SQLModel], index: list[dict[str, str]]) -> None:
    """A new database file with these rows, loaded in one transaction."""
    path.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=ON"))
        connection.execute(text(f"PRAGMA application_id={APPLICATION_ID}"))
        connection.commit()
        migrate(connection)
        connection.commit()
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        with Session(connection) as session:
            session.add_all(rows)
            session.flush()
            fill(connection, index)
            session.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()


def store_openapi(path: Path, document: str) -> None:
    """Put the OpenAPI document into a new database."""
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        session.exec(select(BuildRow)).one().openapi = document
        session.commit()
    engine.dispose()
