"""Lists and single records: stored JSON texts are selected and glued."""

import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, ColumnElement, func, true
from sqlmodel import Session, col, select

from app.errors import not_found, withdrawn
from app.formats import PARTIAL_JSON, Format, csv_text, media_type, negotiated
from app.fulltext import is_searchable, ranked
from app.json_ld import node
from app.paging import (
    SortKey,
    address,
    after_cursor,
    decode_cursor,
    encode_cursor,
    list_mark,
    next_link,
)
from app.queries import (
    PARAMETERS,
    ListQuery,
    RecordQuery,
    check_format,
    check_references,
    column_of,
    conditions,
)
from app.records import Resource, WithMeta
from app.tables import RecordRow, WithdrawnRow

Item = TypeVar("Item")

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Facet(BaseModel):
    """One value of a field."""

    value: str | int | float | bool | None = Field(description="The value; null where absent.")
    count: int = Field(description="Number of records at `url`: that have it, and fit the rest.")
    url: str | None = Field(description="The same list, with this value only; null for null.")


class Page(WithMeta, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The records of this page.")
    total: int = Field(description="Number of records in all pages together.")
    next: str | None = Field(description="Address of the next page; null on the last one.")
    facets: dict[str, list[Facet]] = Field(
        {}, description="Values with counts, by field; only where `facets` asks for it."
    )


class PartialItem(BaseModel):
    """A record with only the fields asked for, each as in the whole record."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Identifier; it is always in.")


class PartialRecord(WithMeta, PartialItem):
    """A record with only the fields asked for, and the state of the data."""


class PartialPage(Page[PartialItem]):
    """One page of a list, with only the fields asked for."""


def absolute(app: FastAPI, text: str) -> str:
    """Stored texts write our own addresses from the root; here they get the public host."""
    return text.replace('"/v1', f'"{app.state.base_url}/v1')


def with_meta(request: Request, document: str, headers: dict[str, str] | None = None) -> Response:
    """A JSON object as an answer, with the state of the data; refuses to be another format."""
    negotiated(request, None, [Format.JSON])
    return closed_by_meta(
        request, absolute(request.app, document), media_type(Format.JSON), headers
    )


def closed_by_meta(
    request: Request, document: str, media: str, headers: dict[str, str] | None = None
) -> Response:
    """A JSON object as an answer, with the state of the data as its last field."""
    body = f'{document[:-1]},"meta":{request.app.state.meta}}}'
    return Response(body, headers=headers, media_type=media)


def page(request: Request, session: Session, resource: Resource, query: ListQuery) -> Response:
    """One page of a list of records, in the format asked for."""
    form = negotiated(request, query.format)
    check_format(form, query)
    check_references(session, query)
    where = conditions(resource.row, query)
    documents, following = selected(request, session, resource, query, [*where.values()])
    headers = next_link(following)
    if form is not Format.JSON:
        body = written(request.app, resource, documents, form, query.fields)
        return Response(body, headers=headers, media_type=media_type(form))
    own = col(resource.row.id) == col(RecordRow.id)
    counted = select(func.count()).select_from(RecordRow).join(resource.row, own)
    total = session.exec(counted.where(*where.values())).one()
    items = ",".join(picked(document, query.fields) for document in documents)
    body = f'{{"items":[{items}],"total":{total},"next":{json.dumps(following)}'
    if query.facets:
        facets = {name: facet(request, session, resource, name, where) for name in query.facets}
        body += f',"facets":{json.dumps(facets)}'
    media = PARTIAL_JSON if query.fields else media_type(form)
    return closed_by_meta(request, f"{body}}}", media, headers)


def selected(
    request: Request,
    session: Session,
    resource: Resource,
    query: ListQuery,
    where: list[ColumnElement[bool]],
) -> tuple[list[str], str | None]:
    """The stored answers of one page, and the address of the next."""
    own = col(resource.row.id) == col(RecordRow.id)
    keys = [
        SortKey(column_of(resource.row, key.removeprefix("-")), descending=key.startswith("-"))
        for key in query.sort
    ]
    rows = select(RecordRow.document).join(resource.row, own)
    if not keys and is_searchable(query.q):
        found = ranked(query.q)
        rows = rows.join(found, found.c.id == col(RecordRow.id))
        keys = [SortKey(found.c.score), SortKey(col(RecordRow.position))]
    keys = [*(keys or [SortKey(col(RecordRow.position))]), SortKey(col(RecordRow.id))]
    mark = list_mark(request, query)
    if query.cursor:
        values = decode_cursor(query.cursor, mark)
        where = [*where, after_cursor(keys, values)]
    rows = rows.add_columns(*(key.column for key in keys))  # type: ignore[assignment]
    ordered = rows.where(*where).order_by(*(key.ordering() for key in keys))
    fetched = session.execute(ordered.limit(query.limit + 1)).all()
    shown, following = fetched[: query.limit], None
    if len(fetched) > query.limit:
        following = address(request, cursor=encode_cursor(mark, shown[-1][1:]))
    return [absolute(request.app, document) for document, *_ in shown], following


def picked(document: str, fields: Sequence[str]) -> str:
    """A stored answer with only these fields, and its id."""
    if not fields:
        return document
    record = json.loads(document)
    chosen = {name: record[name] for name in record if name in fields or name == "id"}
    return json.dumps(chosen, ensure_ascii=False)


def written(
    app: FastAPI, resource: Resource, documents: list[str], form: Format, fields: Sequence[str] = ()
) -> str:
    """Stored answers as CSV, NDJSON or JSON-LD."""
    if form is Format.NDJSON:
        return "".join(f"{picked(document, fields)}\n" for document in documents)
    if form is Format.CSV:
        records = [json.loads(document) for document in documents]
        # Unless they are asked for, citations are told by their addresses.
        columns = fields or [name for name in resource.answer.model_fields if name != "citations"]
        return csv_text(records, columns, app.state.release.version)
    return json_ld(app, {resource: documents})


def json_ld(app: FastAPI, documents: dict[Resource, list[str]]) -> str:
    """Stored answers as one JSON-LD document, with the data set that they belong to."""
    nodes = [
        node(record, resource.schema_org(record))
        for resource, some in documents.items()
        for record in map(json.loads, some)
    ]
    document = {"@context": {"@vocab": "https://schema.org/"}, "@graph": [dataset(app), *nodes]}
    return json.dumps(document, ensure_ascii=False)


def dataset(app: FastAPI) -> dict[str, Any]:
    """The data set, in the terms of schema.org."""
    state = app.state
    return {
        "@id": f"{state.base_url}/v1",
        "@type": "Dataset",
        "name": "HER2 Facts",
        "description": app.summary,
        "url": f"{state.base_url}/v1",
        "version": state.release.version,
        "license": LICENCE,
        "dateModified": state.release.date.isoformat(),
    }


def facet(
    request: Request,
    session: Session,
    resource: Resource,
    name: str,
    where: dict[str, ColumnElement[bool]],
) -> list[dict[str, Any]]:
    """The values of a field, each with its count and the address of the records that have it."""
    own = col(resource.row.id) == col(RecordRow.id)
    column = column_of(resource.row, name)
    source = select(func.count()).select_from(RecordRow).join(resource.row, own)
    if isinstance(column.type, JSON):
        values = func.json_each(column).table_valued("value")
        column, source = values.c.value, source.join(values, true())
    others = [condition for filtered, condition in where.items() if filtered != name]
    counted = source.add_columns(column).where(*others).group_by(column).order_by(column)
    parameter = PARAMETERS.get(name, name)
    return [
        {
            "value": value,
            "count": count,
            "url": address(request, facets=None, cursor=None, **{parameter: plain(value)})
            if value is not None
            else None,
        }
        for count, value in session.execute(counted)
    ]


def plain(value: Any) -> str:
    """A value as a parameter writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def single(
    request: Request, session: Session, resource: Resource, record_id: str, query: RecordQuery
) -> Response:
    """One record, by its identifier."""
    form = negotiated(request, query.format)
    check_format(form, query)
    record = session.get(RecordRow, record_id)
    if record is None or record.kind != resource.kind:
        if (gone := session.get(WithdrawnRow, record_id)) and gone.kind == resource.kind:
            withdrawn(record_id, gone.reason, gone.successor)
        ids = select(RecordRow.id).where(RecordRow.kind == resource.kind)
        not_found(resource.kind, record_id, list(session.exec(ids)))
    if form is not Format.JSON:
        documents = [absolute(request.app, record.document)]
        body = written(request.app, resource, documents, form, query.fields)
        return Response(body, media_type=media_type(form))
    whole = f"{record.document[:-1]},{record.detail[1:]}" if record.detail else record.document
    media = PARTIAL_JSON if query.fields else media_type(form)
    return closed_by_meta(request, picked(absolute(request.app, whole), query.fields), media)
