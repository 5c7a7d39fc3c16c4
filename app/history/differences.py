"""Compare two states of the data: which records, fields and values differ.

An object with an id stands for the record of that id: a source's new title is a change of the
source, not of each record that cites it.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any

from app.history.shapes import rename
from app.history.state import State
from app.model.flat import as_id
from app.model.json_text import BASE_URL, write_json
from app.model.release import Addition, Change, FieldChange, ValueChange

# What follows from the rest of a record, or from its collection.
DERIVED = ("id", "kind", "url", "revision", "version")
Record = Mapping[str, Any]
# The kinds of values (`dict`, `list`, `value`) at each place of the records of a collection.
Places = dict[str, set[str]]


class StatePair:
    """The differences between two states."""

    def __init__(self, before: State, after: State) -> None:
        self.before, self.after = before, after
        self.same_shape = before.head.shape == after.head.shape
        self.old = {name: self.renamed(name) for name in before.entries}
        self.new = after.records
        self.places = {} if self.same_shape else self.shared_places()

    def renamed(self, name: str) -> Record:
        """A record of the older state with the names of fields that it has in the newer one."""
        record = self.before.records[name]
        if self.same_shape:
            return record
        copied = deepcopy(record)
        shapes = self.before.head.shape, self.after.head.shape
        rename(self.before.entries[name].kind, copied, *shapes)
        return copied

    def shared_places(self) -> dict[str, tuple[Places, Places]]:
        """The places of each collection that both states have, in the older and the newer one."""
        found: dict[str, tuple[Places, Places]] = {}
        for records, side in ((self.old, 0), (self.new, 1)):
            for record in records.values():
                both = found.setdefault(record["kind"], ({}, {}))
                note_places(simplify(record), "", both[side])
        return {kind: both for kind, both in found.items() if all(both)}

    def added(self) -> list[Addition]:
        """The records that only the newer state has."""
        return [describe(self.new[name]) for name in self.new if name not in self.old]

    def withdrawn(self) -> list[Addition]:
        """The records that only the older state has."""
        return [describe(self.old[name]) for name in self.old if name not in self.new]

    def changed(self) -> list[Change]:
        """The records that both have, with the values that differ."""
        changes = []
        for name in self.new:
            if name in self.old and (values := list(self.compare(name))):
                fields = sorted({value.path.split("/")[1] for value in values})
                told = describe(self.new[name]).model_dump()
                changes.append(Change(**told, fields=fields, values=values))
        return changes

    def compare(self, name: str) -> Iterator[ValueChange]:
        """Yield each value of a record that differs."""
        if self.same_shape and self.before.entries[name] == self.after.entries[name]:
            return
        kind = self.after.entries[name].kind
        old, new = (
            {
                key: self.common(kind, value, key)
                for key, value in simplify(record).items()
                if key not in DERIVED and self.is_common(kind, key)
            }
            for record in (self.old[name], self.new[name])
        )
        yield from value_changes(old, new, "")

    def is_common(self, kind: str, place: str) -> bool:
        """Whether both shapes have a field, with values of one kind."""
        if self.same_shape or kind not in self.places:
            return True
        known = [side.get(place) for side in self.places[kind]]
        if None in known:
            is_item = place.endswith("[]")
            above = place.removesuffix("[]") if is_item else place.rpartition(".")[0]
            side = self.places[kind][known.index(None)]
            # Of an object or list that the other side never has, nothing is known.
            return bool(above) and ("list" if is_item else "dict") not in side.get(above, ())
        old, new = known
        return not old or not new or bool(old & new)

    def common(self, kind: str, value: Any, place: str) -> Any:
        """A value without the fields that only one of the shapes has."""
        if self.same_shape:
            return value
        if isinstance(value, list):
            items = value if self.is_common(kind, f"{place}[]") else ()
            return [self.common(kind, item, f"{place}[]") for item in items]
        if not isinstance(value, dict):
            return value
        return {
            key: self.common(kind, inner, f"{place}.{key}")
            for key, inner in value.items()
            if self.is_common(kind, f"{place}.{key}")
        }

    def fields(self) -> list[FieldChange]:
        """The fields that only one of the shapes has, each once for its collection."""
        found = []
        for kind, (old, new) in self.places.items():
            for place in sorted({*old, *new}):
                if not self.is_common(kind, place):
                    field = FieldChange(kind=kind, path=place, old=place in old, new=place in new)
                    found.append(field)
        return found


def describe(record: Record) -> Addition:
    """A record by its id, collection and name."""
    return Addition(id=record["id"], kind=record["kind"], name=record["name"])


def simplify(value: Any) -> Any:
    """A value with the id of a record in the place of an object that stands for it."""
    if isinstance(value, list):
        return [as_id(simplify(item)) for item in value]
    if isinstance(value, dict):
        return {key: as_id(simplify(inner)) for key, inner in value.items()}
    return value.replace(BASE_URL, "") if isinstance(value, str) else value


def note_places(value: Any, place: str, places: Places) -> None:
    """Note the kinds of values at each place of a record."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{place}.{key}".removeprefix(".")
            note_kind(inner, path, places)
            note_places(inner, path, places)
    elif isinstance(value, list):
        for item in value:
            note_kind(item, f"{place}[]", places)
            note_places(item, f"{place}[]", places)


def note_kind(value: Any, place: str, places: Places) -> None:
    """Note the kind of a value at its place; null has none."""
    kinds = places.setdefault(place, set())
    if value is not None:
        kinds.add(type(value).__name__ if isinstance(value, dict | list) else "value")


def value_changes(old: Any, new: Any, path: str) -> Iterator[ValueChange]:
    """Yield the smallest values that differ, each with its JSON Pointer (RFC 6901)."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*new, *old)):
            yield from value_changes(old.get(key), new.get(key), f"{path}/{escape(key)}")
    elif is_list_of_objects(old) and is_list_of_objects(new):
        yield from find_item_changes(old, new, path)
    else:
        yield ValueChange(path=path, old=old, new=new)


def escape(key: str) -> str:
    """A key as a JSON Pointer writes it."""
    return key.replace("~", "~0").replace("/", "~1")


def is_list_of_objects(value: Any) -> bool:
    """Whether a value is a list with objects only."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def find_item_changes(old: list[Any], new: list[Any], path: str) -> Iterator[ValueChange]:
    """Yield what differs between lists of objects; a new or lost item is a value of its own."""
    had, has = ([write_json(item, sort_keys=True) for item in side] for side in (old, new))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, had, has, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(i2 - i1, j2 - j1)
        for n in range(pairs):
            yield from value_changes(old[i1 + n], new[j1 + n], f"{path}/{j1 + n}")
        for n in range(i1 + pairs, i2):
            yield ValueChange(path=f"{path}/-", old=old[n], new=None)
        for n in range(j1 + pairs, j2):
            yield ValueChange(path=f"{path}/{n}", old=None, new=new[n])
