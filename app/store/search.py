"""Search in the full-text table: what matches, how it ranks, and the sentence that is shown."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Float, String, Subquery, column, text

from app.model.words import RECEPTOR, find_receptors
from app.store.database import Database, compile_text
from app.store.match import Query
from app.store.search_index import BULLET, SEARCHED

# The characters around a match in a text of FTS5; no record has them.
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2)) AS {name}"
    for number, name in enumerate(SEARCHED, 1)
)
MATCHES = "SELECT id FROM search WHERE search MATCH :match"
# Less is better. The weights are of the columns; a record of just this name comes first.
SCORE = (
    "bm25(search, 0, 50, 4, 1, 2, 1, 8) - 1000 * EXISTS (SELECT 1 FROM lookup_key "
    "WHERE scheme = 'name' AND value = :name AND record = search.id)"
)
# The title of a source says less than what a record states.
ORDER = "record.kind = 'sources', score, record.kind, record.position"
# Materialized, as FTS5 can't rank within a query that counts.
HITS = (
    f"WITH found AS MATERIALIZED (SELECT rowid AS number, id, {SCORE} AS score "
    "FROM search WHERE search MATCH :match) "
    "SELECT number, record.ref, count(*) OVER () FROM found JOIN record ON record.id = found.id "
    "{only} "
    f"ORDER BY {ORDER} LIMIT :limit OFFSET :start"
)
# Highlighting costs more than ranking: only the rows of the page are marked.
MARK = (
    f"SELECT rowid, {MARKED} FROM search WHERE search MATCH :match "
    "AND rowid IN (SELECT value FROM json_each(:rows))"
)
# Sentences after the first match are shown as long as they fit into this many characters.
SNIPPET = 240
# A full stop after a single capital or "Inc" does not end a sentence.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<![ .][A-Z]\.)(?<!Inc\.) (?=[\x01A-Z0-9“\"(])")


def ranked_matches() -> Subquery:
    """The ids of the records that match `:match`, with their score: less is better."""
    scored = text(f"SELECT id, {SCORE} AS score FROM search WHERE search MATCH :match")
    return scored.columns(column("id", String), column("score", Float)).subquery("found")


class Match(NamedTuple):
    """A record that a search found: in short as JSON, and its texts with the matches marked."""

    ref: str
    texts: Mapping[str, str]


class Matches(NamedTuple):
    """One page of what a search found, best first."""

    rows: Sequence[Match]
    total: int
    all_words: bool


def search_records(
    database: Database, query: Query, only: Mapping[str, Sequence[str]], limit: int, start: int
) -> Matches:
    """The records that have all words of a query, or else any; `only` names kinds and topics."""
    for expression in dict.fromkeys((query.all_words, query.any_word)) if query.all_words else ():
        rows = ranked_rows(database, query, expression, only, limit, start)
        if rows:
            marked = mark_rows(database, expression, [row[0] for row in rows])
            found = [Match(ref, marked[rowid]) for rowid, ref, _ in rows]
            return Matches(found, rows[0][2], expression == query.all_words)
    return Matches([], 0, all_words=True)


def ranked_rows(
    database: Database,
    query: Query,
    expression: str,
    only: Mapping[str, Sequence[str]],
    limit: int,
    start: int,
) -> list[Any]:
    """Rowid and record in short of the matches of one page, and the number of all."""
    conditions = [f"record.{name} IN (SELECT value FROM json_each(:{name}))" for name in only]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    values = {name: json.dumps(list(words)) for name, words in only.items()}
    values |= {"match": expression, "name": query.name}
    page: dict[str, Any] = {"limit": limit, "start": start}
    return database.rows(compile_text(HITS.format(only=where)), values | page)


def mark_rows(database: Database, expression: str, rowids: list[int]) -> dict[int, dict[str, str]]:
    """The searched texts of these rows with the matches marked, by rowid."""
    rows = database.rows(compile_text(MARK), {"match": expression, "rows": json.dumps(rowids)})
    return {rowid: dict(zip(SEARCHED, texts, strict=True)) for rowid, *texts in rows}


def snippet(texts: Mapping[str, str], query: Query) -> tuple[str, str]:
    """Where the first match stands, and its whole sentence as HTML, with matches in `<mark>`.

    A sentence is never cut: its first words may be the "no" that reverses the rest.
    """
    shown = {name: texts[name] for name in ("body", "notes", "name", "synonyms")}
    if query.receptors:
        shown = {name: mark_receptors(text, query) for name, text in shown.items()}
    place = next((name for name in shown if OPEN in shown[name]), "body")
    pieces = shown[place].split(BULLET)
    sentences = SENTENCE_END.split(next((piece for piece in pieces if OPEN in piece), pieces[0]))
    part = matching_sentences(sentences)
    return place, html.escape(part).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")


def mark_receptors(text: str, query: Query) -> str:
    """Mark the receptors that the query names: their own column holds the sign, not this text."""

    def mark(found: re.Match[str]) -> str:
        is_wanted = query.receptors.issuperset(find_receptors(found[0]))
        return f"{OPEN}{found[0]}{CLOSE}" if is_wanted else found[0]

    return RECEPTOR.sub(mark, text)


def matching_sentences(sentences: list[str]) -> str:
    """The first sentence with a match, and those after it that fit."""
    first = next((n for n, sentence in enumerate(sentences) if OPEN in sentence), 0)
    last = first + 1
    while last < len(sentences) and len(" ".join(sentences[first : last + 1])) <= SNIPPET:
        last += 1
    more = "\N{HORIZONTAL ELLIPSIS}"
    return " ".join([more] * (first > 0) + sentences[first:last] + [more] * (last < len(sentences)))
