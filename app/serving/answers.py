"""JSON answers: stored texts with the state of the data around them."""

from typing import Generic, TypeVar

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.serving.formats import Format, media_type, negotiated


class Meta(BaseModel):
    """What goes for the whole data set."""

    version: str = Field(description="Version of the data.")
    date: str = Field(description="Its date (ISO 8601).")
    digest: str = Field(description="SHA-256 over all records of this version.")
    licence: str = Field(description="Terms of the data (SPDX identifier).")
    disclaimer: str = Field(description="What the data is not.")
    docs: str = Field(description="Address of the documentation.")


class WithMeta(BaseModel):
    """An answer that says which data it comes from."""

    meta: Meta = Field(description="Version, terms and disclaimer of the data.")


Item = TypeVar("Item")


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
