"""Check the places that citations and notes name, and that each stated field is supported."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.model.citation import CitationSeed, is_from_one_page
from app.model.place import all_places, item_keys, item_places
from app.model.rule import Broken
from app.model.validation import suggest

if TYPE_CHECKING:
    from app.model.record import RecordSeed


def find_unsupported(record: "RecordSeed", faulty: frozenset[str]) -> Iterator[Broken]:
    """Yield each stated field or item that no citation supports, or only one third-party page."""
    supporting: dict[str, list[CitationSeed]] = defaultdict(list)
    for citation in record.citations:
        for place in citation.supports:
            supporting[place].append(citation)
            if place.partition("[")[0] in faulty:  # its items are unknown, so any will do
                supporting[place.partition("[")[0]].append(citation)
    for name in record.fields_to_support():
        places = [name] if name in faulty else item_places(name, getattr(record, name))
        citations = [supporting[place] + supporting[name] for place in dict.fromkeys(places)]
        if not any(citations):
            yield (name,), "no citation supports it"
            continue
        for number, (place, found) in enumerate(zip(places, citations, strict=False)):
            where = (name, number) if place != name else (name,)
            if not found:
                yield where, f"no citation supports {place!r}"
            elif is_from_one_page(found):
                yield where, "rests on one secondary page; two should agree"


def find_unknown_places(record: "RecordSeed", faulty: frozenset[str]) -> Iterator[Broken]:
    """Yield each place in `supports` or `about` that the record does not have."""
    known = list(all_places(record, record.citable_fields()))
    for number, citation in enumerate(record.citations):
        for nth, place in enumerate(citation.supports):
            if place not in known and place.partition("[")[0] not in faulty:
                yield ("citations", number, "supports", nth), describe_unknown(place, known)
    for number, note in enumerate(record.notes):
        for nth, place in enumerate(note.about):
            if place not in known and place.partition("[")[0] not in faulty:
                yield ("notes", number, "about", nth), describe_unknown(place, known)


def find_equal_keys(record: "RecordSeed", faulty: frozenset[str]) -> Iterator[Broken]:
    """Yield each item whose key another item of its list has: a citation could mean either."""
    for name in sorted(record.citable_fields()):
        keys = [] if name in faulty else item_keys(getattr(record, name))
        for number, key in enumerate(keys):
            if key in keys[:number]:
                yield (name, number), f"another item has the same key, {key!r}"


def describe_unknown(place: str, known: list[str]) -> str:
    """What is wrong with a place that the record does not have."""
    name, bracket, key = place.partition("[")
    items = [other for other in known if other.startswith(f"{name}[")]
    if name not in known:
        fields = sorted({other.partition("[")[0] for other in known})
        near = suggest(name, fields) or f"; fields: {', '.join(fields)}"
        return f"no field {name!r}{near}"
    if not bracket or not items:
        return f"{name} has no items that can be cited by a key; cite {name!r}"
    if key[:-1].isdecimal():
        return f"{place}: an item is cited by its key and not by its number, as in {items[0]!r}"
    return f"no item {place!r}{suggest(place, items) or f'; items: {items}'}"
