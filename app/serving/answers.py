"""The envelope of JSON answers: its models for the OpenAPI document, and how JSON texts fill it."""

from collections.abc import Mapping
from typing import Annotated, Generic, TypeVar

from pydantic import ConfigDict, Field

from app.model.field import AS_WRITTEN, Described

DISCLAIMER = (
    "Information about what the cited sources say; not medical advice, not a diagnosis, and no "
    "substitute for a healthcare provider."
)


class Meta(Described):
    """Version, terms and disclaimer of the data set."""

    version: str = Field(description="Version of the data.")
    date: str = Field(description="Date of the data (ISO 8601).")
    digest: str = Field(description="SHA-256 over all records of this version.")
    license: str = Field(description="Terms of the data (SPDX identifier).")
    disclaimer: str = Field(description="What the data must not be taken for.")
    docs: str = Field(description="Address of the documentation.")
    contact: Annotated[str | None, AS_WRITTEN] = Field(
        description="Where to report a mistake; null where the operator names nothing."
    )


class WithMeta(Described):
    """An answer with the version and terms of the data."""

    meta: Meta = Field(description="Version, terms and disclaimer of the data.")


class Citable(Described):
    """A single record with the address by which it is cited."""

    cite_as: Annotated[str | None, AS_WRITTEN] = Field(
        description="Address of the record in this release, which does not change: cite it. Null "
        "where the data are not released yet."
    )


class Listed(Described):
    """The fields around the items of every list."""

    total: int = Field(description="Number of items on all pages together.")
    next: str | None = Field(description="Address of the next page; null on the last one.")


ListItem = TypeVar("ListItem")


class Facet(Described):
    """A value of a field, and how many records have it."""

    value: str | int | float | bool | None = Field(description="The value; null where absent.")
    label: str = Field(description="Label of the value.")
    count: int = Field(description="Number of records at `url`.")
    url: str = Field(description="Address of the same list with this value only.")


class Page(WithMeta, Listed, Generic[ListItem]):
    """One page of a list."""

    items: list[ListItem] = Field(description="The records of this page.")
    facets: dict[str, list[Facet]] = Field(
        {}, description="Values with counts, by field; empty without the parameter `facets`."
    )


class PartialItem(Described):
    """A record with the fields that the parameter `fields` names, as in the whole record."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Identifier; always included.")


class PartialRecord(WithMeta, PartialItem):
    """A record with the fields that the parameter `fields` names, and `meta`."""


class PartialPage(Page[PartialItem]):
    """One page of a list, with the fields that the parameter `fields` names."""


def write_object(members: Mapping[str, bytes | list[bytes]]) -> bytes:
    """A JSON object from its members, of which there are some.

    Their values are JSON texts; a list of texts is an array.
    """
    pieces: list[bytes] = []  # joined at once: to copy large texts takes as long as to find them
    for name, value in members.items():
        texts = (b"[", b",".join(value), b"]") if isinstance(value, list) else (value,)
        pieces += (b',"', name.encode(), b'":', *texts)
    pieces[0] = b'{"'
    return b"".join((*pieces, b"}"))


def add_member(text: bytes, name: str, value: bytes) -> bytes:
    """A JSON object with one more member, whose value is a JSON text; it may not be empty."""
    return b'%s,"%s":%s}' % (text[:-1], name.encode(), value)


def add_meta(text: bytes, meta: bytes) -> bytes:
    """A JSON object with `meta` as its last member."""
    return add_member(text, "meta", meta)
