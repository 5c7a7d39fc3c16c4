"""Closed lists of words: each word carries its meaning, and the database refuses any other."""

from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import Enum
from sqlmodel import Field

from app.model.field import Described

# Marks a field as the curator's ordering: it needs no citation, and the schema says so.
EDITORIAL: dict[str, Any] = {"x-editorial": True}


class Strict(Described):
    """A model of human input, which rejects unknown fields."""

    model_config = ConfigDict(extra="forbid")


class Vocabulary(StrEnum):
    """A closed list of words. Each member is written as `NAME = "word", "what the word means"`."""

    meaning: str

    def __new__(cls, word: str, meaning: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        words = "".join(f"\n- `{member.value}`: {member.meaning}" for member in cls)
        handler.resolve_ref_schema(schema)["description"] = f"{cls.__doc__}\n{words}"
        return schema

    @classmethod
    def field(cls, description: str, *, default: Any = ..., editorial: bool = False) -> Any:
        """A field that holds one of the words; as a column it has a CHECK in the database."""
        words = Enum(
            cls,
            name=cls.__name__,
            values_callable=lambda members: [member.value for member in members],
            native_enum=False,
            create_constraint=True,
        )
        extra = {"json_schema_extra": EDITORIAL} if editorial else None
        return Field(default, description=description, sa_type=words, schema_extra=extra)


class AppliesTo(Vocabulary):
    """The disease that a record is about."""

    HER2_POSITIVE = "her2-positive", "HER2-positive breast cancer, at any stage"
    HER2_POSITIVE_METASTATIC = (
        "her2-positive-metastatic",
        "HER2-positive breast cancer that has spread to distant parts of the body",
    )
    METASTATIC_BREAST_CANCER = (
        "metastatic-breast-cancer",
        "breast cancer of any subtype that has spread to distant parts of the body",
    )
    BREAST_CANCER = "breast-cancer", "breast cancer of any subtype and stage"
