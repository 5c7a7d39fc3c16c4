"""The shapes that records have had, each with a number, and the fields that were only renamed.

Raise `SHAPE` when a field of any record's JSON is new, gone or renamed (`her2-facts check` says
so), and list what was only renamed: a rename alone is no change of the data.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

SHAPE = 4


class Renamed(NamedTuple):
    """A field that has another name in a newer shape: where it stands, its names."""

    place: str  # the objects that have it, such as `notes[].citations[]`; empty for the record
    old: str
    new: str
    kind: str | None = None  # the collection; None for all


CITED = ("citations[]", "notes[].citations[]")
# By the number of the first shape that has the new names.
RENAMED: dict[int, tuple[Renamed, ...]] = {
    2: (
        Renamed("", "version", "revision"),
        Renamed("", "position", "place", "stages"),
        *(Renamed(place, "seen_at", "seen_url") for place in CITED),
        *(Renamed(f"{place}.source", "url", "document_url") for place in CITED),
    ),
}


def rename(kind: str, record: dict[str, Any], since: int, until: int) -> None:
    """Give the fields of a record of one shape the names that they have in a later one."""
    for shape in range(since + 1, until + 1):
        for renamed in RENAMED.get(shape, ()):
            if renamed.kind in (None, kind):
                for found in objects_at(record, renamed.place):
                    if renamed.old in found:
                        found[renamed.new] = found.pop(renamed.old)


def objects_at(value: Any, place: str) -> Iterator[dict[str, Any]]:
    """Yield the objects at a place of a record."""
    first, _, rest = place.partition(".")
    if not first:
        yield value
        return
    inner = value.get(first.removesuffix("[]"))
    for item in inner if isinstance(inner, list) else [inner] if inner else ():
        yield from objects_at(item, rest)
