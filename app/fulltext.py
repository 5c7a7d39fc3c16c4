"""Full-text search by SQLite's FTS5: what is indexed, and how a query is put."""

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
from app.vocabulary import Vocabulary

# The fields whose texts lead to a record by name.
NAMES = ("name", "generic_name", "brand_names", "aliases", "synonyms", "symbol")
# A receptor with its status, however it is written: HR+, HER2-, ER-positive, PR negative.
RECEPTOR = re.compile(
    r"\b(HER2|HR|ER|PR)(?:\s*([+\N{MINUS SIGN}-])(?![A-Za-z0-9])|[\s-]+(positive|negative)\b)", re.I
)
SEPARATOR = re.compile(r"[\s/,;]+")
WORD = re.compile(r"\w+")
SEARCHED = ("name", "body", "terms", "synonyms", "receptors")
OPEN, CLOSE = "\N{START OF HEADING}", "\N{START OF TEXT}"
MARKED = ", ".join(
    f"highlight(search, {number}, char(1), char(2)) AS {name}"
    for number, name in enumerate(SEARCHED, 1)
)
SCORE = "bm25(search, 0, 50, 4, 2, 1, 8)"
# Characters of a snippet, and how many of them may stand before the first match.
SNIPPET, BEFORE = 240, 60
# Looking for the nearest word is slow; a longer query is not a slip of the pen.
CORRECTED = 8


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
    insert = text("INSERT INTO search VALUES (:id, :name, :body, :terms, :synonyms, :receptors)")
    for record in seed.records:
        connection.execute(insert, index_row(record, groups))


def index_row(record: Loaded, groups: list[tuple[re.Pattern[str], set[str]]]) -> dict[str, str]:
    """What of a record is searched."""
    own = record.seed.model_dump(exclude={"id", "citations"})
    body = " \N{BULLET} ".join(strings(own))
    terms = [*strings({name: own[name] for name in own if name != "notes"}, closed=True)]
    own_names = [name for field in NAMES for name in texts(getattr(record.seed, field, None))]
    stated = " ".join(strings({name: own[name] for name in own if name != "notes"}))
    synonyms = {name for pattern, names in groups if pattern.search(body) for name in names}
    return {
        "id": record.seed.id,
        "name": " \N{BULLET} ".join(dict.fromkeys([record.seed.display_name, *own_names])),
        "body": body,
        "terms": " \N{BULLET} ".join(terms),
        "synonyms": " \N{BULLET} ".join(sorted(synonyms)),
        "receptors": " ".join(sorted(set(receptors(stated)))),
    }


def strings(value: object, *, closed: bool = False) -> Iterator[str]:
    """The texts of a record that a reader would search for, or its words of closed lists."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("citations", "url", "topic", "applies_to", "parent"):
                yield from strings(item, closed=closed)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, closed=closed)
    elif isinstance(value, str) and isinstance(value, Vocabulary) == closed:
        yield str(value)


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


def is_searchable(query: str) -> bool:
    """Whether there is any word in a query."""
    return bool(match_expression(query))


def is_found(query: str) -> ColumnElement[bool]:
    """The condition that a record matches a query, for `q=` on a list."""
    if not is_searchable(query):
        return false()
    matches = text("SELECT id FROM search WHERE search MATCH :expression")
    return col(RecordRow.id).in_(matches.bindparams(expression=match_expression(query)))


def ranked(query: str) -> Subquery:
    """The identifiers of the records that match, with their score: less is better."""
    scored = text(f"SELECT id, {SCORE} AS score FROM search WHERE search MATCH :expression")
    given = scored.bindparams(expression=match_expression(query))
    return given.columns(column("id", String), column("score", Float)).subquery("found")


def nearer(session: Session, query: str) -> str | None:
    """The query with unknown words replaced by the nearest known ones, if that finds something."""
    words = [word.casefold() for word in WORD.findall(query)]
    known = set(session.scalars(text("SELECT term FROM search_word")))
    unknown = [word for word in words if word not in known][:CORRECTED]
    better = {word: near for word in unknown for near in get_close_matches(word, known, 1)}
    nearest = " ".join(better.get(word, word) for word in words)
    found = select(RecordRow.id).where(is_found(nearest)).limit(1)
    return nearest if better and session.exec(found).first() else None


def snippet(row: Mapping[str, str], query: str) -> str:
    """The words around the first match, as HTML: escaped, matches in `<mark>`."""
    wanted = set(receptors(query))

    def mark(found: re.Match[str]) -> str:
        is_wanted = wanted.issuperset(receptors(found[0]))
        return f"{OPEN}{found[0]}{CLOSE}" if is_wanted else found[0]

    # A receptor is found in an index of its own, so that its sign counts: mark it here.
    texts = [RECEPTOR.sub(mark, row[name]) for name in ("body", "name", "synonyms", "terms")]
    shown = next((text for text in texts if OPEN in text), texts[0])
    start = max(0, shown.find(OPEN) - BEFORE)
    start = shown.find(" ", start) + 1 if start else 0
    cut = shown[start : start + SNIPPET].rsplit(" ", 1)[0] if shown[start + SNIPPET :] else ""
    part = cut + CLOSE * (cut.rfind(OPEN) > cut.rfind(CLOSE)) if cut else shown[start:]
    more = "\N{HORIZONTAL ELLIPSIS}"
    part = f"{more * bool(start)}{part}{more * bool(cut)}"
    return html.escape(part).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
