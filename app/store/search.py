"""Search the full-text table: which records match, in which order, and the sentence to show."""

import html
import json
import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, literal_column, select, table, text

from app.model.words import RECEPTOR, find_receptors
from app.store.database import Database, compile_text
from app.store.match import Query
from app.store.search_index import BULLET, LAST_KIND, SEARCHED

# FTS5 puts these characters around each match; no text of a record has control characters.
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
# The searched columns with their matches marked; column 0 is the id.
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2))" for number in range(1, len(SEARCHED) + 1)
)
# A row of the table `search` has the row number of its record, and the records are numbered in the
# order in which equal matches are shown: no record need be read to search, count and rank.
NUMBER: Any = literal_column("record.rowid")
MATCHES = "SELECT rowid FROM search WHERE search MATCH :match"
FIRST, LAST = (
    f"(SELECT rowid FROM record WHERE kind = {{}} ORDER BY position {direction} LIMIT 1)"
    for direction in ("ASC", "DESC")
)
IN_KIND = f"rowid BETWEEN {FIRST.format(':of_kind')} AND {LAST.format(':of_kind')}"
STARTS = "SELECT min(rowid), kind FROM record GROUP BY kind ORDER BY min(rowid)"
# Row numbers of the records that have the query as their name: they come first.
SAME_NAME = (
    "SELECT record.rowid FROM lookup_key JOIN record ON record.id = lookup_key.record "
    "WHERE scheme = 'name' AND value = :name"
)
# Less is better. bm25 takes a weight for each column, the id first.
SCORE = f"bm25(search, 0, 50, 4, 1, 2, 1, 8) - 1000 * (rowid IN ({SAME_NAME}))"
# Sources come last: a title says less than a statement.
ORDER = f"number >= {FIRST.format(repr(LAST_KIND))}, score, number"
# MATERIALIZED, because bm25() works only in the query that has MATCH, not in one that counts.
HITS = (
    f"WITH scored AS MATERIALIZED (SELECT rowid AS number, {SCORE} AS score "
    f"FROM search WHERE search MATCH :match {{only}}) "
    f"SELECT number, (SELECT count(*) FROM scored) FROM scored ORDER BY {ORDER} "
    "LIMIT :limit OFFSET :start"
)
ONLY = "AND EXISTS (SELECT 1 FROM record WHERE record.rowid = search.rowid AND {})"
# Highlighting costs more than ranking: only the rows of the page are marked. The sign `+` makes
# SQLite look for the words once, not once for each row.
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


def select_scores(kind: str, only: Select[Any] | None) -> CTE:
    """Select the row number and score of each record of a kind that matches `:match`.

    Of all matches only those are scored whose row number `only` selects: to score takes longest.
    """
    return search_kind("scored", kind, only, literal_column(SCORE).label("score"))


def select_matches(kind: str, only: Select[Any] | None) -> CTE:
    """Select the row numbers of the records of a kind that match, and that `only` selects."""
    return search_kind("matched", kind, only)


def search_kind(name: str, kind: str, only: Select[Any] | None, *columns: Any) -> CTE:
    """Search before any other condition is looked at, and select row numbers and columns."""
    number: Any = literal_column("rowid").label("number")
    found = select(number, *columns).select_from(table("search"))
    found = found.where(text("search MATCH :match"), text(IN_KIND).bindparams(of_kind=kind))
    if only is not None:
        found = found.where(literal_column("+rowid").in_(only))
    return found.cte(name).prefix_with("MATERIALIZED")


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
    limit, values = limit_records(others)
    rows = database.rows(compile_text(f"{MATCHES} {limit}"), {"match": expression, **values})
    starts, kinds = zip(*database.rows_once(compile_text(STARTS)), strict=True)
    return Counter(kinds[bisect(starts, number) - 1] for (number,) in rows)


def limit_records(only: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, str]]:
    """The SQL condition that leaves these kinds and topics, and the values to bind."""
    conditions = [f"record.{name} IN (SELECT value FROM json_each(:{name}))" for name in only]
    wanted = {name: json.dumps(list(words)) for name, words in only.items()}
    return ONLY.format(" AND ".join(conditions)) if conditions else "", wanted


def rank_page(
    database: Database, values: Mapping[str, Any], only: Mapping[str, Sequence[str]]
) -> list[tuple[int, int]]:
    """The numbers of the matches of one page, best first, each with the number of all matches."""
    limit, wanted = limit_records(only)
    return database.rows(compile_text(HITS.format(only=limit)), {**values, **wanted})


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
