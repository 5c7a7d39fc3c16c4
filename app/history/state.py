"""A state of the data: every record as the API answers it, and how a release is kept in a file.

A recorded release is a compressed file of lines: what the release is, then one record a line, in
reading order. Addresses of this API in it have the placeholder of stored texts in front.
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

from app.model.json_text import BASE_URL

SUFFIX = ".ndjson.zst"
# The slowest level makes the smallest file, which stays in the repository for good.
LEVEL = 19
LINE_START = '{"record":'


class Entry(NamedTuple):
    """A record: its collection, its JSON, and the JSON that only the single record has."""

    kind: str
    json_text: str
    links: str | None

    @property
    def whole(self) -> str:
        """The JSON of the single record."""
        return f"{self.json_text[:-1]},{self.links[1:]}" if self.links else self.json_text


class Head(BaseModel):
    """What a state is: the first line of its file."""

    version: str
    date: date_type
    digest: str
    shape: int  # the number of the models' shape
    fields: str | None = None  # a digest of the names of all fields in this shape


class State:
    """All records of one version of the data, by id in reading order."""

    def __init__(self, head: Head, entries: Mapping[str, Entry]) -> None:
        self.head = head
        self.entries = entries

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """The parsed JSON of every record."""
        return {name: json.loads(entry.json_text) for name, entry in self.entries.items()}

    def text(self) -> str:
        """The lines of the file."""
        lines = (
            f'{LINE_START}{entry.json_text},"links":{entry.links or "null"}}}'
            for entry in self.entries.values()
        )
        return "\n".join((self.head.model_dump_json(), *lines, ""))

    def write(self, path: Path) -> None:
        """Write the file; raises FileExistsError and leaves what is there."""
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            file.write(zstandard.ZstdCompressor(level=LEVEL).compress(self.text().encode()))

    @classmethod
    def read(cls, path: Path) -> "State":
        """Read a file; raises ValueError if it is damaged."""
        try:
            content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        except zstandard.ZstdError as error:
            raise ValueError(f"can't be unpacked: {error}") from error
        first, *lines = content.decode().removesuffix("\n").split("\n")
        head = Head.model_validate_json(first)
        entries = dict(map(read_line, lines))
        if (digest := data_digest(entries)) != head.digest:
            raise ValueError(f"its records have the digest {digest}, not {head.digest}")
        return cls(head, entries)


def read_line(line: str) -> tuple[str, Entry]:
    """The id and the texts of a record, byte for byte as they were written."""
    start = len(LINE_START)
    record, end = json.JSONDecoder().raw_decode(line, start)
    links = line[end:].removeprefix(',"links":').removesuffix("}")
    text = line[start:end]
    return record["id"], Entry(record["kind"], text, None if links == "null" else links)


def data_digest(entries: Mapping[str, Entry]) -> str:
    """SHA-256 over every record's JSON, in the order of their identifiers."""
    sha = hashlib.sha256()
    for name in sorted(entries):
        entry = entries[name]
        sha.update(relative(f"{entry.json_text}\n{entry.links or ''}\n").encode())
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
