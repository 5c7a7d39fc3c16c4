"""The order of each collection by each field, as numbers: what a sorted list is read by."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from app.model.annotation import column_types, sort_fields
from app.model.resource import ManyRow, Resource
from app.model.vocabulary import Vocabulary
from app.store.tables import ItemRow, SortRow

# The fields of each record that lists are sorted and filtered by, by the record's id.
Values = Mapping[str, Mapping[str, Any]]


def sort_rows(resource: Resource, values: Values) -> Iterator[ManyRow]:
    """The place of each record by each sort field; equals share a place, nulls come last."""
    types = column_types(resource.row)
    for field in sort_fields(resource.row):
        kind = types[field][0] if field in types else str
        columns = {record: column_value(fields[field]) for record, fields in values.items()}
        stated = {value for value in columns.values() if value is not None}
        known = sorted(stated, key=partial(reading_order, kind))
        ascending = {value: place for place, value in enumerate(known)}
        for record, value in columns.items():
            place = ascending.get(value, len(known))
            row = {
                "kind": resource.kind,
                "field": field,
                "record": record,
                "ascending": place,
                "descending": len(known) - 1 - place if place < len(known) else len(known),
            }
            yield ManyRow(SortRow, row)


def column_value(value: Any) -> Any:
    """A value as a typed column has it: of a link its id."""
    return value["id"] if isinstance(value, dict) else value


def reading_order(kind: type, value: Any) -> Any:
    """What a value is sorted by: a word of a vocabulary by its place, a text as people read it."""
    if issubclass(kind, Vocabulary):
        return [word.value for word in kind].index(value)
    return (value.casefold(), value) if isinstance(value, str) else value


def item_rows(resource: Resource, values: Values) -> Iterator[ManyRow]:
    """The items of each field that has many."""
    many = [name for name, (_, has_many) in column_types(resource.row).items() if has_many]
    for record, fields in values.items():
        items = {name: fields[name] for name in many} | evidence_items(fields)
        for field, listed in items.items():
            for value in dict.fromkeys(map(column_value, listed)):
                row = {
                    "kind": resource.kind,
                    "field": field,
                    "value": str(value),
                    "record": record,
                }
                yield ManyRow(ItemRow, row)


def evidence_items(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """What every list can be filtered by besides its fields: sources, notes, how they were seen."""
    citations, notes = answer["citations"], answer["notes"]
    cited = [*citations, *(citation for note in notes for citation in note["citations"])]
    return {
        "source": [citation["source"]["id"] for citation in cited],
        "has_note": [note["kind"] for note in notes],
        "seen": [citation["seen"] for citation in citations],
        "standing": [citation["source"]["standing"] for citation in citations],
    }
