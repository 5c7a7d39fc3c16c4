"""The envelope of JSON answers: models for the OpenAPI document, and how stored texts fill it."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

DISCLAIMER = (
    "Information about what the cited sources say; not medical advice, not a diagnosis, and no "
    "substitute for a healthcare provider."
)


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


def write_object(members: Mapping[str, bytes]) -> bytes:
    """A JSON object of members that are JSON texts already."""
    parts = (b'"%s":%s' % (name.encode(), text) for name, text in members.items())
    return b"{%s}" % b",".join(parts)


def join_objects(first: bytes, second: bytes) -> bytes:
    """One JSON object with the members of two, neither of which is empty."""
    return first[:-1] + b"," + second[1:]


def add_meta(text: bytes, meta: bytes) -> bytes:
    """A JSON object with `meta` as its last member."""
    return text[:-1] + b',"meta":' + meta + b"}"
