"""What the OpenAPI document says of the two routes of a collection."""

from typing import Any

from pydantic import BaseModel, create_model

from app.model.resource import Resource
from app.serving.answers import Citable, Page, WithMeta
from app.serving.formats import MEDIA_TYPES, PARTIAL_JSON, Format


def page_model(resource: Resource) -> type[BaseModel]:
    """The model of a page of a list, for the OpenAPI document."""
    model = resource.model
    return create_model(
        f"{model.__name__}Page",
        __base__=Page[model],  # type: ignore[valid-type]
        __doc__=f"One page of {resource.plural}.",
    )


def single_model(resource: Resource) -> type[BaseModel]:
    """The model of a single record's answer, for the OpenAPI document."""
    links = (resource.links_model,) if resource.links_model else ()
    return create_model(
        f"{resource.model.__name__}Answer",
        __base__=(WithMeta, Citable, *links, resource.model),
        __doc__=f"A {resource.singular}, with the version of the data.",
    )


def operation_name(resource: Resource) -> str:
    """The name of the operation that gets a single record."""
    return f"get_{resource.singular.replace(' ', '_')}"


def record_link(resource: Resource) -> dict[str, Any]:
    """The OpenAPI link from a list to its first record."""
    link = {
        "operationId": operation_name(resource),
        "description": f"The first {resource.singular} of the page.",
        "parameters": {"id": "$response.body#/items/0/id"},
    }
    return {"Get": link}


def describe_formats(
    partial: str, links: dict[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """The entry for status 200 in `responses` of an operation: the answer in each format."""
    content: dict[str, Any] = {
        name: {"schema": {"type": "string"}} for name in MEDIA_TYPES.values()
    }
    content["application/json"] = {}
    content["application/ld+json"] = {"schema": {"type": "object"}}
    works = {"type": "array", "items": {"type": "object"}}
    content[MEDIA_TYPES[Format.CSL]] = {"schema": works}
    content[PARTIAL_JSON] = {"schema": {"$ref": f"#/components/schemas/{partial}"}}
    return {200: {"content": content, **({"links": links} if links else {})}}
