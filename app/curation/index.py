"""The rows by which records are found: texts for the search, keys for the lookup."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from app.curation.seed import Seed
from app.model.code import Code
from app.model.field import Unsearched, has_marker
from app.model.resource import Loaded
from app.model.vocabulary import Vocabulary
from app.model.words import WORD, comparison_key, find_receptors
from app.resources.vocabularies import ReceptorStatus
from app.store.search_index import BULLET
from app.store.tables import KeyRow

# A pattern that finds any of the names of one thing in a text, and all these names.
Synonyms = tuple[re.Pattern[str], set[str]]
SynonymsByWord = dict[str, list[Synonyms]]


def as_list(value: Any) -> list[Any]:
    """The values of a field that holds one, many or none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def find_names(record: Loaded) -> list[str]:
    """The texts of the fields that its collection declares as names."""
    fields = record.resource.names
    return [name for field in fields for name in as_list(getattr(record.seed, field))]


def find_codes(record: Loaded) -> Iterator[Code]:
    """Every code of a record, recognized by its class."""
    for _, value in record.seed:
        yield from (item for item in as_list(value) if isinstance(item, Code))


def stated_receptors(record: Loaded) -> Iterator[str]:
    """The receptors with their status in the fields that its collection declares."""
    for receptor, field in record.resource.receptors.items():
        status = getattr(record.seed, field)
        if status in (ReceptorStatus.POSITIVE, ReceptorStatus.NEGATIVE):
            yield f"{receptor}{status}"


def find_texts(model: BaseModel) -> Iterator[str]:
    """All texts of a model that may be searched, at any depth; vocabulary words are texts too."""
    for name, info in type(model).model_fields.items():
        value = None if has_marker(info, Unsearched) else getattr(model, name)
        for item in as_list(value):
            if isinstance(item, BaseModel):
                yield from find_texts(item)
            elif isinstance(item, str):
                yield item


def index_rows(seed: Seed) -> list[dict[str, str]]:
    """The row of each record in the search table."""
    synonyms = synonyms_by_word(seed.records)
    return [index_row(record, synonyms) for record in seed.records]


def index_row(record: Loaded, synonyms: SynonymsByWord) -> dict[str, str]:
    """The search columns of a record, each a text with bullets between its parts."""
    texts = list(find_texts(record.seed))
    body = [text for text in texts if not isinstance(text, Vocabulary)]
    notes = [note.text for note in record.seed.notes]
    prose = " ".join([*body, *notes])
    columns = {
        "name": [record.name, *find_names(record)],
        "body": body,
        "notes": notes,
        "terms": [str(text) for text in texts if isinstance(text, Vocabulary)],
        "synonyms": sorted(synonyms_in(prose, synonyms)),
        "receptors": sorted({*find_receptors(BULLET.join(body)), *stated_receptors(record)}),
    }
    joined = {name: BULLET.join(dict.fromkeys(parts)) for name, parts in columns.items()}
    return joined | {"id": record.seed.id}


def synonyms_by_word(records: Iterable[Loaded]) -> SynonymsByWord:
    """All synonyms by the first word of each name, so that a text is compared with few of them."""
    synonyms: SynonymsByWord = {}
    for found in filter(None, map(find_synonyms, records)):
        for word in {*map(first_word, found[1])}:
            synonyms.setdefault(word, []).append(found)
    return synonyms


def first_word(name: str) -> str:
    """The first word of a name in lower case, or an empty text if it has only signs."""
    found = WORD.search(name.casefold())
    return found[0] if found else ""


def synonyms_in(prose: str, synonyms: SynonymsByWord) -> set[str]:
    """All names of the things that a text names."""
    words = {"", *WORD.findall(prose.casefold())}
    found = (pair for word in words for pair in synonyms.get(word, ()))
    return {name for pattern, names in found if pattern.search(prose) for name in names}


def find_synonyms(record: Loaded) -> Synonyms | None:
    """The names of a record that mean the same in any text, if its collection has such."""
    names = set(find_names(record))
    if not record.resource.synonyms or len(names) < 2:
        return None
    # Three letters match only as written and fewer never: they may be other words.
    long = [re.escape(name) for name in names if len(name) > 3]
    short = [re.escape(name) for name in names if len(name) == 3]
    either = [f"(?i:{'|'.join(long)})"] * bool(long) + short
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)"), names


def key_rows(seed: Seed) -> Iterator[KeyRow]:
    """A row for every identifier, code and name, with the record that it leads to."""
    keys = {key for record in seed.records for key in lookup_keys(record)}
    for item in seed.withdrawn.values():
        if item.successor:
            keys.add(("id", item.id, item.successor))
    for scheme, value, record_id in sorted(keys):
        yield KeyRow(scheme=scheme, value=value, record=record_id)


def lookup_keys(record: Loaded) -> Iterator[tuple[str, str, str]]:
    """The keys of one record: scheme, value in lower case, identifier."""
    record_id = record.seed.id
    yield "id", record_id, record_id
    for code in find_codes(record):
        yield "code", comparison_key(code.curie), record_id
    for name in find_names(record):
        yield "name", comparison_key(name), record_id
