"""Full-text search by SQLite's FTS5: what is indexed, found, ranked and shown."""

import html
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, String, Subquery, column, false, text
from sqlmodel import Session, col, select

from app.records import Loaded
from app.seeding import Seed
from app.tables import RecordRow
from app.vocabulary import ReceptorStatus, Vocabulary
from app.words import (
    RECEPTOR,
    WORD,
    key_of,
    match_expression,
    normalized,
    receptors,
    words_of,
)

# The fields whose texts lead to a record by name.
NAMES = ("name", "generic_name", "brand_names", "aliases", "synonyms", "symbol")
# Fields that hold addresses and identifiers of other records.
UNSEARCHED = ("url", "topic", "applies_to", "parent", "answers", "derived_from")
SEARCHED = ("name", "body", "notes", "terms", "synonyms", "receptors")
BULLET = " \N{BULLET} "
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2)) AS {name}"
    for number, name in enumerate(SEARCHED, 1)
)
# Less is better; what bears just this name comes first.
SCORE = (
    "bm25(search, 0, 50, 4, 1, 2, 1, 8) - 1000 * EXISTS (SELECT 1 FROM lookup_key "
    "WHERE scheme = 'name' AND value = :name AND record = search.id)"
)
# Sentences after the first match are shown as long as they fit.
SNIPPET = 240
# A full stop after a single capital or "Inc" ends none.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<![ .][A-Z]\.)(?<!Inc\.) (?=[\x01A-Z0-9“\"(])")
# Looking for the nearest word is slow; a longer query is not a slip of the pen.
CORRECTED = 8


def texts(value: Any) -> list[str]:
    """The texts in a field that has one or many."""
    return [value] if isinstance(value, str) else list(value or [])


def create_index(connection: Connection, seed: Seed) -> None:
    """Fill the search tables, in the transaction that loads the records."""
    groups = list(synonym_groups(seed))
    rows = [index_row(record, groups) for record in seed.records]
    places = ", ".join(f":{name}" for name in SEARCHED)
    connection.execute(text(f"INSERT INTO search VALUES (:id, {places})"), rows)
    read = (row[name] for row in rows for name in ("name", "body", "notes", "synonyms"))
    known = sorted({word for value in read for word in words_of(value)})
    insert = text("INSERT INTO search_word VALUES (:term)")
    connection.execute(insert, [{"term": word} for word in known])


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


def is_searchable(query: str) -> bool:
    """Whether there is any word in a query."""
    return bool(match_expression(query))


def is_found(query: str) -> ColumnElement[bool]:
    """The condition that a record matches a query, for `q=` on a list."""
    expression = match_expression(query)
    if not expression:
        return false()
    matches = text("SELECT id FROM search WHERE search MATCH :expression")
    return col(RecordRow.id).in_(matches.bindparams(expression=expression))


def ranked(query: str) -> Subquery:
    """The identifiers of the records that match, with their score: less is better."""
    scored = text(f"SELECT id, {SCORE} AS score FROM search WHERE search MATCH :expression")
    given = scored.bindparams(expression=match_expression(query), name=key_of(query))
    return given.columns(column("id", String), column("score", Float)).subquery("found")


def nearer(session: Session, query: str) -> str | None:
    """The query with unknown words replaced by the nearest known ones, if that finds something."""
    known = list(session.scalars(text("SELECT term FROM search_word ORDER BY term")))
    unknown = [word for word in dict.fromkeys(words_of(query)) if word not in known][:CORRECTED]
    near = {word: get_close_matches(word, known, 1, 0.8) for word in unknown}
    typed = normalized(query)
    nearest = WORD.sub(lambda word: (near.get(word[0].casefold()) or [word[0]])[0], typed)
    found = select(RecordRow.id).where(is_found(nearest)).limit(1)
    return nearest if nearest != typed and session.exec(found).first() else None


def snippet(row: Mapping[str, str], query: str) -> tuple[str, str]:
    """Where the first match stands, and its whole sentence as HTML, with matches in `<mark>`.

    A sentence is never cut: its first words may be the "no" that turns the rest round.
    """
    wanted = set(receptors(query))

    def mark(found: re.Match[str]) -> str:
        is_wanted = wanted.issuperset(receptors(found[0]))
        return f"{OPEN}{found[0]}{CLOSE}" if is_wanted else found[0]

    # A receptor is found in an index of its own, so that its sign counts: mark it here.
    shown = {name: row[name] for name in ("body", "notes", "name", "synonyms")}
    if wanted:
        shown = {name: RECEPTOR.sub(mark, text) for name, text in shown.items()}
    place = next((name for name in shown if OPEN in shown[name]), "body")
    pieces = shown[place].split(BULLET)
    sentences = SENTENCE_END.split(next((piece for piece in pieces if OPEN in piece), pieces[0]))
    first = next((n for n, sentence in enumerate(sentences) if OPEN in sentence), 0)
    last = first + 1
    while last < len(sentences) and len(" ".join(sentences[first : last + 1])) <= SNIPPET:
        last += 1
    more = "\N{HORIZONTAL ELLIPSIS}"
    part = " ".join([more] * (first > 0) + sentences[first:last] + [more] * (last < len(sentences)))
    return place, html.escape(part).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
