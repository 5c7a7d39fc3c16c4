"""The two routes that every collection has."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, create_model

from app.model.resource import Resource
from app.serving.answers import Page, WithMeta
from app.serving.errors import documented
from app.serving.formats import MEDIA_TYPES, PARTIAL_JSON
from app.serving.parameters import RecordId
from app.serving.query_models import query_model, record_query_model
from app.serving.records import page, single
from app.serving.session import SessionDep


def add_routes(router: APIRouter, resource: Resource) -> None:
    """Serve a collection: its list at /v1/{kind}, a single record at /v1/{kind}/{id}."""
    query_type, record_type = query_model(resource), record_query_model(resource)

    async def list_records(
        request: Request,
        session: SessionDep,
        query: Annotated[query_type, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return page(request, session, resource, query)

    async def get_record(
        request: Request,
        session: SessionDep,
        id: RecordId,
        query: Annotated[record_type, Query()],  # type: ignore[valid-type]
    ) -> Response:
        return single(request, session, resource, id, query)

    router.add_api_route(
        f"/v1/{resource.kind}",
        list_records,
        name=f"list_{resource.plural.replace(' ', '_')}",
        tags=[resource.kind],
        summary=f"List {resource.plural}",
        description=resource.about,
        response_model=page_model(resource),
        responses=good("PartialPage", {"Get": link(resource)}) | documented(406),
    )
    router.add_api_route(
        f"/v1/{resource.kind}/{{id}}",
        get_record,
        name=get_name(resource),
        tags=[resource.kind],
        summary=f"Get a {resource.singular}",
        description=f"One {resource.singular}, each value with the passage that says so.",
        response_model=answer_model(resource),
        responses=good("PartialRecord") | documented(404, 406, 410),
    )


def page_model(resource: Resource) -> type[BaseModel]:
    """What a list answers."""
    answer = resource.answer
    return create_model(
        f"{answer.__name__}Page",
        __base__=Page[answer],  # type: ignore[valid-type]
        __doc__=f"One page of {resource.plural}.",
    )


def answer_model(resource: Resource) -> type[BaseModel]:
    """What a single record answers."""
    more = (resource.detail_model,) if resource.detail_model else ()
    return create_model(
        f"{resource.answer.__name__}Answer",
        __base__=(WithMeta, *more, resource.answer),
        __doc__=f"A {resource.singular}, with the state of the data.",
    )


def get_name(resource: Resource) -> str:
    """The operation that gets a single record."""
    return f"get_{resource.singular.replace(' ', '_')}"


def link(resource: Resource) -> dict[str, Any]:
    """How the OpenAPI document says that a list's items can be got one by one."""
    return {
        "operationId": get_name(resource),
        "description": f"The first {resource.singular} of the page.",
        "parameters": {"id": "$response.body#/items/0/id"},
    }


def good(partial: str, links: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """How the OpenAPI document describes a good answer besides its whole JSON."""
    content = {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES.values()}
    content["application/json"] = {}
    content["application/ld+json"] = {"schema": {"type": "object"}}
    content[PARTIAL_JSON] = {"schema": {"$ref": f"#/components/schemas/{partial}"}}
    return {200: {"content": content, **({"links": links} if links else {})}}
