"""The order of each collection by each field, as numbers: what a sorted list is read by."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.model.annotation import column_types, sort_fields
from app.model.resource import Resource
from app.store.tables import ItemRow, SortRow

# The fields of each record that lists are sorted and filtered by, by the record's id.
Values = Mapping[str, Mapping[str, Any]]


def sort_rows(resource: Resource, values: Values) -> Iterator[SortRow]:
    """The place of each record by each sort field; equals share a place, nulls come last."""
    for field in sort_fields(resource.row):
        known = sorted({v[field] for v in values.values() if v[field] is not None})
        ascending = {value: place for place, value in enumerate(known)}
        for record, fields in values.items():
            place = ascending.get(fields[field], len(known))
            yield SortRow(
                kind=resource.kind,
                field=field,
                record=record,
                ascending=place,
                descending=len(known) - 1 - place if place < len(known) else len(known),
            )


def item_rows(resource: Resource, values: Values) -> Iterator[ItemRow]:
    """The items of each field that has many."""
    many = [name for name, (_, has_many) in column_types(resource.row).items() if has_many]
    for record, fields in values.items():
        for field in many:
            for value in dict.fromkeys(fields[field]):
                yield ItemRow(kind=resource.kind, field=field, value=str(value), record=record)
