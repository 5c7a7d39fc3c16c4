"""Look up: from a code, a name or an identifier to the records."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from app.db import SessionDep
from app.errors import InvalidParameters, documented, refused
from app.fulltext import NAMES, texts
from app.listing import with_meta
from app.records import Loaded, Ref, WithMeta
from app.seeding import Seed
from app.tables import KeyRow, RecordRow
from app.vocabulary import Strict
from app.words import key_of

router = APIRouter(prefix="/v1/lookup", tags=["service"])

Given = Annotated[str, Field(min_length=1)]


class LookupQuery(Strict):
    """What to look up; just one of the three."""

    code: Given = Field(
        default_factory=str,
        description="A CURIE, such as `RXNORM:224905` or `HGNC:3430`.",
    )
    name: Given = Field(
        default_factory=str,
        description="A name, brand name, alias or symbol, in any case.",
    )
    id: Given = Field(default_factory=str, description="An identifier, also a withdrawn one.")


class Found(BaseModel):
    """What was found."""

    items: list[Ref] = Field(description="The records; empty if none is known by that key.")


class LookupAnswer(WithMeta, Found):
    """What was found, and in which state of the data."""


def key_rows(seed: Seed) -> Iterator[KeyRow]:
    """Every code, name and identifier, with the record that it leads to."""
    keys = {key for record in seed.records for key in keys_of(record)}
    for item in seed.withdrawn.values():
        if item.successor:
            keys.add(("id", item.id, item.successor))
    for scheme, value, record_id in sorted(keys):
        yield KeyRow(scheme=scheme, value=value, record=record_id)


def keys_of(record: Loaded) -> Iterator[tuple[str, str, str]]:
    """The keys of one record: scheme, value in lower case, identifier."""
    seed = record.seed
    yield "id", seed.id, seed.id
    for code in getattr(seed, "codes", []):
        yield "code", key_of(code.curie), seed.id
    for field in NAMES:
        for name in texts(getattr(seed, field, None)):
            yield "name", key_of(name), seed.id


@router.get("", summary="Look up a record", response_model=LookupAnswer, responses=documented(406))
async def get_lookup(
    request: Request, session: SessionDep, query: Annotated[LookupQuery, Query()]
) -> Response:
    """The records that a code of another vocabulary, a name or alias, or an identifier leads to.

    A withdrawn identifier leads to its successor. Give just one of the three parameters.
    """
    given = query.model_dump(exclude_defaults=True)
    if len(given) != 1:
        names = list(LookupQuery.model_fields)
        detail = f"give just one of {', '.join(names)}"
        raise InvalidParameters(
            *(refused(name, given.get(name), detail) for name in given or names)
        )
    ((scheme, value),) = given.items()
    return with_meta(request, found(session, scheme, value).model_dump_json())


def found(session: Session, scheme: str, value: str) -> Found:
    """The records that a key leads to, in reading order."""
    matches = select(RecordRow).join(KeyRow, col(KeyRow.record) == col(RecordRow.id))
    keyed = matches.where(KeyRow.scheme == scheme, KeyRow.value == key_of(value))
    rows = session.exec(keyed.order_by(col(RecordRow.kind), col(RecordRow.position)))
    return Found(items=[Ref.of(row.document) for row in rows])
