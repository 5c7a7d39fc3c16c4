"""The full-text tables (SQLite FTS5): how they are filled, matched, ranked and shown."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Float, String, Subquery, column, false, text
from sqlmodel import Session, col, select

from app.model.words import (
    RECEPTOR,
    WORD,
    key_of,
    match_expression,
    normalized,
    receptors,
    words_of,
)
from app.store.tables import RecordRow

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
# What a source is called says less than what a record states.
ORDER = f"record.kind = 'sources', {SCORE}, record.kind, record.position"
# Sentences after the first match are shown as long as they fit.
SNIPPET = 240
# A full stop after a single capital or "Inc" ends none.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<![ .][A-Z]\.)(?<!Inc\.) (?=[\x01A-Z0-9“\"(])")
# Looking for the nearest word is slow; a longer query is not a slip of the pen.
CORRECTED = 8


def fill(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Fill the search tables, in the transaction that loads the records."""
    places = ", ".join(f":{name}" for name in SEARCHED)
    connection.execute(text(f"INSERT INTO search VALUES (:id, {places})"), rows)
    read = (row[name] for row in rows for name in ("name", "body", "notes", "synonyms"))
    known = sorted({word for value in read for word in words_of(value)})
    insert = text("INSERT INTO search_word VALUES (:term)")
    connection.execute(insert, [{"term": word} for word in known])


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


class Hits(NamedTuple):
    """What a search found: rows of the search table with matches marked, best first."""

    rows: Sequence[Mapping[str, str]]
    total: int
    all_words: bool


def hits(
    session: Session, query: str, only: Mapping[str, Sequence[str]], limit: int, start: int
) -> Hits:
    """The records that have all words of a query, or else any; `only` names kinds and topics."""
    tables = "FROM search JOIN record ON record.id = search.id WHERE search MATCH :expression"
    given: dict[str, Any] = {"name": key_of(query), "limit": limit, "start": start}
    for name, wanted in only.items():
        tables += f" AND record.{name} IN (SELECT value FROM json_each(:{name}))"
        given[name] = json.dumps(wanted)
    total, strict = 0, True
    for glue in (" AND ", " OR ") if is_searchable(query) else ():
        given["expression"], strict = match_expression(query, glue), glue == " AND "
        total = session.execute(text(f"SELECT count(*) {tables}"), given).scalar_one()
        if total:
            break
    marked = text(f"SELECT document, {MARKED} {tables} ORDER BY {ORDER} LIMIT :limit OFFSET :start")
    rows = session.execute(marked, given).mappings().all() if total else ()
    return Hits([dict(row) for row in rows], total, strict)


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
