"""Full-text search by SQLite's FTS5: what is indexed, and how a query is put."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, false, text
from sqlmodel import Session, col

from app.records import Loaded
from app.seeding import Seed
from app.tables import RecordRow

# The fields whose texts lead to a record by name.
NAMES = ("name", "generic_name", "brand_names", "aliases", "synonyms", "symbol")
# A receptor with its status, however it is written: HR+, HER2-, ER-positive, PR negative.
RECEPTOR = re.compile(
    r"\b(HER2|HR|ER|PR)(?:\s*([+\N{MINUS SIGN}-])(?![A-Za-z0-9])|[\s-]+(positive|negative)\b)", re.I
)
SEPARATOR = re.compile(r"[\s/,;]+")
WORD = re.compile(r"\w+")
SEARCHED = ("name", "body", "synonyms", "receptors")
COLUMNS = "SELECT record.document, " + ", ".join(
    f"highlight(search, {number}, char(1), char(2)) AS {name}"
    for number, name in enumerate(SEARCHED, 1)
)
COLUMNS += ", snippet(search, 2, char(1), char(2), '\N{HORIZONTAL ELLIPSIS}', 32) AS excerpt"
# What a source is called says less than what a record states.
RANK = "record.kind = 'sources', bm25(search, 0, 50, 4, 1, 8), record.kind, record.position"
ORDER = f"ORDER BY {RANK} LIMIT :limit"
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"


def texts(value: Any) -> list[str]:
    """The texts in a field that has one or many."""
    return [value] if isinstance(value, str) else list(value or [])


def receptors(value: str) -> Iterator[str]:
    """The receptors with their status in a text, each as one word: `hrpositive`."""
    for name, sign, word in RECEPTOR.findall(value):
        status = word.lower() if word else "positive" if sign == "+" else "negative"
        yield f"{name.lower()}{status}"


def create_index(connection: Connection, seed: Seed) -> None:
    """Fill the search table, in the transaction that loads the records."""
    groups = list(synonym_groups(seed))
    insert = text("INSERT INTO search VALUES (:id, :name, :body, :synonyms, :receptors)")
    for record in seed.records:
        connection.execute(insert, index_row(record, groups))


def index_row(record: Loaded, groups: list[tuple[re.Pattern[str], set[str]]]) -> dict[str, str]:
    """What of a record is searched."""
    own = record.seed.model_dump(mode="json", exclude={"id", "citations"})
    body = " \N{BULLET} ".join(strings(own))
    own_names = [name for field in NAMES for name in texts(getattr(record.seed, field, None))]
    stated = " ".join(strings({name: own[name] for name in own if name != "notes"}))
    synonyms = {name for pattern, names in groups if pattern.search(body) for name in names}
    return {
        "id": record.seed.id,
        "name": " \N{BULLET} ".join(dict.fromkeys([record.seed.display_name, *own_names])),
        "body": body,
        "synonyms": " \N{BULLET} ".join(sorted(synonyms)),
        "receptors": " ".join(sorted(set(receptors(stated)))),
    }


def strings(value: object) -> Iterator[str]:
    """Every text in a record that a reader would search for: no addresses, no vocabulary."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("citations", "url", "topic", "applies_to", "parent"):
                yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def synonym_groups(seed: Seed) -> Iterator[tuple[re.Pattern[str], set[str]]]:
    """The names of one thing, and a pattern that finds any of them in a text."""
    for record in seed.records:
        if record.resource.kind in ("drugs", "tests", "terms"):
            names = {name for field in NAMES for name in texts(getattr(record.seed, field, None))}
            if len(names) > 1:
                long = [re.escape(name) for name in names if len(name) > 3]
                short = [re.escape(name) for name in names if len(name) == 3]
                either = [f"(?i:{'|'.join(long)})"] * bool(long) + short
                yield re.compile(rf"(?<!\w)(?:{'|'.join(either)})(?!\w)"), names


def match_expression(query: str) -> str:
    """What FTS5 is asked. Only words go in, each quoted, so nothing typed can be syntax."""
    wanted = [f'receptors : "{word}"' for word in receptors(query)]
    for part in SEPARATOR.split(RECEPTOR.sub(" ", query)):
        if words := WORD.findall(part):
            wanted.append(f'"{" ".join(words)}"*')
    return " AND ".join(wanted)


def nearer(session: Session, query: str) -> str | None:
    """The query with each unknown word replaced by the nearest known one."""
    known = set(session.scalars(text("SELECT term FROM search_word")))
    words = [word.casefold() for word in WORD.findall(query)]
    better = [
        word if word in known else next(iter(difflib.get_close_matches(word, known, 1)), word)
        for word in words
    ]
    return " ".join(better) if better != words else None


def is_found(query: str) -> Any:
    """The condition that a record matches a query, for `q=` on a list."""
    expression = match_expression(query)
    if not expression:
        return false()
    matches = text("SELECT id FROM search WHERE search MATCH :expression")
    return col(RecordRow.id).in_(matches.bindparams(expression=expression))
