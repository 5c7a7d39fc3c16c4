"""What of a record can be found: its searchable texts and its lookup keys."""

import re
from collections.abc import Iterator
from typing import Any

from app.curation.seed import Seed
from app.model.resource import Loaded
from app.model.vocabulary import Vocabulary
from app.model.words import key_of, receptors
from app.resources.vocabularies import ReceptorStatus
from app.store.search import BULLET
from app.store.tables import KeyRow

# The fields whose texts lead to a record by name.
NAMES = ("name", "generic_name", "brand_names", "aliases", "synonyms", "symbol")
# Fields that hold addresses and identifiers of other records.
UNSEARCHED = ("url", "topic", "applies_to", "parent", "answers", "derived_from")


def texts(value: Any) -> list[str]:
    """The texts in a field that has one or many."""
    return [value] if isinstance(value, str) else list(value or [])


def index_rows(seed: Seed) -> list[dict[str, str]]:
    """The row of each record in the search table."""
    groups = list(synonym_groups(seed))
    return [index_row(record, groups) for record in seed.records]


def index_row(record: Loaded, groups: list[tuple[re.Pattern[str], set[str]]]) -> dict[str, str]:
    """What of a record is searched."""
    own = record.seed.model_dump(exclude={"id", "citations", "notes"})
    names = [name for field in NAMES for name in texts(getattr(record.seed, field, None))]
    columns: dict[str, list[str]] = {
        "name": [record.name, *names],
        "body": list(strings(own)),
        "notes": [note.text for note in record.seed.notes],
        "terms": list(strings(own, closed=True)),
    }
    told = " ".join([*columns["body"], *columns["notes"]])
    known = (names for pattern, names in groups if pattern.search(told))
    columns["synonyms"] = sorted(name for names in known for name in names)
    columns["receptors"] = sorted({*receptors(BULLET.join(columns["body"])), *typed(record)})
    joined = {name: BULLET.join(dict.fromkeys(parts)) for name, parts in columns.items()}
    return joined | {"id": record.seed.id}


def typed(record: Loaded) -> Iterator[str]:
    """The receptors with their status in a record's typed fields."""
    for name in ("er", "pr", "hr", "her2"):
        status = getattr(record.seed, name, None) or getattr(record.seed, f"{name}_status", None)
        if status in (ReceptorStatus.POSITIVE, ReceptorStatus.NEGATIVE):
            yield f"{name}{status}"


def strings(value: object, *, closed: bool = False) -> Iterator[str]:
    """The texts of a record that a reader would search for, or its words of closed lists."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in UNSEARCHED:
                yield from strings(item, closed=closed)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, closed=closed)
    elif isinstance(value, str) and isinstance(value, Vocabulary) == closed:
        yield str(value)


def synonym_groups(seed: Seed) -> Iterator[tuple[re.Pattern[str], set[str]]]:
    """The names of one thing, and a pattern that finds any of them in a text."""
    for record in seed.records:
        if record.resource.kind in ("drugs", "tests", "terms", "subtypes"):
            names = {name for field in NAMES for name in texts(getattr(record.seed, field, None))}
            if len(names) > 1:
                long = [re.escape(name) for name in names if len(name) > 3]
                short = [re.escape(name) for name in names if len(name) == 3]
                either = [f"(?i:{'|'.join(long)})"] * bool(long) + short
                yield re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)"), names


def key_rows(seed: Seed) -> Iterator[KeyRow]:
    """Every code, name and identifier, with the record that it leads to."""
    keys = {key for record in seed.records for key in keys_of(record)}
    for item in seed.withdrawn.values():
        if item.successor:
            keys.add(("id", item.id, item.successor))
    for scheme, value, record_id in sorted(keys):
        yield KeyRow(scheme=scheme, value=value, record=record_id)


def keys_of(record: Loaded) -> Iterator[tuple[str, str, str]]:
    """The keys of one record: scheme, value in lower case, identifier."""
    seed = record.seed
    yield "id", seed.id, seed.id
    for code in getattr(seed, "codes", []):
        yield "code", key_of(code.curie), seed.id
    for field in NAMES:
        for name in texts(getattr(seed, field, None)):
            yield "name", key_of(name), seed.id
