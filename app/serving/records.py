"""Lists and single records: stored JSON texts are selected and glued."""

import json
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session

from app.model.resource import Resource
from app.serving.answers import absolute, closed_by_meta
from app.serving.cursors import address, decode_cursor, encode_cursor, list_mark, next_link
from app.serving.errors import not_found, withdrawn
from app.serving.formats import PARTIAL_JSON, Format, media_type, negotiated, picked, written
from app.serving.parameters import (
    PARAMETERS,
    ListQuery,
    RecordQuery,
    check_format,
    check_references,
)
from app.store.records import Conditions, conditions, count, count_values, ids, select_page
from app.store.tables import RecordRow, WithdrawnRow


def page(request: Request, session: Session, resource: Resource, query: ListQuery) -> Response:
    """One page of a list of records, in the format asked for."""
    form = negotiated(request, query.format)
    check_format(form, query)
    check_references(session, query)
    where = conditions(resource.row, query.filters())
    met = [*where.values()]
    mark = list_mark(request, query)
    after = decode_cursor(query.cursor, mark) if query.cursor else None
    rows = select_page(session, resource.row, met, query.sort, query.q, after, query.limit + 1)
    shown, following = rows[: query.limit], None
    if len(rows) > query.limit:
        following = address(request, cursor=encode_cursor(mark, shown[-1][1:]))
    documents = [absolute(request.app, row[0]) for row in shown]
    headers = next_link(following)
    if form is not Format.JSON:
        body = written(request.app, resource, documents, form, query.fields)
        return Response(body, headers=headers, media_type=media_type(form))
    total = count(session, resource.row, met)
    items = ",".join(picked(document, query.fields) for document in documents)
    body = f'{{"items":[{items}],"total":{total},"next":{json.dumps(following)}'
    if query.facets:
        facets = {name: facet(request, session, resource, name, where) for name in query.facets}
        body += f',"facets":{json.dumps(facets)}'
    media = PARTIAL_JSON if query.fields else media_type(form)
    return closed_by_meta(request, f"{body}}}", media, headers)


def facet(
    request: Request,
    session: Session,
    resource: Resource,
    name: str,
    where: Conditions,
) -> list[dict[str, Any]]:
    """The values of a field, each with its count and the address of the records that have it."""
    others = [condition for filtered, condition in where.items() if filtered != name]
    parameter = PARAMETERS.get(name, name)
    return [
        {
            "value": value,
            "count": count,
            "url": address(request, facets=None, cursor=None, **{parameter: plain(value)})
            if value is not None
            else None,
        }
        for count, value in count_values(session, resource.row, name, others)
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
        not_found(resource.kind, record_id, ids(session, resource.kind))
    if form is not Format.JSON:
        documents = [absolute(request.app, record.document)]
        body = written(request.app, resource, documents, form, query.fields)
        return Response(body, media_type=media_type(form))
    whole = f"{record.document[:-1]},{record.detail[1:]}" if record.detail else record.document
    media = PARTIAL_JSON if query.fields else media_type(form)
    return closed_by_meta(request, picked(absolute(request.app, whole), query.fields), media)
