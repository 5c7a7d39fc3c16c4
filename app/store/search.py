"""Search the full-text table: which records match, in which order, and where they match."""

import json
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, literal_column, select, table, text

from app.store.database import Database, compile_text
from app.store.plan import Plan
from app.store.search_index import LAST_KIND, SEARCHED

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
# Less is better: bm25 with a weight for each column, less what a record gains for being what the
# query names, as a whole or in a part, or for belonging to it; more for a source: its title says
# less than a statement.
# What a record is (its name, its typed fields and receptors) counts more than what it says.
WEIGHTS = {
    "name": 50, "body": 4, "notes": 1, "terms": 8, "synonyms": 1, "spellings": 1, "receptors": 8
}  # fmt: skip
WHOLE, NAMED, BELONGING, SOURCE = 1000, 12, 24, 8
SCORE = (
    f"bm25(search, 0, {', '.join(str(WEIGHTS[name]) for name in SEARCHED)}, 0) "
    f"- {WHOLE} * ((rowid IN (SELECT value FROM json_each(:whole))) + (rowid = :first)) "
    f"- {NAMED} * (rowid IN (SELECT value FROM json_each(:named))) "
    f"- {BELONGING} * (rowid IN (SELECT value FROM json_each(:belonging))) "
    f"+ {SOURCE} * (rowid >= {FIRST.format(repr(LAST_KIND))})"
)
# MATERIALIZED, because bm25() works only in the query that has MATCH, not in one that counts.
HITS = (
    f"WITH scored AS MATERIALIZED (SELECT rowid AS number, {SCORE} AS score "
    f"FROM search WHERE search MATCH :match {{only}}) "
    f"SELECT number, (SELECT count(*) FROM scored) FROM scored ORDER BY score, number "
    "LIMIT :limit OFFSET :start"
)
ONLY = "AND EXISTS (SELECT 1 FROM record WHERE record.rowid = search.rowid AND {})"
# Highlighting costs more than ranking: only the rows of the page are marked. The sign `+` makes
# SQLite look for the words once, not once for each row.
MARK = (
    f"SELECT search.rowid, ref, {MARKED} FROM search JOIN record ON record.rowid = search.rowid "
    "WHERE search MATCH :match AND +search.rowid IN (SELECT value FROM json_each(:rows))"
)


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
    kinds: Mapping[str, int]


def find_page(
    database: Database,
    plan: Plan,
    expression: str,
    only: Mapping[str, Sequence[str]],
    limit: int,
    start: int,
) -> Matches:
    """One page of the records that match an expression.

    `only` restricts them: `kind` and `topic` with the values to allow.
    """
    values = {**bind_plan(plan), "match": expression, "limit": limit, "start": start}
    rows = rank_page(database, values, only) if expression else []
    if not rows:
        return Matches([], 0, {})
    found = mark_rows(database, expression, [number for number, _ in rows])
    kinds = count_kinds(database, expression, only)
    return Matches(found, rows[0][1], kinds)


def bind_plan(plan: Plan) -> dict[str, Any]:
    """The values that a search binds: its expression and the records that it names."""
    # An empty expression is an error for FTS5; an empty phrase matches nothing.
    match = plan.all_words or '""'
    return {
        "match": match,
        "first": next(iter(plan.whole), 0),
        "whole": json.dumps(plan.whole),
        "named": json.dumps(plan.named),
        "belonging": json.dumps(plan.belonging),
    }


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
