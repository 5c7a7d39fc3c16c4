"""The SQLite database: `build` writes the whole file, the service reads it into memory."""

import mmap
import os
import sqlite3
import zlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple, Self

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement
from sqlmodel import SQLModel

from app.model.release import UNRELEASED

# Stands in the header of each file that `build` writes, so that no other file is ever replaced.
APPLICATION_ID = int.from_bytes(b"HER2", "big")
# Where SQLite's file format has the user version: 4 bytes without a meaning, for our checksum.
USER_VERSION = slice(60, 64)
# Prepared statements that the connection keeps; each combination of filters and sort keys has one.
KEPT_STATEMENTS = 512
# Made once: it keeps what it has found out about the types of columns.
DIALECT = sqlite.dialect(paramstyle="named")


class DatabaseUnusable(Exception):
    """The database file can't be served; the message says why, and what to do."""


class Release(NamedTuple):
    """The version, date and digest of the data in a database."""

    version: str
    date: date
    digest: str

    @property
    def is_recorded(self) -> bool:
        """Whether the data are a recorded release, and will be found under its address."""
        return not self.version.endswith(UNRELEASED)


class Statement(NamedTuple):
    """SQL text and the values of its constants; each run adds the other parameters."""

    sql: str
    constants: dict[str, Any]

    @classmethod
    def compile(cls, clause: ClauseElement) -> "Statement":
        """Compile an SQLAlchemy expression for the `sqlite3` module, to be run many times."""
        compiled = clause.compile(dialect=DIALECT)
        return cls(str(compiled), dict(compiled.params))


class Database:
    """A built database in memory, freed by `close` or at the end of a `with` block.

    Once open it reads no file, so no file lock can block it.
    """

    def __init__(self, content: bytes | mmap.mmap) -> None:
        """Load the bytes of a file; raises sqlite3.Error, TypeError or ValueError if damaged."""
        check_whole(content)
        # Requests run in the event loop's thread; tests and the build open it in another.
        self.connection = sqlite3.connect(
            ":memory:", check_same_thread=False, cached_statements=KEPT_STATEMENTS
        )
        self.kept: dict[tuple[Any, ...], list[Any]] = {}
        try:
            self.load(content)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def load(self, content: bytes | mmap.mmap) -> None:
        """Take the bytes of a file, and read what each answer needs of them."""
        self.connection.deserialize(content)
        self.connection.execute("PRAGMA query_only=ON")
        self.check_tables()
        self.fingerprint, self.openapi, *release = self.connection.execute(
            "SELECT fingerprint, openapi, version, date, digest "
            "FROM build JOIN release ON release.version = build.release"
        ).fetchone()
        version, day, digest = release
        self.release = Release(version, date.fromisoformat(day), digest)

    def check_tables(self) -> None:
        """Raise sqlite3.Error if a table or a column of the models is missing."""
        for table in SQLModel.metadata.tables.values():
            # With the table's name: SQLite takes another name in quotes for a text.
            columns = ", ".join(f'"{table.name}"."{column.name}"' for column in table.columns)
            self.connection.execute(f'SELECT {columns} FROM "{table.name}" LIMIT 0')

    def rows(self, statement: Statement, parameters: Mapping[str, Any] = {}) -> list[Any]:
        """All rows that a statement selects, as tuples."""
        values = {**statement.constants, **parameters}
        return self.connection.execute(statement.sql, values).fetchall()

    def rows_once(self, statement: Statement) -> list[Any]:
        """All rows that a statement selects, read once and kept: for figures that never change."""
        key = (statement.sql, *statement.constants.values())
        if key not in self.kept:
            self.kept[key] = self.rows(statement)
        return self.kept[key]

    def value(self, statement: Statement, parameters: Mapping[str, Any] = {}) -> Any:
        """The first column of the first row, or None without a row."""
        row = self.connection.execute(
            statement.sql, {**statement.constants, **parameters}
        ).fetchone()
        return row and row[0]

    def content(self) -> bytes:
        """The bytes of the database, as in its file."""
        return self.connection.serialize()

    def close(self) -> None:
        """Free the memory."""
        self.connection.close()


def checksum(content: bytes | mmap.mmap) -> bytes:
    """The CRC-32 of a database file, without the bytes that hold the checksum itself."""
    before = content[: USER_VERSION.start]
    with memoryview(content) as whole, whole[USER_VERSION.stop :] as after:
        return zlib.crc32(after, zlib.crc32(before)).to_bytes(4, "big")


def check_whole(content: bytes | mmap.mmap) -> None:
    """Raise sqlite3.Error if a byte has changed since `seal`.

    SQLite's checks find no fault in a file with pages of two builds, as an interrupted copy
    leaves it.
    """
    if content[USER_VERSION] != checksum(content):
        raise sqlite3.DatabaseError("not whole, or changed since it was built")


def seal(path: Path) -> None:
    """Write the checksum of a finished database into it, and all of it to the disk."""
    with path.open("r+b") as file:
        value = checksum(file.read())
        file.seek(USER_VERSION.start)
        file.write(value)
        file.flush()
        os.fsync(file.fileno())


def is_ours(path: Path) -> bool:
    """Whether `build` made this file, by its header. Only such a file may be replaced."""
    with path.open("rb") as file:
        header = file.read(72)
    return header.startswith(b"SQLite format 3\0") and header[68:72] == b"HER2"


def check_ours(path: Path) -> None:
    """Raise DatabaseUnusable if there is a file that `build` did not make."""
    if path.exists() and not (path.is_file() and is_ours(path)):
        raise DatabaseUnusable(
            f"{path}: not a database of HER2 Facts; move it away or set HER2_DATABASE"
        )


def open_database(path: Path) -> Database:
    """Read a database file into memory; raises DatabaseUnusable if it can't be served."""
    try:
        if not path.exists():
            raise DatabaseUnusable(f"{path}: no such database; `her2-facts build` makes it")
        check_ours(path)
        with path.open("rb") as file, read_into_map(file) as content:
            return Database(content)
    except (sqlite3.Error, TypeError, ValueError) as error:  # TypeError: no row, no date
        reason = str(error).splitlines()[0]
        raise DatabaseUnusable(f"{path}: damaged or of another schema: {reason}") from error
    except OSError as error:
        raise DatabaseUnusable(f"{path}: can't be read: {error.strerror}") from error


def read_into_map(file: BufferedReader) -> mmap.mmap:
    """The bytes of a file in memory of their own, which goes back to the system when it is closed.

    Freed `bytes` of this size would stay with the process. It is no map of the file: one that is
    cut while it is read would end the process.
    """
    size = os.fstat(file.fileno()).st_size
    content = mmap.mmap(-1, max(size, 1))
    if file.readinto(content) != size:
        content.close()
        raise sqlite3.DatabaseError("changed while it was read")
    return content


@cache
def compile_text(sql: str) -> Statement:
    """A statement of literal SQL, for FTS5, which SQLAlchemy can't express."""
    return Statement(sql, {})
