"""The rows by which single records are found: keys of the lookup, names to suggest."""

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from app.curation.index import as_list, find_codes, find_names, list_names
from app.curation.initials import name_initials
from app.curation.seed import Seed
from app.model.forms import name_keys
from app.model.identifier import identifier_key, read_identifier
from app.model.resource import AnyRow, KindRow, Loaded, ManyRow, named_fields
from app.model.words import comparison_key, name_words
from app.resources import RESOURCES
from app.store.search_index import HEADING, LAST_KIND
from app.store.suggest import MOST_COMPLETED_NAMES, SHORT, short_start
from app.store.tables import KeyRow, SpellingRow, SuggestionRow

# Longer names are sentences: nobody completes them.
LONGEST_NAME = 100


class Completion(NamedTuple):
    """A name by one of its beginnings; the first four say which is shown before others."""

    rank: int
    length: int
    text: str
    record: str
    start: str


def key_rows(seed: Seed) -> list[ManyRow]:
    """A row for every identifier, code and name, with the record that it leads to."""
    rows = [row for record in seed.records for row in lookup_keys(record)]
    rows += (
        key_row("id", item.id, item.successor, "withdrawn", item.id)
        for item in seed.withdrawn.values()
        if item.successor
    )
    # The first of equal keys of a record counts: a generic name stands before an alias.
    return list({tuple(row.values.values())[:3]: row for row in reversed(rows)}.values())


def key_row(scheme: str, value: str, record: str, field: str, text: str, place: int = 0) -> ManyRow:
    """A key; the first three columns identify it."""
    row = {"scheme": scheme, "value": value, "record": record}
    return ManyRow(KeyRow, row | {"field": field, "text": text, "place": place})


def lookup_keys(record: Loaded) -> Iterator[ManyRow]:
    """The keys of one record."""

    names = record.resource.names

    def row(scheme: str, value: str, field: str, text: str) -> ManyRow:
        place = names.index(field) if field in names else 0
        return key_row(scheme, value, record.seed.id, field, text, place)

    yield row("id", record.seed.id, "id", record.seed.id)
    for field, code in find_codes(record):
        yield row("code", identifier_key(code.curie), field, code.curie)
    for place, prefix in record.resource.identifiers.items():
        for text in read_place(record.seed, place):
            for curie in read_identifier(f"{prefix}:{text}" if prefix else text).curies:
                yield row("code", identifier_key(curie), place, text)
    for field, name in find_names(record):
        exact, stemmed = name_keys(name)
        yield row("name", exact, field, name)
        yield row("stem", stemmed, field, name)
        # A title is no term, and nobody abbreviates it.
        if field != "title" and (letters := name_initials(name)):
            yield row("initials", letters, field, name)
    # What is asked in the words of a heading means that record; only the search looks here.
    if record.name not in list_names(record):
        yield row(HEADING, name_keys(record.name)[1], record.resource.label, record.name)


def read_place(value: Any, place: str) -> list[Any]:
    """The values of a field, or of a field of each item in a list: `trials.nct_id`."""
    name, _, rest = place.partition(".")
    found = as_list(getattr(value, name))
    return [inner for item in found for inner in read_place(item, rest)] if rest else found


def suggestion_rows(seed: Seed) -> Iterator[ManyRow]:
    """The names that complete what is typed, by the beginning of each of their words."""
    found: dict[tuple[str, str, str], Completion] = {}
    for record in seed.records:
        for _, name in find_names(record):
            if len(name) <= LONGEST_NAME:
                for rank, start in enumerate(list_starts(name)):
                    later = 2 * (record.resource.kind == LAST_KIND) + (rank > 0)
                    row = Completion(later, len(name), name, record.seed.id, start)
                    found.setdefault((start, record.seed.id, comparison_key(name)), row)
    rows = sorted(found.values(), key=itemgetter(slice(4)))
    yield from number_rows(rows)
    yield from number_rows(
        row._replace(start=short_start(row.start[:size])) for size in SHORT for row in rows
    )


def list_starts(name: str) -> list[str]:
    """The name without spaces and hyphens, from each of its words on."""
    words = name_words(name)
    return ["".join(words[number:]) for number in range(len(words))]


def number_rows(rows: Iterable[Completion]) -> Iterator[ManyRow]:
    """Number the rows with the same beginning, and leave out what is never shown."""
    places: dict[str, int] = {}
    shown: set[tuple[str, str, str]] = set()
    for rank, _, text, record, start in rows:
        if (start, record, text) not in shown:
            shown.add((start, record, text))
            places[start] = place = places.get(start, 0) + 1
            if place <= MOST_COMPLETED_NAMES:
                row = {"start": start, "place": place, "record": record}
                yield ManyRow(SuggestionRow, row | {"text": text, "rank": rank})


def spelling_rows(rows: Iterable[AnyRow]) -> Iterator[ManyRow]:
    """The ids of each collection, and the values of each column that holds names."""
    kinds = {resource.row: resource.kind for resource in RESOURCES}
    values: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        if isinstance(row, KindRow):
            kind = kinds[type(row)]
            yield spelling_row(kind, [row.id], 1)
            for field in named_fields(type(row)):
                for value in as_list(getattr(row, field)):
                    spelled = values.setdefault(f"{kind}.{field}", {})
                    spelled.setdefault(comparison_key(value), Counter())[value] += 1
    for name, spelled in values.items():
        for counts in spelled.values():
            yield spelling_row(name, sorted(counts), counts.total())


def spelling_row(name: str, written: list[str], records: int) -> ManyRow:
    """An entry of a list, by its folded spelling."""
    word = comparison_key(written[0])
    row = {"list": name, "word": word, "reversed": word[::-1]}
    return ManyRow(SpellingRow, row | {"written": "\n".join(written), "records": records})
