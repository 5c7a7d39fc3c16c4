"""The two routes of every collection: its list and a single record."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.model.json_text import UnreadRecord, read_json
from app.model.resource import Resource
from app.pages.filters import facet_names
from app.pages.listing import DRAWN, list_page
from app.pages.record import record_page
from app.serving.addresses import Address
from app.serving.answers import add_meta, write_object
from app.serving.cursors import next_link
from app.serving.docs.descriptions import (
    describe_formats,
    operation_name,
    page_model,
    record_link,
    single_model,
)
from app.serving.drawn import ask_whole, list_drawn
from app.serving.errors import describe_problems
from app.serving.formats import (
    PAGES,
    TOTAL,
    Format,
    content_type,
    file_headers,
    join_csv,
    pick_fields,
    write_records,
)
from app.serving.json_ld import describe_record, write_nodes
from app.serving.library import Library
from app.serving.pages import page_response
from app.serving.parameters import (
    ListQuery,
    RecordId,
    RecordQuery,
    check_format,
    page_parameters,
)
from app.serving.queries import list_parameters, parameter_text
from app.serving.query_models import query_model, record_query_model
from app.serving.records import (
    add_cite_as,
    count_facets,
    get_page,
    get_record_text,
    record_names,
)
from app.serving.routes.direct import DirectRoute
from app.serving.routes.requests import ServiceDep, own_address, read_format
from app.serving.service import Service


def add_routes(router: APIRouter, resource: Resource) -> None:
    """Add the routes of a collection: its list at /v1/{kind}, a record at /v1/{kind}/{id}."""
    query_type, record_type = query_model(resource), record_query_model(resource)

    async def serve_list(
        request: Request,
        service: ServiceDep,
        query: Annotated[query_type, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return answer_list(request, service, resource, query)

    async def serve_record(
        request: Request,
        service: ServiceDep,
        id: RecordId,
        query: Annotated[record_type, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return answer_record(request, service, resource, id, query)

    router.add_api_route(
        f"/v1/{resource.kind}",
        serve_list,
        route_class_override=DirectRoute,
        name=f"list_{resource.plural.replace(' ', '_')}",
        tags=[resource.kind],
        summary=f"List {resource.plural}",
        description=resource.about,
        response_model=page_model(resource),
        responses=describe_formats("PartialPage", record_link(resource)) | describe_problems(406),
    )
    router.add_api_route(
        f"/v1/{resource.kind}/{{id}}",
        serve_record,
        route_class_override=DirectRoute,
        name=operation_name(resource),
        tags=[resource.kind],
        summary=f"Get a {resource.singular}",
        description=f"One {resource.singular}, each value with the passage that says so.",
        response_model=single_model(resource),
        responses=describe_formats("PartialRecord") | describe_problems(307, 308, 404, 406, 410),
    )


def answer_list(
    request: Request, service: Service, resource: Resource, query: ListQuery
) -> Response:
    """Answer with a page of a list, in the format that the request accepts."""
    form = read_format(request, query)
    check_format(form, query, resource)
    if form in PAGES:
        return show_list(request, service, resource, query, form)
    if form is Format.JSON:
        here = Address(service.base_url, f"/v1/{resource.kind}", list_parameters(query))
        body, headers = write_list(here, service, resource, query)
        return Response(body, headers=headers, media_type=content_type(form, query.fields))
    is_stored = form is Format.CSV and not query.fields
    shown = "csv" if is_stored else "json"
    page = get_page(service, resource, query, query.page_limit(form), shown)
    here = Address(service.base_url, f"/v1/{resource.kind}", page_parameters(form, query))
    headers = next_link(here.next_page(page.cursor))
    headers |= {TOTAL: str(page.total)} | file_headers(form, resource.kind)
    if is_stored:
        body = join_csv(resource, page.texts)
    else:
        body = write_records(service, resource, page.texts, form, query.fields)
    return Response(body, headers=headers, media_type=content_type(form))


def write_list(
    here: Address, service: Service, resource: Resource, query: ListQuery
) -> tuple[bytes, dict[str, str]]:
    """The JSON of a page of a list, and the header that leads to the next one."""
    page = get_page(service, resource, query, query.limit)
    following = here.next_page(page.cursor)
    members: dict[str, bytes | list[bytes]] = {
        "items": [pick_fields(text, query.fields) for text in page.texts],
        "total": b"%d" % page.total,
        "next": json.dumps(following).encode(),
        "facets": json.dumps(list_facets(here, service, resource, query)).encode(),
        "meta": service.meta,
    }
    return write_object(members), next_link(following)


def show_list(
    request: Request, service: Service, resource: Resource, query: ListQuery, form: Format
) -> Response:
    """Answer with the page of a list: its JSON with all filters counted, as a person reads it."""
    here = own_address(request, service, query)
    asked = ask_whole(resource, query)
    found = get_page(service, resource, asked, asked.limit)
    following = here.next_page(found.cursor)
    counted = query.model_copy(update={"facets": facet_names(resource)})
    answer = {
        # A row that is kept needs no record.
        "items": list(map(UnreadRecord, found.ids, found.texts)),
        "total": found.total,
        "next": following,
        "facets": list_facets(here, service, resource, counted),
    }
    is_drawn = resource.kind in DRAWN and not query.cursor
    drawn = list_drawn(service, resource, query, found) if is_drawn else []
    page = list_page(resource, answer, here.whole, query.fields, Library(service), drawn)
    # The data of a page have all that it shows.
    is_longer = len(found.texts) > query.limit
    data = own_address(request, service, asked).whole if is_longer else here.whole
    return page_response(request, service, page, form, data, Format, next_link(following))


def show_record(
    request: Request,
    service: Service,
    resource: Resource,
    body: bytes,
    form: Format,
) -> Response:
    """Answer with the page of a record, which has its JSON-LD inside."""
    answer, library = read_json(body), Library(service)
    page = record_page(resource, answer, library, library.linker(answer["url"]))
    if form is Format.HTML:
        page.json_ld = write_nodes(service, [describe_record(answer, resource.schema_org(answer))])
    return page_response(request, service, page, form, answer["url"], Format)


def list_facets(
    here: Address, service: Service, resource: Resource, query: ListQuery
) -> dict[str, list[dict[str, Any]]]:
    """The values of each field in `facets`, with the address of the records that have each."""
    facets = {}
    for name, values in count_facets(service, resource, query).items():
        names = record_names(service, query, name, values)
        address = here.with_value(name)
        facets[name] = [
            {
                "value": value,
                "label": names.get(value) or value_label(value),
                "count": count,
                "url": absent_url(here, query, name)
                if value is None
                else address(parameter_text(value)),
            }
            for value, count in values
        ]
    return facets


def absent_url(here: Address, query: ListQuery, name: str) -> str:
    """The address of the same list without a value of a field only."""
    others = [field for field in query.absent if field != name]
    return here.with_value(name, "absent")(",".join([*others, name]))


def value_label(value: Any) -> str:
    """A value as people write it."""
    words = {None: "None", True: "Yes", False: "No"}
    known = value is None or isinstance(value, bool)
    return words[value] if known else str(getattr(value, "label", value))


def answer_record(
    request: Request, service: Service, resource: Resource, record_id: str, query: RecordQuery
) -> Response:
    """Answer with a single record, in the format that the request accepts."""
    form = read_format(request, query)
    check_format(form, query, resource)
    record, whole = get_record_text(service, resource, record_id)
    address = service.cite_as(resource.kind, record_id)
    headers = {"Link": f'<{address}>; rel="cite-as"'} if address else {}
    # A page shows the records that belong to one from their own answers, not from those in place.
    shown = record if form in PAGES and resource.relations else whole
    cited = add_cite_as(service, resource, record_id, shown)
    if form in PAGES:
        return show_record(request, service, resource, add_meta(cited, service.meta), form)
    if form is not Format.JSON:
        body = write_records(service, resource, [record], form, query.fields)
        headers |= file_headers(form, record_id)
        return Response(body, headers=headers, media_type=content_type(form))
    body = add_meta(pick_fields(cited, query.fields), service.meta)
    return Response(body, headers=headers, media_type=content_type(form, query.fields))
