"""Search over all records: ranked hits, with the words marked where they stand."""

import html
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlmodel import Session

from app.citing import TopicId
from app.db import SessionDep
from app.errors import documented
from app.fulltext import CLOSE, COLUMNS, OPEN, ORDER, SEARCHED, match_expression, nearer
from app.listing import NoQuery, check_references, with_meta
from app.records import Ref, WithMeta
from app.resources import Kind

router = APIRouter(prefix="/v1/search", tags=["service"])


class SearchQuery(NoQuery):
    """What to search for."""

    q: str = Field(min_length=1, max_length=500, description="Words; all must occur. Prefixes do.")
    kind: list[Kind] = Field(default_factory=list, description="Only these collections.")
    topic: list[TopicId] = Field(default_factory=list, description="Only these topics.")
    limit: int = Field(20, ge=1, le=100, description="Most hits.")


class Hit(BaseModel):
    """A record that was found."""

    record: Ref = Field(description="The record.")
    rank: int = Field(description="Its place, from 1.")
    matched_in: list[str] = Field(description="Where: name, body, synonyms, receptors.")
    snippet: str = Field(description="HTML: the words around, escaped, matches in `<mark>`.")


class Hits(BaseModel):
    """What was found, best first."""

    items: list[Hit] = Field(description="The hits.")
    total: int = Field(description="Number of records that match.")
    did_you_mean: str | None = Field(description="A nearer query where nothing matched, or null.")


class SearchAnswer(WithMeta, Hits):
    """What was found, and in which state of the data."""


def find(session: Session, query: SearchQuery) -> Hits:
    """The hits of a query, best first."""
    expression = match_expression(query.q)
    if not expression:
        return Hits(items=[], total=0, did_you_mean=None)
    where = ["search MATCH :expression"]
    given: dict[str, Any] = {"expression": expression, "limit": query.limit}
    for name in ("kind", "topic"):
        if wanted := getattr(query, name):
            where.append(f"record.{name} IN (SELECT value FROM json_each(:{name}))")
            given[name] = json.dumps(wanted)
    tables = f"FROM search JOIN record ON record.id = search.id WHERE {' AND '.join(where)}"
    total = session.scalar(text(f"SELECT count(*) {tables}"), given)
    rows = session.execute(text(f"{COLUMNS} {tables} {ORDER}"), given).mappings().all()
    return Hits(
        items=[hit(number, dict(row)) for number, row in enumerate(rows, 1)],
        total=total or 0,
        did_you_mean=None if total else nearer(session, query.q),
    )


def hit(rank: int, row: dict[str, str]) -> Hit:
    """A row of the search table as an answer."""
    matched = [name for name in SEARCHED if OPEN in row[name]]
    place = next((name for name in ("body", "name", "synonyms") if name in matched), "name")
    shown = html.escape(row["excerpt"] if place == "body" else row[place])
    return Hit(
        record=Ref.of(row["document"]),
        rank=rank,
        matched_in=matched,
        snippet=shown.replace(OPEN, "<mark>").replace(CLOSE, "</mark>"),
    )


@router.get(
    "", summary="Search all records", response_model=SearchAnswer, responses=documented(422)
)
async def search(
    request: Request, session: SessionDep, query: Annotated[SearchQuery, Query()]
) -> Response:
    """Whole words, prefixes and synonyms: T-DM1, Kadcyla and ado-trastuzumab emtansine are one.

    A receptor's sign is honoured: `HR-/HER2+` does not find `HR+/HER2+`. Nothing that can be
    typed is an error.
    """
    check_references(session, query)
    return with_meta(request, find(session, query).model_dump_json())
