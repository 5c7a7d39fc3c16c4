"""Search the full-text table: which records match, in which order, and the sentence to show."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, Float, Integer, column, literal_column, text

from app.model.words import RECEPTOR, find_receptors
from app.store.database import Database, compile_text
from app.store.match import Query
from app.store.search_index import BULLET, SEARCHED

# FTS5 puts these characters around each match; no text of a record has control characters.
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
# The searched columns with their matches marked; column 0 is the id.
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2))" for number in range(1, len(SEARCHED) + 1)
)
# A row of the table `search` has the row number of its record: joining by it reads no text.
NUMBER: Any = literal_column("record.rowid")
MATCHES = "SELECT rowid AS number FROM search WHERE search MATCH :match"
# Row numbers of the records that have the query as their name: they come first.
SAME_NAME = (
    "SELECT record.rowid FROM lookup_key JOIN record ON record.id = lookup_key.record "
    "WHERE scheme = 'name' AND value = :name"
)
# Less is better. bm25 takes a weight for each column, the id first.
SCORED = (
    "SELECT rowid AS number, "
    f"bm25(search, 0, 50, 4, 1, 2, 1, 8) - 1000 * (rowid IN ({SAME_NAME})) AS score "
    "FROM search WHERE search MATCH :match"
)
# Sources come last: a title says less than a statement.
ORDER = "record.kind = 'sources', score, record.kind, record.position"
# MATERIALIZED, because bm25() works only in the query that has MATCH, not in one that counts.
HITS = (
    f"WITH scored AS MATERIALIZED ({SCORED}), found AS MATERIALIZED (SELECT number, score "
    "FROM scored {only}) "
    "SELECT number, (SELECT count(*) FROM found) FROM found JOIN record ON record.rowid = number "
    f"ORDER BY {ORDER} LIMIT :limit OFFSET :start"
)
ONLY = "JOIN record ON record.rowid = number WHERE "
COUNT_KINDS = (
    "SELECT record.kind, count(*) FROM search JOIN record ON record.rowid = search.rowid "
    "WHERE search MATCH :match {only} GROUP BY record.kind"
)
# Only the rows of one page are marked: marking costs more than ranking. The sign `+` keeps SQLite
# from searching again for each row.
MARK = (
    f"SELECT search.rowid, ref, {MARKED} FROM search JOIN record ON record.rowid = search.rowid "
    "WHERE search MATCH :match AND +search.rowid IN (SELECT value FROM json_each(:rows))"
)
# The columns that a snippet is taken from, the best first; the others have no sentences.
SHOWN = ("body", "notes", "name", "synonyms")
# A snippet goes on after its first sentence while it has at most this many characters.
LONGEST_SNIPPET = 240
# A full stop after a single capital or "Inc" does not end a sentence; \x01 is OPEN. The pattern
# begins with the space, so that `re` skips quickly to the next one.
SENTENCE_END = re.compile(r" (?<=[.!?] )(?<![ .][A-Z]\. )(?<!Inc\. )(?=[\x01A-Z0-9“\"(])")


def select_scores() -> CTE:
    """Select the row number and score of each record that matches `:match`, to be joined."""
    scored = text(SCORED).columns(column("number", Integer), column("score", Float))
    return scored.cte("scored").prefix_with("MATERIALIZED")


def select_matches() -> CTE:
    """Select the row numbers of the records that match `:match`, before any other condition."""
    found = text(MATCHES).columns(column("number", Integer))
    return found.cte("matched").prefix_with("MATERIALIZED")


class Match(NamedTuple):
    """A record that matches: its short reference as JSON, and its texts with the matches marked."""

    ref: str
    texts: Mapping[str, str]


class Matches(NamedTuple):
    """One page of matches, best first; `total` counts all pages."""

    rows: Sequence[Match]
    total: int
    all_words: bool
    kinds: Mapping[str, int]


def search_records(
    database: Database, query: Query, only: Mapping[str, Sequence[str]], limit: int, start: int
) -> Matches:
    """The records with all words of a query or, if there are none, with some of its words.

    `only` restricts them: `kind` and `topic` with the values to allow.
    """
    for expression in dict.fromkeys((query.all_words, query.any_word)) if query.all_words else ():
        values = {"match": expression, "name": query.name, "limit": limit, "start": start}
        rows = rank_page(database, values, only)
        if rows:
            found = mark_rows(database, expression, [number for number, _ in rows])
            kinds = count_kinds(database, expression, only)
            return Matches(found, rows[0][1], expression == query.all_words, kinds)
    return Matches([], 0, all_words=True, kinds={})


def count_kinds(
    database: Database, expression: str, only: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """The number of matches in each collection, without the filter by kind."""
    others = {name: words for name, words in only.items() if name != "kind"}
    condition, values = limit_records(others)
    statement = compile_text(COUNT_KINDS.format(only=f"AND {condition}" if condition else ""))
    return dict(database.rows(statement, {"match": expression, **values}))


def limit_records(only: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, str]]:
    """The SQL condition that leaves these kinds and topics, and the values to bind."""
    conditions = [f"record.{name} IN (SELECT value FROM json_each(:{name}))" for name in only]
    wanted = {name: json.dumps(list(words)) for name, words in only.items()}
    return " AND ".join(conditions), wanted


def rank_page(
    database: Database, values: Mapping[str, Any], only: Mapping[str, Sequence[str]]
) -> list[tuple[int, int]]:
    """The matches of one page, best first: row numbers, each with the number of all matches."""
    condition, wanted = limit_records(only)
    where = ONLY + condition if condition else ""
    return database.rows(compile_text(HITS.format(only=where)), {**values, **wanted})


def mark_rows(database: Database, expression: str, numbers: list[int]) -> list[Match]:
    """The records with these row numbers, in this order, with the matches marked."""
    values = {"match": expression, "rows": json.dumps(numbers)}
    rows = database.rows(compile_text(MARK), values)
    found = {
        number: Match(ref, dict(zip(SEARCHED, texts, strict=True))) for number, ref, *texts in rows
    }
    return [found[number] for number in numbers]


def make_snippet(texts: Mapping[str, str], query: Query) -> tuple[str, str]:
    """The column of the first match, and its sentence as HTML with matches in `<mark>`.

    A sentence is never cut: its first word may be a "no" that reverses the rest.
    """
    shown = texts
    if query.receptors:
        shown = {name: mark_receptors(texts[name], query) for name in SHOWN}
    # A match in the other columns shows the start of the body.
    place = next((name for name in SHOWN if OPEN in shown[name]), "body")
    part = pick_sentences(SENTENCE_END.split(find_piece(shown[place])))
    return place, html.escape(part).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")


def find_piece(text: str) -> str:
    """The text between two bullets with the first match of a column, else its first text."""
    match = max(text.find(OPEN), 0)
    start = text.rfind(BULLET, 0, match)
    end = text.find(BULLET, match)
    return text[start + len(BULLET) if start >= 0 else 0 : end if end >= 0 else None]


def mark_receptors(text: str, query: Query) -> str:
    """Mark the receptors that the query names: FTS5 marks them in the column `receptors` only."""

    def mark(found: re.Match[str]) -> str:
        is_wanted = query.receptors.issuperset(find_receptors(found[0]))
        return f"{OPEN}{found[0]}{CLOSE}" if is_wanted else found[0]

    return RECEPTOR.sub(mark, text)


def pick_sentences(sentences: list[str]) -> str:
    """The first sentence with a match, and the next ones while they fit."""
    first = next((n for n, sentence in enumerate(sentences) if OPEN in sentence), 0)
    last = first + 1
    while last < len(sentences) and len(" ".join(sentences[first : last + 1])) <= LONGEST_SNIPPET:
        last += 1
    more = "\N{HORIZONTAL ELLIPSIS}"
    return " ".join([more] * (first > 0) + sentences[first:last] + [more] * (last < len(sentences)))
