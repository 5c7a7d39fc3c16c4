"""Lists and single records: filters, total order, pages. Stored JSON texts are glued."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Path, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import JSON, ColumnElement, and_, exists, false, func, or_
from sqlmodel import Session, col, select

from app.citing import NoteKind, SourceId, TopicId, refers_to
from app.errors import InvalidParameters, not_found, refused, withdrawn
from app.records import Resource, WithMeta
from app.tables import CitationRow, KindRow, NoteRow, RecordRow, WithdrawnRow
from app.vocabulary import AppliesTo

Item = TypeVar("Item")
Key = TypeVar("Key")


def split_commas(values: Any) -> Any:
    """`a,b` and a repeated parameter mean the same."""
    return [part for value in values for part in value.split(",")]


Sort = Annotated[
    list[Key],
    BeforeValidator(split_commas),
    Field(description="Sort keys, separated by commas; a leading `-` turns one round."),
]
RecordId = Annotated[str, Path(description="Identifier of the record.")]


class RecordQuery(BaseModel):
    """A single record takes no parameters, and refuses any."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(RecordQuery):
    """What every list can be asked. The same name twice is OR, different names are AND."""

    topic: list[TopicId] = Field(default_factory=list, description="Id of a topic.")
    applies_to: list[AppliesTo] = Field(
        default_factory=list, description="The disease that the record speaks of."
    )
    source: list[SourceId] = Field(
        default_factory=list, description="Id of a source that it or one of its notes cites."
    )
    has_note: list[NoteKind] = Field(
        default_factory=list, description="Kind of a curator's note beside it."
    )
    sort: Sequence[str] = ()
    limit: int = Field(50, ge=1, le=500, description="Most records in one page.")
    cursor: str = Field(
        default_factory=str, description="Where the page starts: taken from `next`, never made up."
    )


class Page(WithMeta, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: int = Field(description="Number of records in all pages together.")
    next: str | None = Field(description="Address of the next page; null on the last one.")


class SortKey:
    """One key of the order, with nulls last in both directions."""

    def __init__(self, row: type[KindRow], key: str) -> None:
        self.name = key.removeprefix("-")
        self.descending = key.startswith("-")
        self.column = column_of(row, self.name)

    def ordering(self) -> Any:
        return (self.column.desc() if self.descending else self.column.asc()).nulls_last()

    def same(self, value: Any) -> Any:
        return self.column.is_not_distinct_from(value)

    def after(self, value: Any) -> ColumnElement[bool]:
        if value is None:
            return false()
        beyond = self.column < value if self.descending else self.column > value
        return or_(beyond, self.column.is_(None))


def column_of(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the one that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def sort_keys(row: type[KindRow], asked: Sequence[str]) -> list[SortKey]:
    """The order asked for, or the reading order; the id makes it total."""
    keys = [SortKey(row, key) for key in asked or ["position"]]
    return keys if keys[-1].name == "id" else [*keys, SortKey(row, "id")]


def conditions(row: type[KindRow], query: ListQuery) -> Iterator[ColumnElement[bool]]:
    """One condition for each filter that is set."""
    for name in sorted(query.model_fields_set - {"sort", "limit", "cursor"}):
        wanted = getattr(query, name)
        if name.endswith("_before"):
            yield column_of(row, name.removesuffix("_before")) < wanted
        elif name.endswith("_after"):
            yield column_of(row, name.removesuffix("_after")) > wanted
        elif name == "source":
            yield exists().where(
                col(CitationRow.record) == col(RecordRow.id), col(CitationRow.source).in_(wanted)
            )
        elif name == "has_note":
            yield exists().where(
                col(NoteRow.record) == col(RecordRow.id), col(NoteRow.kind).in_(wanted)
            )
        elif isinstance((column := column_of(row, name)).type, JSON):
            values = func.json_each(column).table_valued("value")
            yield exists().select_from(values).where(values.c.value.in_(wanted))
        else:
            yield column.in_(wanted)


def check_references(session: Session, query: ListQuery) -> None:
    """Refuse the id of a record that does not exist: an empty list would hide the slip."""
    errors = []
    for name in query.model_fields_set:
        wanted = getattr(query, name)
        if kind := refers_to(type(query).model_fields[name].annotation):
            of_kind = select(RecordRow.id).where(RecordRow.kind == kind)
            known = list(session.exec(of_kind.order_by(col(RecordRow.position))))
            errors += [
                refused(name, value, "should be one of the allowed values", known)
                for value in wanted
                if value not in known
            ]
    if errors:
        raise InvalidParameters(*errors)


def fingerprint(request: Request, query: ListQuery) -> str:
    """Tells the list that a cursor belongs to: its filters, its order and the data's digest."""
    asked = query.model_dump_json(exclude={"limit", "cursor"}, exclude_defaults=True)
    text = f"{request.app.state.release.digest} {request.url.path} {asked}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def encode_cursor(mark: str, values: Sequence[Any]) -> str:
    """A cursor: where a page ended, as opaque text."""
    text = json.dumps([mark, *values], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, mark: str, keys: int) -> list[Any]:
    """The sort values in a cursor; refuses one that this very list has not given out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values: list[Any]
        found, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidParameters(
            refused("cursor", cursor, "should be a cursor from `next`")
        ) from None
    if found != mark or len(values) != keys:
        raise InvalidParameters(
            refused("cursor", cursor, "belongs to another list or version of the data")
        )
    return values


def after_cursor(keys: list[SortKey], values: list[Any]) -> ColumnElement[bool]:
    """The condition that a record comes after the place that the values name."""
    return or_(
        *(
            and_(
                *(key.same(value) for key, value in zip(keys[:n], values[:n], strict=True)),
                keys[n].after(values[n]),
            )
            for n in range(len(keys))
        )
    )


def absolute(request: Request, text: str) -> str:
    """Stored texts write our own addresses from the root; here they get the public host."""
    return text.replace('"/v1', f'"{request.app.state.base_url}/v1')


def with_meta(request: Request, document: str) -> Response:
    """A stored JSON object as an answer: with public addresses and the state of the data."""
    body = absolute(request, document[:-1])
    return Response(f'{body},"meta":{request.app.state.meta}}}', media_type="application/json")


def page(request: Request, session: Session, resource: Resource, query: ListQuery) -> Response:
    """One page of a list of records."""
    check_references(session, query)
    row, keys = resource.row, sort_keys(resource.row, query.sort)
    own = col(row.id) == col(RecordRow.id)
    rows = select(RecordRow.document, *(key.column for key in keys)).join(row, own)
    where = list(conditions(row, query))
    total = session.exec(
        select(func.count()).select_from(RecordRow).join(row, own).where(*where)
    ).one()
    mark = fingerprint(request, query)
    if query.cursor:
        where.append(after_cursor(keys, decode_cursor(query.cursor, mark, len(keys))))
    ordered = rows.where(*where).order_by(*(key.ordering() for key in keys))
    found = session.exec(ordered.limit(query.limit + 1)).all()
    shown, headers, following = found[: query.limit], {}, None
    if len(found) > query.limit:
        asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        pairs = [*asked, ("cursor", encode_cursor(mark, shown[-1][1:]))]
        following = f"{request.app.state.base_url}{request.url.path}?{urlencode(pairs)}"
        headers["Link"] = f'<{following}>; rel="next"'
    items = absolute(request, ",".join(document for document, *_ in shown))
    body = (
        f'{{"items":[{items}],"total":{total},"next":{json.dumps(following)},'
        f'"meta":{request.app.state.meta}}}'
    )
    return Response(body, headers=headers, media_type="application/json")


def single(request: Request, session: Session, resource: Resource, record_id: str) -> Response:
    """One record, by its identifier."""
    of_kind = select(RecordRow).where(RecordRow.kind == resource.kind)
    record = session.exec(of_kind.where(RecordRow.id == record_id)).one_or_none()
    if record is None:
        if (gone := session.get(WithdrawnRow, record_id)) and gone.kind == resource.kind:
            withdrawn(record_id, gone.reason, gone.successor)
        ids = select(RecordRow.id).where(RecordRow.kind == resource.kind)
        not_found(resource.kind, record_id, list(session.exec(ids)))
    detail = f",{record.detail[1:]}" if record.detail else "}"
    return with_meta(request, record.document[:-1] + detail)
