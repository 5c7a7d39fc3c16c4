"""A state of the data: every record as the API answers it, and how a release is kept in a file.

A recorded release is a compressed file of lines: what the release is, what changed since the one
before, then one record a line, in reading order. Addresses of this API in it have the placeholder
of stored texts in front.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date as date_type
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import zstandard
from pydantic import BaseModel

from app.model.json_text import BASE_URL, read_json

SUFFIX = ".ndjson.zst"
# The slowest level makes the smallest file, which stays in the repository for good.
SMALLEST = 19
LINE_START, LINE_MIDDLE = '{"record":', ',"more":'


class Rendered(NamedTuple):
    """A record: its collection, its JSON, and that of the single record where it has more.

    Up to shape 2 the third is only what the single record has besides.
    """

    kind: str
    json_text: str
    more: str | None

    def whole(self, shape: int) -> str:
        """The JSON of the single record."""
        if self.more is None:
            return self.json_text
        return f"{self.json_text[:-1]},{self.more[1:]}" if shape <= 2 else self.more


class StateHead(BaseModel):
    """What a state is: the first line of its file."""

    version: str
    date: date_type
    digest: str
    shape: int  # the number of the models' shape
    fields: str | None = None  # a digest of the names of all fields in this shape


class State:
    """All records of one version of the data, by id in reading order."""

    def __init__(
        self, head: StateHead, entries: Mapping[str, Rendered], changes: str = "null"
    ) -> None:
        self.head = head
        self.entries = entries
        self.changes = changes  # since the previous release, as JSON; of a recorded state only

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """The parsed JSON of every record."""
        return {name: read_json(entry.json_text) for name, entry in self.entries.items()}

    def text(self) -> str:
        """The lines of the file."""
        lines = (
            f"{LINE_START}{entry.json_text}{LINE_MIDDLE}{entry.more or 'null'}}}"
            for entry in self.entries.values()
        )
        return "\n".join((self.head.model_dump_json(), self.changes, *lines, ""))

    def write(self, path: Path) -> None:
        """Write the file; raises FileExistsError and leaves what is there."""
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            file.write(zstandard.ZstdCompressor(level=SMALLEST).compress(self.text().encode()))

    @classmethod
    def read(cls, path: Path) -> "State":
        """Read a file; raises ValueError if it is damaged."""
        try:
            content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        except zstandard.ZstdError as error:
            raise ValueError(f"can't be unpacked: {error}") from error
        first, changes, *lines = content.decode().removesuffix("\n").split("\n")
        head = StateHead.model_validate_json(first)
        entries = dict(map(read_line, lines))
        if (digest := data_digest(entries)) != head.digest:
            raise ValueError(f"its records have the digest {digest}, not {head.digest}")
        return cls(head, entries, changes)


def read_line(line: str) -> tuple[str, Rendered]:
    """The id and the texts of a record, byte for byte as they were written."""
    start = len(LINE_START)
    record, end = json.JSONDecoder().raw_decode(line, start)
    more = line[end:].removeprefix(LINE_MIDDLE).removesuffix("}")
    return record["id"], Rendered(record["kind"], line[start:end], None if more == "null" else more)


def data_digest(entries: Mapping[str, Rendered]) -> str:
    """SHA-256 over every record's JSON, in the order of their identifiers."""
    sha = hashlib.sha256()
    for name in sorted(entries):
        entry = entries[name]
        sha.update(relative(f"{entry.json_text}\n{entry.more or ''}\n").encode())
    return sha.hexdigest()


def relative(text: str) -> str:
    """A stored JSON text with addresses that do not depend on where it is served."""
    return text.replace(BASE_URL, "")


def version_key(version: str) -> list[int]:
    """The numbers by which calendar versions sort."""
    return [int(part) for part in version.split(".")]


def sort_states(states: Iterable[State]) -> list[State]:
    """The states, oldest first."""
    return sorted(states, key=lambda state: version_key(state.head.version))
