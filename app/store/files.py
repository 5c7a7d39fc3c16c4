"""Keep the files of the data set in the database, compressed."""

from collections.abc import Iterable, Iterator

import zstandard
from sqlalchemy import bindparam, select

from app.store.columns import col
from app.store.database import Database, Statement
from app.store.tables import FileRow

# Who unpacks needs this window in memory, half a megabyte: of its own accord zstd takes eight.
PACKING = zstandard.ZstdCompressionParameters.from_level(7, window_log=19)
NAMES = Statement.compile(select(col(FileRow.name)).order_by(col(FileRow.position)))
CONTENT = Statement.compile(
    select(col(FileRow.content)).where(col(FileRow.name) == bindparam("name"))
)


def pack(content: bytes) -> bytes:
    """Compress bytes; equal bytes give equal ones."""
    return zstandard.ZstdCompressor(compression_params=PACKING).compress(content)


def unpack(content: bytes) -> bytes:
    """The bytes that were packed."""
    return zstandard.ZstdDecompressor().decompress(content)


def file_rows(files: Iterable[tuple[str, bytes]]) -> Iterator[FileRow]:
    """The rows of files, by name and content, in this order."""
    for position, (name, content) in enumerate(files):
        yield FileRow(name=name, position=position, content=pack(content))


def file_names(database: Database) -> list[str]:
    """The name of every file, in order."""
    return [name for (name,) in database.rows(NAMES)]


def unpack_parts(database: Database, name: str) -> Iterator[bytes]:
    """Yield the content of a file in parts: as a whole it would take much memory for a moment."""
    packed = database.value(CONTENT, {"name": name})
    return zstandard.ZstdDecompressor().read_to_iter(packed)


def unpack_file(database: Database, name: str) -> bytes | None:
    """The content of a file, or None."""
    packed = database.value(CONTENT, {"name": name})
    return None if packed is None else unpack(packed)
