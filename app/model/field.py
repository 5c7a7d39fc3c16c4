"""Markers on the types of fields, and descriptions that say whether a value may be null."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


@dataclass(frozen=True)
class Unsearched:
    """Marks a field of a seed record whose texts the full-text index leaves out."""


@dataclass(frozen=True)
class AsWritten:
    """Marks a field that may be null and whose description needs no ", or null." at its end."""


UNSEARCHED = Unsearched()
AS_WRITTEN = AsWritten()


def markers(annotation: Any) -> Iterator[Any]:
    """Yield everything that `Annotated` adds to a type, at any depth."""
    for part in get_args(annotation):
        yield part
        yield from markers(part)


def has_marker(info: FieldInfo, marker: type) -> bool:
    """Whether a field's type carries a marker. Pydantic keeps the outermost in `metadata`."""
    return any(isinstance(m, marker) for m in (*info.metadata, *markers(info.annotation)))


def full_description(info: FieldInfo) -> str | None:
    """A field's description, with ", or null." at its end if the value may be null."""
    text = info.description
    is_complete = type(None) not in get_args(info.annotation) or has_marker(info, AsWritten)
    return text if text is None or is_complete else f"{text.removesuffix('.')}, or null."


class Described(BaseModel):
    """A model whose JSON Schema says of every field whether its value may be null."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, info in cls.model_fields.items():
            if info.description and name in properties:
                properties[name]["description"] = full_description(info)
        return schema
