"""Search over all records: ranked hits, with the words marked where they stand."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.model.citation import TopicId
from app.model.record import Ref
from app.model.vocabulary import Strict
from app.resources import Kind
from app.serving.answers import WithMeta, with_meta
from app.serving.cursors import address, decode_cursor, encode_cursor, list_mark, next_link
from app.serving.errors import documented
from app.serving.parameters import Cursor, Digits, check_references
from app.serving.session import SessionDep
from app.store.search import OPEN, SEARCHED, hits, nearer, snippet

router = APIRouter(prefix="/v1/search", tags=["service"])


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
    only = {name: wanted for name in ("kind", "topic") if (wanted := getattr(query, name))}
    found = hits(session, query.q, only, query.limit, start)
    items = [hit(rank, row, query.q) for rank, row in enumerate(found.rows, start + 1)]
    following = None
    if (end := start + len(items)) < found.total:
        following = address(request, cursor=encode_cursor(mark, [end]))
    exact = found.all_words and found.total
    return Hits(
        items=items,
        total=found.total,
        all_words=found.all_words or not found.total,
        next=following,
        did_you_mean=None if exact else nearer(session, query.q),
    )


def hit(rank: int, row: Mapping[str, str], query: str) -> Hit:
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
    found = find(request, session, query)
    return with_meta(request, found.model_dump_json(), next_link(found.next))
