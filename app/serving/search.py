"""Search all records: ranked hits with snippets in which the matches are marked. No HTTP."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from app.model.citation import TopicId
from app.model.field import Described
from app.model.record import Ref
from app.resources import Kind
from app.serving.answers import Listed
from app.serving.cursors import decode_cursor, encode_cursor, list_digest
from app.serving.parameters import Cursor, PageQuery, WholeNumber, check_references
from app.serving.service import Service
from app.store.match import Query, parse_query
from app.store.search import OPEN, Match, make_snippet, search_records
from app.store.search_index import SEARCHED
from app.store.spelling import correct_query

write_text = json.JSONEncoder(ensure_ascii=False).encode


class SearchQuery(PageQuery):
    """Parameters of the search."""

    q: str = Field(max_length=500, description="Words, or beginnings of words.")
    kind: list[Kind] = Field(default_factory=list, description="Only these collections.")
    topic: list[TopicId] = Field(default_factory=list, description="Only these topics.")
    limit: Annotated[int, Field(ge=1, le=100, description="Most hits on a page."), WholeNumber] = 20
    cursor: Cursor = Field(default_factory=str)


MatchedIn = Literal["name", "body", "notes", "terms", "synonyms", "receptors"]
SnippetFrom = Literal["body", "notes", "name", "synonyms"]


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
        "(words of closed lists), `synonyms`, `receptors`."
    )
    snippet: str = Field(
        description="HTML: the whole sentence of the first match, escaped; matches are in `<mark>`."
    )
    snippet_from: SnippetFrom = Field(
        description="Where the snippet comes from: `body`, `notes`, `name` or `synonyms`."
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
    check_references(service.database, query)
    only = {name: words for name in ("kind", "topic") if (words := getattr(query, name))}
    kinds, topics = sorted({*query.kind}), sorted({*query.topic})
    digest = list_digest("search", f"{query.q} {kinds} {topics}")
    start = int(decode_cursor(query.cursor, digest, int)) if query.cursor else 0
    words = parse_query(query.q)
    found = search_records(service.database, words, only, query.limit, start)
    hits = [write_hit(rank, match, words) for rank, match in enumerate(found.rows, start + 1)]
    end = start + len(hits)
    is_exact = found.all_words and found.total
    nearer = None if is_exact else correct_query(service.database, words)
    members = {
        "items": f"[{','.join(hits)}]".encode(),
        "total": b"%d" % found.total,
        "kinds": json.dumps(list_kinds(found.kinds)).encode(),
        "all_words": b"true" if found.all_words else b"false",
        "did_you_mean": write_text(nearer).encode(),
    }
    return members, encode_cursor(digest, end) if end < found.total else None


def list_kinds(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The number of matches in each collection, as `KindCount`."""
    return [
        {"kind": kind.value, "label": kind.label, "count": counts[kind.value]}
        for kind in Kind
        if kind.value in counts
    ]


def write_hit(rank: int, match: Match, query: Query) -> str:
    """A match as the JSON of a `Hit`."""
    place, shown = make_snippet(match.texts, query)
    names = ",".join(f'"{name}"' for name in SEARCHED if OPEN in match.texts[name])
    return (
        f'{{"record":{match.ref},"rank":{rank},"matched_in":[{names}],'
        f'"snippet":{write_text(shown)},"snippet_from":"{place}"}}'
    )
