"""Complete what is typed in a search box: names that begin with it, the shortest first."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from app.model.words import name_words
from app.store.database import Database, compile_text

MOST_COMPLETED_NAMES = 10
# What is begun with so few letters begins too many names to sort them at request: the first ones
# are kept in a list of their own.
SHORT = range(1, 4)
# Read at most so many names that begin with more letters.
MOST_READ = 500
COLUMNS = "text, suggestion.record, record.rowid, record.kind, record.ref"
JOINED = "JOIN record ON record.id = suggestion.record"
KEPT = f"SELECT {COLUMNS} FROM suggestion {JOINED} WHERE start = :start ORDER BY place"
ORDER = "ORDER BY suggestion.rank, length(text), text, record.rowid"
BEGINS = "start >= :start AND start < :start || char(1114111)"
BEGUN = (
    f"SELECT {COLUMNS} FROM (SELECT * FROM suggestion WHERE {BEGINS} LIMIT {MOST_READ}) "
    f"AS suggestion {JOINED} {ORDER}"
)
IN_KINDS = (
    f"SELECT {COLUMNS} FROM suggestion {JOINED} WHERE {BEGINS} "
    f"AND record.kind IN (SELECT value FROM json_each(:kinds)) {ORDER}"
)


class Suggestion(NamedTuple):
    """A name that completes what is typed, and its record: number, kind, reference as JSON."""

    text: str
    id: str
    record: int
    kind: str
    ref: str


def short_start(start: str) -> str:
    """The key of the list of names that begin with a few letters; no name has this sign."""
    return f"{start}*"


def complete_name(
    database: Database, typed: str, kinds: Sequence[str], limit: int = MOST_COMPLETED_NAMES
) -> list[Suggestion]:
    """The names that begin with what is typed, each name of a record once."""
    start = "".join(name_words(typed))
    if not start:
        return []
    if kinds:
        values = {"start": start, "kinds": json.dumps(list(kinds))}
        rows = database.rows(compile_text(IN_KINDS), values)
    elif len(start) in SHORT:
        rows = database.rows(compile_text(KEPT), {"start": short_start(start)})
    else:
        rows = database.rows(compile_text(BEGUN), {"start": start})
    found: dict[tuple[str, str], Suggestion] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), Suggestion(*row))
    return list(found.values())[:limit]
