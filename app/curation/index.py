"""The rows by which records are found: texts for the search, keys for the lookup."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from app.curation.initials import Abbreviations
from app.curation.seed import Seed
from app.model.code import Code
from app.model.field import Unsearched, has_marker
from app.model.forms import fold_word, stem
from app.model.resource import Loaded
from app.model.vocabulary import Vocabulary
from app.model.words import WORD, find_receptors, fold_letters, split_words
from app.resources.vocabularies import ReceptorStatus
from app.store.search_index import BULLET, LAST_KIND, OR

# A pattern that finds any of the names of one thing in a text, and all these names.
Synonyms = tuple[re.Pattern[str], list[str]]
SynonymsByWord = dict[str, list[Synonyms]]
# The names of the subtypes that have just these receptors, as one text for each subtype.
NamesByReceptors = dict[frozenset[str], list[str]]
# Words that a sign joins: people leave the sign out, or put a space there.
COMPOUND = re.compile(r"\w+(?:[-/\u2010-\u2013]\w+)+")


def as_list(value: Any) -> list[Any]:
    """The values of a field that holds one, many or none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def find_names(record: Loaded) -> Iterator[tuple[str, str]]:
    """Yield the fields that its collection declares as names, each with a text of it."""
    for field in record.resource.names:
        for name in as_list(getattr(record.seed, field)):
            yield field, name


def list_names(record: Loaded) -> list[str]:
    """The names of a record."""
    return [name for _, name in find_names(record)]


def display_name(record: Loaded) -> list[str]:
    """The display name of a record, unless it is a sentence: that says what others say too."""
    return [] if record.name.endswith((".", "?", "!")) else [record.name]


def find_codes(record: Loaded) -> Iterator[tuple[str, Code]]:
    """Every code of a record, recognized by its class, with its field."""
    for field, value in record.seed:
        yield from ((field, item) for item in as_list(value) if isinstance(item, Code))


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
    subtypes = names_by_receptors(seed.records)
    topics = {record.seed.id: record.name for record in seed.records}
    rows = [index_row(record, synonyms, subtypes, topics) for record in seed.records]
    names = (name for record in seed.records for name in list_names(record))
    words = {word for row in rows for word in split_words(read_prose(row))}
    abbreviations = Abbreviations(map(read_prose, rows), names, words)
    for row in rows:
        prose = read_prose(row)
        row["spellings"] = " ".join(sorted({*find_spellings(row), *abbreviations.find(prose)}))
    return rows


def index_row(
    record: Loaded,
    synonyms: SynonymsByWord,
    subtypes: NamesByReceptors,
    topics: dict[str, str],
) -> dict[str, str]:
    """The search columns of a record, each a text with bullets between its parts."""
    texts = list(find_texts(record.seed))
    words = [text for text in texts if isinstance(text, Vocabulary)]
    body = [text for text in texts if not isinstance(text, Vocabulary)]
    notes = [note.text for note in record.seed.notes]
    resource, stated = record.resource, frozenset(stated_receptors(record))
    topic = [topics[record.seed.topic]] if record.seed.topic in topics else []
    columns = {
        "name": [] if resource.kind == LAST_KIND else [*display_name(record), *list_names(record)],
        "body": body,
        "notes": notes,
        "terms": [
            resource.singular,
            *resource.asked,
            *topic,
            *map(str, words),
            *(w.label for w in words),
        ],
        "synonyms": synonyms_in(" ".join([*body, *notes]), synonyms) + subtypes.get(stated, []),
        "receptors": sorted({*find_receptors(BULLET.join(body)), *stated}),
    }
    joined = {name: BULLET.join(dict.fromkeys(parts)) for name, parts in columns.items()}
    return joined | {"id": record.seed.id}


def read_prose(row: dict[str, str]) -> str:
    """What a record says."""
    return BULLET.join(row[name] for name in ("name", "body", "notes"))


def find_spellings(row: dict[str, str]) -> Iterator[str]:
    """Yield other spellings of the words of a record, where the index would not find them."""
    text = BULLET.join(row[name] for name in ("name", "body", "notes", "terms", "synonyms"))
    for compound in COMPOUND.findall(text):
        yield fold_letters("".join(WORD.findall(compound)))
    for word in set(split_words(text)):
        folded = fold_word(word)
        if stem(folded) != stem(word):
            yield folded


def synonyms_by_word(records: Iterable[Loaded]) -> SynonymsByWord:
    """All synonyms by the first word of each name, so that a text is compared with few of them."""
    synonyms: SynonymsByWord = {}
    for found in filter(None, map(find_synonyms, records)):
        for word in {*map(first_word, found[1])}:
            synonyms.setdefault(word, []).append(found)
    return synonyms


def names_by_receptors(records: Iterable[Loaded]) -> NamesByReceptors:
    """The names of each subtype by its receptors: a figure of it need not name it."""
    names: NamesByReceptors = {}
    for record in records:
        if record.resource.synonyms and (stated := frozenset(stated_receptors(record))):
            names.setdefault(stated, []).append(OR.join(list_names(record)))
    return names


def first_word(name: str) -> str:
    """The first word of a name in lower case, or an empty text if it has only signs."""
    found = WORD.search(name.casefold())
    return found[0] if found else ""


def synonyms_in(prose: str, synonyms: SynonymsByWord) -> list[str]:
    """For each thing that a text names, all its names, sorted."""
    words = {"", *WORD.findall(prose.casefold())}
    found = (pair for word in words for pair in synonyms.get(word, ()))
    return sorted({OR.join(names) for pattern, names in found if pattern.search(prose)})


def find_synonyms(record: Loaded) -> Synonyms | None:
    """The names of a record that mean the same in any text, if its collection has such."""
    names = set(list_names(record))
    if not record.resource.synonyms or len(names) < 2:
        return None
    # Three letters match only as written and fewer never: they may be other words.
    long = [re.escape(name) for name in names if len(name) > 3]
    short = [re.escape(name) for name in names if len(name) == 3]
    either = [f"(?i:{'|'.join(long)})"] * bool(long) + short
    return re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)"), sorted(names)
