"""Search all records: ranked hits with snippets in which the matches are marked. No HTTP."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from app.model.field import Described
from app.model.record import Ref
from app.model.value import Refers
from app.resources import Kind
from app.serving.answers import Listed
from app.serving.cursors import decode_cursor, encode_cursor, list_digest
from app.serving.parameters import AnyId, Cursor, PageQuery, WholeNumber
from app.serving.service import Service
from app.serving.snippets import make_snippet
from app.serving.values import settle_values
from app.store.database import Database
from app.store.match import Query, parse_query
from app.store.plan import plan_query
from app.store.search import OPEN, Match, Matches, find_page
from app.store.search_index import SEARCHED
from app.store.spelling import correct_query

write_text = json.JSONEncoder(ensure_ascii=False).encode


class SearchQuery(PageQuery):
    """Parameters of the search."""

    q: str = Field(max_length=500, description="Words, or beginnings of words.")
    kind: list[Kind] = Field(default_factory=list, description="Only these collections.")
    topic: list[Annotated[AnyId, Refers("topics")]] = Field(
        default_factory=list, description="Only these topics."
    )
    limit: Annotated[int, Field(ge=1, le=100, description="Most hits on a page."), WholeNumber] = 20
    cursor: Cursor = Field(default_factory=str)


MatchedIn = Literal["name", "body", "notes", "terms", "synonyms", "spellings", "receptors"]
SnippetFrom = Literal["body", "notes", "name"]


class KindCount(Described):
    """How many matches a collection has."""

    kind: str = Field(description="The collection.")
    label: str = Field(description="Label of the collection.")
    count: int = Field(description="Number of matches, without the filter by `kind`.")


class Hit(Described):
    """A record that was found."""

    record: Ref = Field(description="The record.")
    rank: int = Field(description="Position among all hits, from 1.")
    matched_in: list[MatchedIn] = Field(
        description="Where the query matches: `name`, `body`, `notes` (the curator's), `terms` "
        "(words of closed lists, of the collection and the topic), `synonyms` (other names of what "
        "the record names), `spellings` (other forms of its words), `receptors`."
    )
    snippet: str = Field(
        description="HTML: the whole sentence of the first match, escaped; matches are in `<mark>`."
    )
    snippet_text: str = Field(description="The same as plain text.")
    snippet_ranges: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="The matches in `snippet_text`: the place of the first character, from 0, "
        "and of the one behind the last."
    )
    snippet_from: SnippetFrom = Field(
        description="Where the snippet comes from: `body`, `notes` or `name`."
    )


class Hits(Listed):
    """Records found, best match first."""

    items: list[Hit] = Field(description="The hits of this page.")
    kinds: list[KindCount] = Field(description="Number of matches in each collection.")
    all_words: bool = Field(
        description="Whether the hits have all words. If no record has, the hits have some of them."
    )
    did_you_mean: str | None = Field(
        description="A corrected query if no record has all words, or null."
    )


def find_hits(service: Service, query: SearchQuery) -> tuple[dict[str, bytes], str | None]:
    """The JSON of each member of `Hits` except `next`, and the cursor of the next page or None.

    Raises InvalidParameters for an unknown topic or a bad cursor.
    """
    settle_values(service.database, query)
    only = {name: words for name in ("kind", "topic") if (words := getattr(query, name))}
    kinds, topics = sorted({*query.kind}), sorted({*query.topic})
    digest = list_digest("search", f"{query.q} {kinds} {topics}")
    start = int(decode_cursor(query.cursor, digest, int)) if query.cursor else 0
    words = parse_query(query.q)
    found, all_words, nearer = search_records(service.database, words, only, query.limit, start)
    hits = [write_hit(rank, match, words) for rank, match in enumerate(found.rows, start + 1)]
    end = start + len(hits)
    members = {
        "items": f"[{','.join(hits)}]".encode(),
        "total": b"%d" % found.total,
        "kinds": json.dumps(list_kinds(found.kinds)).encode(),
        "all_words": b"true" if all_words else b"false",
        "did_you_mean": write_text(nearer).encode(),
    }
    return members, encode_cursor(digest, end) if end < found.total else None


def search_records(
    database: Database, query: Query, only: Mapping[str, Sequence[str]], limit: int, start: int
) -> tuple[Matches, bool, str | None]:
    """The records with all words of a query or, if there are none, with some of its words.

    Besides them whether they have all words, and the query as it was perhaps meant.
    """
    plan = plan_query(database, query)
    every = find_page(database, plan, plan.all_words, only, limit, start)
    if every.total:
        return every, True, None
    better = correct_query(database, query)
    # Of a single word nothing is left; of several, records with the corrected ones are found too.
    corrected = better if better and len(query.parts) > 1 else ""
    more = plan_query(database, parse_query(corrected)).all_words
    some = " OR ".join(f"({found})" for found in (plan.any_word, more) if found)
    if some in (f"({plan.all_words})", ""):
        return every, True, better
    return find_page(database, plan, some, only, limit, start), False, better


def list_kinds(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The number of matches in each collection, as `KindCount`."""
    return [
        {"kind": kind.value, "label": kind.label, "count": counts[kind.value]}
        for kind in Kind
        if kind.value in counts
    ]


def write_hit(rank: int, match: Match, query: Query) -> str:
    """A match as the JSON of a `Hit`."""
    shown = make_snippet(match.texts, query)
    names = ",".join(f'"{name}"' for name in SEARCHED if OPEN in match.texts[name])
    ranges = ",".join(f"[{start},{end}]" for start, end in shown.ranges)
    return (
        f'{{"record":{match.ref},"rank":{rank},"matched_in":[{names}],'
        f'"snippet":{write_text(shown.html)},"snippet_text":{write_text(shown.text)},'
        f'"snippet_ranges":[{ranges}],"snippet_from":"{shown.column}"}}'
    )
