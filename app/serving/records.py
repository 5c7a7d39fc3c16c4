"""Get lists and single records by selecting and joining stored JSON. No HTTP."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.exceptions import HTTPException

from app.model.annotation import value_type
from app.model.forms import name_keys
from app.model.json_text import BASE_URL
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.serving.answers import add_member, add_meta
from app.serving.cursors import Place, decode_cursor, encode_cursor, list_digest, raise_bad_cursor
from app.serving.errors import raise_gone, raise_not_found
from app.serving.parameters import LONGEST_ID, ListQuery, fold_id
from app.serving.service import Service
from app.serving.values import reference_parameters, settle_values
from app.store.counts import count_records, count_values
from app.store.lookups import find_keys, find_names_by_id, get_record, get_withdrawal
from app.store.match import parse_query
from app.store.plan import plan_query
from app.store.records import select_page
from app.store.selections import Selection
from app.store.spelling import nearest_spelling


@dataclass(frozen=True)
class RecordPage:
    """One page of a list."""

    ids: Sequence[str]
    texts: Sequence[bytes]  # the JSON of each record, or its row of CSV
    cursor: str | None  # where the next page starts, if there is one
    total: int  # number of records on all pages


LOST_PLACE = "The last record of the previous page was withdrawn; start again without a cursor."


def make_selection(service: Service, resource: Resource, query: ListQuery) -> Selection:
    """The conditions on records that the parameters of a list express."""
    plan = plan_query(service.database, parse_query(query.q)) if query.q else None
    return Selection(resource.kind, resource.row, query.filters(), plan)


def get_page(
    service: Service,
    resource: Resource,
    query: ListQuery,
    limit: int | None,
    shown: str = "json",
) -> RecordPage:
    """One page of a list, or all that is left of it where there is no limit.

    Raises InvalidParameters for an unknown reference or a bad cursor.
    """
    settle_values(service.database, query)
    selection = make_selection(service, resource, query)
    is_ranked = selection.plan is not None and not query.sort
    digest = list_digest(resource.kind, query.conditions())
    after = decode_cursor(query.cursor, digest, int if is_ranked else str) if query.cursor else None
    total = count_records(service.database, selection)
    most = None if limit is None else limit + 1
    try:
        rows = select_page(service.database, selection, query.sort, after, most, total, shown)
    except LookupError:
        raise_lost_place(service, resource, query.cursor, str(after))
    page = rows[:limit]
    cursor = None
    if len(rows) > len(page):
        place: Place = int(after or 0) + len(page) if is_ranked else page[-1][0]
        cursor = encode_cursor(digest, place)
    texts = [service.public(text) for _, text in page]
    return RecordPage([record_id for record_id, _ in page], texts, cursor, total)


def count_facets(
    service: Service, resource: Resource, query: ListQuery
) -> Mapping[str, list[tuple[Any, int]]]:
    """The values of each field in `facets` with their counts, sorted; empty without `facets`."""
    if not query.facets:
        return {}
    counted = count_values(service.database, make_selection(service, resource, query), query.facets)
    return {name: sort_values(query, name, values) for name, values in counted.items()}


def record_names(
    service: Service, query: ListQuery, name: str, values: Sequence[tuple[Any, int]]
) -> Mapping[Any, str]:
    """The names of the records that the values of a field refer to; empty for other fields."""
    if kind := reference_parameters(type(query)).get(name):
        return find_names_by_id(service.database, kind, [value for value, _ in values if value])
    return {}


def sort_values(
    query: ListQuery, name: str, values: list[tuple[Any, int]]
) -> list[tuple[Any, int]]:
    """Sort the values of a field as its vocabulary does, others by letters or size; null last."""
    kind, _ = value_type(type(query).model_fields[name].annotation)
    if issubclass(kind, Vocabulary):
        counts = dict(values)
        words = [*kind, None] if None in counts else list(kind)
        return [(word, counts[word]) for word in words if word in counts]
    return sorted(values, key=lambda pair: (pair[0] is None, sort_key(pair[0])))


def sort_key(value: Any) -> Any:
    """The key to sort a value by; the case of a text counts last."""
    return (value.casefold(), value) if isinstance(value, str) else value or 0


def get_record_text(service: Service, resource: Resource, record_id: str) -> tuple[bytes, bytes]:
    """The JSON of a record as lists answer it, and as it is answered alone.

    Raises HTTPException 404 for an unknown id, 410 for a withdrawn one.
    """
    record = get_record(service.database, resource.kind, record_id)
    if record is None:
        raise_missing(service, resource, record_id)
    return service.public(record.json), service.public(record.single)


def add_cite_as(service: Service, resource: Resource, record_id: str, whole: bytes) -> bytes:
    """The JSON of a record with the address by which it is cited."""
    address = service.cite_as(resource.kind, record_id)
    return add_member(whole, "cite_as", json.dumps(address).encode())


def get_single(service: Service, resource: Resource, record_id: str) -> bytes:
    """The whole answer of a single record; raises HTTPException as `get_record_text`."""
    _, whole = get_record_text(service, resource, record_id)
    return add_meta(add_cite_as(service, resource, record_id, whole), service.meta)


def raise_missing(service: Service, resource: Resource, record_id: str) -> NoReturn:
    """Raise HTTPException 410 if the record was withdrawn, 404 otherwise."""
    if gone := get_withdrawal(service.database, resource.kind, record_id):
        raise_gone(record_id, gone.reason, gone.successor)
    near = find_elsewhere(service, record_id[:LONGEST_ID]) or nearest_spelling(
        service.database, resource.kind, record_id[:LONGEST_ID]
    )
    raise_not_found(resource.singular, record_id, near)


def find_elsewhere(service: Service, name: str) -> str | None:
    """The address of a record of another collection with this id or name, or None."""
    rows = find_keys(service.database, [fold_id(name), *name_keys(name)])
    for scheme in ("id", "name", "stem"):
        for row in rows:
            if row.scheme == scheme:
                return str(json.loads(row.ref)["url"]).replace(BASE_URL, "")
    return None


def raise_lost_place(service: Service, resource: Resource, cursor: str, record_id: str) -> NoReturn:
    """Raise HTTPException 410 if the cursor's record was withdrawn, else InvalidParameters."""
    if get_withdrawal(service.database, resource.kind, record_id):
        raise HTTPException(410, LOST_PLACE)
    raise_bad_cursor(cursor, "should be a cursor from `next`")
