"""Lists and single records: filters, total order, pages. Stored JSON texts are glued."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import FastAPI, Path, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import JSON, ColumnElement, and_, exists, false, func, or_, true
from sqlmodel import Session, col, select

from app.citing import NoteKind, Slug, SourceId, TopicId, refers_to
from app.errors import InvalidParameters, not_found, refused, withdrawn
from app.formats import Format, csv_text, graph, media_type, negotiated
from app.fulltext import is_found
from app.records import Resource, WithMeta
from app.tables import CitationRow, KindRow, NoteRow, RecordRow, WithdrawnRow
from app.vocabulary import AppliesTo

Item = TypeVar("Item")
Key = TypeVar("Key")


# Parameters with a shorter name than their field.
PARAMETERS = {"data_provider": "provider"}
NO_FILTERS = {"sort", "limit", "cursor", "format", "fields", "facets"}


def split_commas(values: Any) -> Any:
    """`a,b` and a repeated parameter mean the same."""
    return [part for value in values for part in value.split(",")]


def nothing() -> Any:
    """A default that the OpenAPI document does not show."""


Commas = Annotated[list[Key], BeforeValidator(split_commas)]
Sort = Annotated[
    Commas[Key],
    Field(description="Sort keys, separated by commas; a leading `-` turns one round."),
]
RecordId = Annotated[str, Path(description="Identifier of the record.")]


class NoQuery(BaseModel):
    """An address that takes no parameters, and refuses any."""

    model_config = ConfigDict(extra="forbid")


class RecordQuery(NoQuery):
    """What a single record can be asked."""

    format: Format = Field(
        default_factory=nothing, description="How the answer is written; default by `Accept`."
    )
    fields: Commas[str] = Field(
        default_factory=list, description="Only these fields, separated by commas; id is always in."
    )


class ListQuery(RecordQuery):
    """What every list can be asked. The same name twice is OR, different names are AND."""

    q: str = Field(default_factory=str, max_length=500, description="Words; all must occur.")
    id: list[Slug] = Field(default_factory=list, description="Identifier; several are fine.")
    facets: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, whose values are counted in the answer.",
    )
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


class Facet(BaseModel):
    """One value of a field."""

    value: str | int | float | bool | None = Field(description="The value; null where absent.")
    count: int = Field(description="Number of matching records that have it.")
    url: str | None = Field(description="The same list, with this value only; null for null.")


class Page(WithMeta, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: int = Field(description="Number of records in all pages together.")
    next: str | None = Field(description="Address of the next page; null on the last one.")
    facets: dict[str, list[Facet]] = Field(
        {}, description="Values with counts, by field; only where `facets` asks for it."
    )


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
    for name in sorted(query.model_fields_set - NO_FILTERS):
        wanted = getattr(query, name)
        if name == "q":
            yield is_found(wanted)
            continue
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


def check_references(session: Session, query: BaseModel) -> None:
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
    asked = query.model_dump_json(
        exclude={"limit", "cursor", "format", "fields", "facets"}, exclude_defaults=True
    )
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


def address(request: Request, **changed: str | None) -> str:
    """The address asked for, with some parameters changed; None leaves one out."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in changed]
    pairs += [(name, value) for name, value in changed.items() if value is not None]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{request.app.state.base_url}{request.url.path}{query}"


def page(request: Request, session: Session, resource: Resource, query: ListQuery) -> Response:
    """One page of a list of records, in the format asked for."""
    form = negotiated(request, query.format)
    check_references(session, query)
    row, keys = resource.row, sort_keys(resource.row, query.sort)
    own = col(row.id) == col(RecordRow.id)
    rows = select(RecordRow.document, *(key.column for key in keys)).join(row, own)
    where = list(conditions(row, query))
    counted = select(func.count()).select_from(RecordRow).join(row, own).where(*where)
    total = session.exec(counted).one()
    facets = facets_of(request, session, resource, query, where) if query.facets else None
    mark = fingerprint(request, query)
    if query.cursor:
        where.append(after_cursor(keys, decode_cursor(query.cursor, mark, len(keys))))
    ordered = rows.where(*where).order_by(*(key.ordering() for key in keys))
    found = session.exec(ordered.limit(query.limit + 1)).all()
    shown, headers, following = found[: query.limit], {}, None
    if len(found) > query.limit:
        following = address(request, cursor=encode_cursor(mark, shown[-1][1:]))
        headers["Link"] = f'<{following}>; rel="next"'
    documents = [absolute(request, document) for document, *_ in shown]
    if form is not Format.JSON:
        body = written(request, resource, documents, form, query.fields)
        return Response(body, headers=headers, media_type=media_type(form))
    items = ",".join(picked(document, query.fields) for document in documents)
    counts = f'"facets":{json.dumps(facets)},' if facets is not None else ""
    body = (
        f'{{"items":[{items}],"total":{total},"next":{json.dumps(following)},'
        f'{counts}"meta":{request.app.state.meta}}}'
    )
    return Response(body, headers=headers, media_type="application/json")


def picked(document: str, fields: Sequence[str]) -> str:
    """A stored answer with only these fields, and its id."""
    if not fields:
        return document
    record = json.loads(document)
    return json.dumps({name: record[name] for name in record if name in fields or name == "id"})


def written(
    request: Request, resource: Resource, documents: list[str], form: Format, fields: Sequence[str]
) -> str:
    """Stored answers as CSV, NDJSON or JSON-LD."""
    if form is Format.NDJSON:
        return "".join(f"{picked(document, fields)}\n" for document in documents)
    records = [json.loads(document) for document in documents]
    if form is Format.CSV:
        columns = fields or list(resource.answer.model_fields)
        return csv_text(records, columns, request.app.state.release.version)
    return json.dumps(graph(records, dataset(request.app)), ensure_ascii=False)


def dataset(app: FastAPI) -> dict[str, Any]:
    """The data set, in the terms of schema.org."""
    state = app.state
    return {
        "@id": f"{state.base_url}/v1",
        "@type": "Dataset",
        "name": "HER2 Facts",
        "url": f"{state.base_url}/v1",
        "version": state.release.version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "dateModified": state.release.date.isoformat(),
    }


def facets_of(
    request: Request,
    session: Session,
    resource: Resource,
    query: ListQuery,
    where: list[ColumnElement[bool]],
) -> dict[str, list[dict[str, Any]]]:
    """The values of each field asked for, with their counts and the address of each."""
    own = col(resource.row.id) == col(RecordRow.id)
    facets = {}
    for name in query.facets:
        column = column_of(resource.row, name)
        counted = select(column, func.count()).select_from(RecordRow).join(resource.row, own)
        if isinstance(column.type, JSON):
            values = func.json_each(column).table_valued("value")
            column = values.c.value
            counted = select(column, func.count()).select_from(RecordRow)
            counted = counted.join(resource.row, own).join(values, true())
        rows = session.execute(counted.where(*where).group_by(column).order_by(column)).all()
        parameter = PARAMETERS.get(name, name)
        facets[name] = [
            {
                "value": value,
                "count": count,
                "url": address(request, facets=None, cursor=None, **{parameter: plain(value)})
                if value is not None
                else None,
            }
            for value, count in rows
        ]
    return facets


def plain(value: Any) -> str:
    """A value as a parameter writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def single(
    request: Request, session: Session, resource: Resource, record_id: str, query: RecordQuery
) -> Response:
    """One record, by its identifier."""
    form = negotiated(request, query.format)
    of_kind = select(RecordRow).where(RecordRow.kind == resource.kind)
    record = session.exec(of_kind.where(RecordRow.id == record_id)).one_or_none()
    if record is None:
        if (gone := session.get(WithdrawnRow, record_id)) and gone.kind == resource.kind:
            withdrawn(record_id, gone.reason, gone.successor)
        ids = select(RecordRow.id).where(RecordRow.kind == resource.kind)
        not_found(resource.kind, record_id, list(session.exec(ids)))
    if form is not Format.JSON:
        documents = [absolute(request, record.document)]
        body = written(request, resource, documents, form, query.fields)
        return Response(body, media_type=media_type(form))
    detail = f",{record.detail[1:]}" if record.detail else "}"
    return with_meta(request, picked(record.document[:-1] + detail, query.fields))
