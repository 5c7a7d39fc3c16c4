"""The database file: whose it is, how it is opened, one session a request."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from sqlalchemy import Engine, StaticPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from app.tables import BuildRow, ReleaseRow

# Written into the file's header: "HER2" in ASCII tells our files from all others.
APPLICATION_ID = int.from_bytes(b"HER2", "big")


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


async def get_session(request: Request) -> AsyncIterator[Session]:
    """A session on the served database. A coroutine, so that it needs no thread of its own."""
    with Session(request.app.state.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
