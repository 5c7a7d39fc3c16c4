"""Search in the full-text table: what matches, how it ranks, and the sentence that is shown."""

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

# The characters around a match in a text of FTS5; no record has them.
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2))" for number in range(1, len(SEARCHED) + 1)
)
# A row of the search table has the number of its record, so that no text is read to join them.
NUMBER: Any = literal_column("record.rowid")
MATCHES = "SELECT rowid AS number FROM search WHERE search MATCH :match"
# The records of just this name come first.
NAMED = (
    "SELECT record.rowid FROM lookup_key JOIN record ON record.id = lookup_key.record "
    "WHERE scheme = 'name' AND value = :name"
)
# Less is better. The weights are of the columns.
SCORED = (
    "SELECT rowid AS number, "
    f"bm25(search, 0, 50, 4, 1, 2, 1, 8) - 1000 * (rowid IN ({NAMED})) AS score "
    "FROM search WHERE search MATCH :match"
)
# The title of a source says less than what a record states.
ORDER = "record.kind = 'sources', score, record.kind, record.position"
# Materialized, as FTS5 can't rank within a query that counts.
HITS = (
    f"WITH scored AS MATERIALIZED ({SCORED}), found AS MATERIALIZED (SELECT number, score "
    "FROM scored {only}) "
    "SELECT number, (SELECT count(*) FROM found) FROM found JOIN record ON record.rowid = number "
    f"ORDER BY {ORDER} LIMIT :limit OFFSET :start"
)
ONLY = "JOIN record ON record.rowid = number WHERE "
# Highlighting costs more than ranking: only the rows of the page are marked. The sign `+` makes
# SQLite look for the words once, not once for each row.
MARK = (
    f"SELECT search.rowid, ref, {MARKED} FROM search JOIN record ON record.rowid = search.rowid "
    "WHERE search MATCH :match AND +search.rowid IN (SELECT value FROM json_each(:rows))"
)
# Sentences after the first match are shown as long as they fit into this many characters.
SNIPPET = 240
# A full stop after a single capital or "Inc" does not end a sentence. The space stands first: `re`
# looks for it before it tries anything else.
SENTENCE_END = re.compile(r" (?<=[.!?] )(?<![ .][A-Z]\. )(?<!Inc\. )(?=[\x01A-Z0-9“\"(])")


def ranked_matches() -> CTE:
    """The numbers of the records that match `:match`, with their score: less is better."""
    scored = text(SCORED).columns(column("number", Integer), column("score", Float))
    return scored.cte("scored").prefix_with("MATERIALIZED")


def all_matches() -> CTE:
    """The numbers of the records that match `:match`, found before anything else is looked at."""
    found = text(MATCHES).columns(column("number", Integer))
    return found.cte("matched").prefix_with("MATERIALIZED")


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
        values = {"match": expression, "name": query.name, "limit": limit, "start": start}
        rows = ranked_rows(database, values, only)
        if rows:
            found = mark_rows(database, expression, [number for number, _ in rows])
            return Matches(found, rows[0][1], expression == query.all_words)
    return Matches([], 0, all_words=True)


def ranked_rows(
    database: Database, values: Mapping[str, Any], only: Mapping[str, Sequence[str]]
) -> list[tuple[int, int]]:
    """The numbers of the matches of one page, best first, each with the number of all matches."""
    conditions = [f"record.{name} IN (SELECT value FROM json_each(:{name}))" for name in only]
    where = ONLY + " AND ".join(conditions) if conditions else ""
    wanted = {name: json.dumps(list(words)) for name, words in only.items()}
    return database.rows(compile_text(HITS.format(only=where)), {**values, **wanted})


def mark_rows(database: Database, expression: str, numbers: list[int]) -> list[Match]:
    """The records of these numbers, in their order, with the matches marked."""
    values = {"match": expression, "rows": json.dumps(numbers)}
    rows = database.rows(compile_text(MARK), values)
    found = {
        number: Match(ref, dict(zip(SEARCHED, texts, strict=True))) for number, ref, *texts in rows
    }
    return [found[number] for number in numbers]


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
