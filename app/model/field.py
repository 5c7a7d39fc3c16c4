"""Markers on the types of fields, and descriptions that say whether a value may be null."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.model.annotation import find_vocabulary
from app.model.labels import make_label


@dataclass(frozen=True)
class Unsearched:
    """Marks a field of a seed record whose texts the full-text index leaves out."""


@dataclass(frozen=True)
class AsWritten:
    """Marks a nullable field whose description already says what null means."""


@dataclass(frozen=True)
class Names:
    """Marks a field that holds names of these things, which the model can't know."""

    things: str


@dataclass(frozen=True)
class FreeText:
    """Marks a field whose text is no name: where no record has it, a list is empty."""


UNSEARCHED = Unsearched()
AS_WRITTEN = AsWritten()
NAMES_COLLECTION = Names("collections")
NAMES_COMPARED_FIELD = Names("compared fields")
FREE_TEXT = FreeText()


def markers(annotation: Any) -> Iterator[Any]:
    """Yield everything that `Annotated` adds to a type, at any depth."""
    for part in get_args(annotation):
        yield part
        yield from markers(part)


def has_marker(info: FieldInfo, marker: type) -> bool:
    """Whether a field's type carries a marker. Pydantic keeps the outermost in `metadata`."""
    return any(isinstance(m, marker) for m in (*info.metadata, *markers(info.annotation)))


def named_things(info: FieldInfo) -> str | None:
    """The things whose names a field holds, or None."""
    found = (*info.metadata, *markers(info.annotation))
    return next((marker.things for marker in found if isinstance(marker, Names)), None)


def full_description(info: FieldInfo) -> str | None:
    """A field's description, with ", or null." at its end if the value may be null."""
    text = info.description
    is_complete = type(None) not in get_args(info.annotation) or has_marker(info, AsWritten)
    return text if text is None or is_complete else f"{text.removesuffix('.')}, or null."


def describe_field(name: str, info: FieldInfo) -> dict[str, Any]:
    """The JSON Schema keywords of a field: label, description and, if it has one, vocabulary."""
    words = find_vocabulary(info.annotation)
    said = {
        "title": make_label(name),
        "description": full_description(info),
        "x-vocabulary": words and words.kebab_name(),
    }
    return {keyword: text for keyword, text in said.items() if text is not None}


class Described(BaseModel, defer_build=True):
    """A model whose JSON Schema labels every field, and says whether its value may be null.

    In an answer every field is present: absent is null. It is prepared when the first is made or
    read: a server needs few of the models, and starts sooner.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, info in cls.model_fields.items():
            if name in properties:
                properties[name] |= describe_field(name, info)
        if handler.mode == "serialization" and properties:
            handler.resolve_ref_schema(schema)["required"] = list(properties)
        return schema


class Strict(Described, extra="forbid"):
    """A model of human input, which rejects unknown fields."""
