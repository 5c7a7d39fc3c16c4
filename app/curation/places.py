"""Walks over a record: its references, citations and texts, each with its place."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from app.model.citation import CitationSeed
from app.model.record import RecordSeed
from app.model.value import field_refers_to

Location = tuple[int | str, ...]


@cache
def reference_kinds(model: type[BaseModel]) -> dict[str, str | None]:
    """The kind of record that each field of a model refers to, or None."""
    return {name: field_refers_to(info) for name, info in model.model_fields.items()}


def find_references(model: BaseModel, above: Location = ()) -> Iterator[tuple[Location, str, str]]:
    """Place, kind and identifier of every reference to another record, at any depth."""
    for name, kind in reference_kinds(type(model)).items():
        value, place = getattr(model, name), (*above, name)
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            spot = (*place, number) if isinstance(value, list) else place
            if isinstance(item, BaseModel):
                yield from find_references(item, spot)
            elif kind and item is not None:
                yield spot, kind, str(item)


def list_citations(record: RecordSeed) -> Iterator[tuple[Location, CitationSeed]]:
    """Place and content of every citation of a record and its notes."""
    for number, citation in enumerate(record.citations):
        yield ("citations", number), citation
    for note_number, note in enumerate(record.notes):
        for number, citation in enumerate(note.citations):
            yield ("notes", note_number, "citations", number), citation


def list_texts(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Place and content of every text in plain data, at any depth."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from list_texts(item, (*location, key))
