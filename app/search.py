"""Search over all records: ranked hits, with the words marked where they stand."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlmodel import Session

from app.citing import TopicId
from app.db import SessionDep
from app.errors import documented
from app.fulltext import (
    MARKED,
    OPEN,
    SCORE,
    SEARCHED,
    is_searchable,
    nearer,
    snippet,
)
from app.listing import with_meta
from app.paging import address, decode_cursor, encode_cursor, list_mark, next_link
from app.queries import Cursor, Digits, check_references
from app.records import Ref, WithMeta
from app.resources import Kind
from app.vocabulary import Strict
from app.words import key_of, match_expression

router = APIRouter(prefix="/v1/search", tags=["service"])

# What a source is called says less than what a record states.
ORDER = f"record.kind = 'sources', {SCORE}, record.kind, record.position"


class SearchQuery(Strict):
    """What to search for."""

    q: str = Field(max_length=500, description="Words, or their beginnings.")
    kind: list[Kind] = Field(default_factory=list, description="Only these collections.")
    topic: list[TopicId] = Field(default_factory=list, description="Only these topics.")
    limit: Annotated[int, Field(ge=1, le=100, description="Most hits in one page."), Digits] = 20
    cursor: Cursor = Field(default_factory=str)


class Hit(BaseModel):
    """A record that was found."""

    record: Ref = Field(description="The record.")
    rank: int = Field(description="Its place, from 1.")
    matched_in: list[str] = Field(
        description="Where: `name`, `body`, `notes` (the curator's), `terms` (words of closed "
        "lists), `synonyms`, `receptors`."
    )
    snippet: str = Field(
        description="HTML: the whole sentence of the first match, escaped, matches in `<mark>`."
    )
    snippet_from: str = Field(description="Where it stands: `body`, `notes`, `name` or `synonyms`.")


class Hits(BaseModel):
    """What was found, best first."""

    items: list[Hit] = Field(description="The hits of this page.")
    total: int = Field(description="Number of records that match.")
    all_words: bool = Field(
        description="Whether the hits have all words; if no record has them all, these have some."
    )
    next: str | None = Field(description="Address of the next page; null on the last one.")
    did_you_mean: str | None = Field(
        description="A nearer query where no record has all words, or null."
    )


class SearchAnswer(WithMeta, Hits):
    """What was found, and in which state of the data."""


def find(request: Request, session: Session, query: SearchQuery) -> Hits:
    """The hits of a query, best first: of all its words, or else of any."""
    mark = list_mark(request, query)
    (start,) = decode_cursor(query.cursor, mark) if query.cursor else [0]
    tables = "FROM search JOIN record ON record.id = search.id WHERE search MATCH :expression"
    given: dict[str, Any] = {"name": key_of(query.q), "limit": query.limit, "start": start}
    for name in ("kind", "topic"):
        if wanted := getattr(query, name):
            tables += f" AND record.{name} IN (SELECT value FROM json_each(:{name}))"
            given[name] = json.dumps(wanted)
    total, strict = 0, True
    for glue in (" AND ", " OR ") if is_searchable(query.q) else ():
        given["expression"], strict = match_expression(query.q, glue), glue == " AND "
        total = session.execute(text(f"SELECT count(*) {tables}"), given).scalar_one()
        if total:
            break
    marked = text(f"SELECT document, {MARKED} {tables} ORDER BY {ORDER} LIMIT :limit OFFSET :start")
    rows = session.execute(marked, given).mappings().all() if total else ()
    items = [hit(rank, dict(row), query.q) for rank, row in enumerate(rows, start + 1)]
    following = None
    if (end := start + len(items)) < total:
        following = address(request, cursor=encode_cursor(mark, [end]))
    return Hits(
        items=items,
        total=total,
        all_words=strict or not total,
        next=following,
        did_you_mean=None if total and strict else nearer(session, query.q),
    )


def hit(rank: int, row: dict[str, str], query: str) -> Hit:
    """A row of the search table as an answer."""
    place, shown = snippet(row, query)
    return Hit(
        record=Ref.of(row["document"]),
        rank=rank,
        matched_in=[name for name in SEARCHED if OPEN in row[name]],
        snippet=shown,
        snippet_from=place,
    )


@router.get(
    "", summary="Search all records", response_model=SearchAnswer, responses=documented(406)
)
async def search(
    request: Request, session: SessionDep, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Whole words, prefixes and synonyms: T-DM1, Kadcyla and ado-trastuzumab emtansine are one.

    A receptor's sign is honoured: `HR-/HER2+` does not find `HR+/HER2+`. Where no record has all
    words, those that have some are found (`all_words`). Nothing that can be typed is an error.
    """
    check_references(session, query)
    hits = find(request, session, query)
    return with_meta(request, hits.model_dump_json(), next_link(hits.next))
