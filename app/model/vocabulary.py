"""Closed lists of words: each word carries its meaning, and the database refuses any other."""

import re
from enum import StrEnum
from typing import Any, Self

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import Enum
from sqlmodel import Field

from app.model.labels import make_label

# Marks a field as the curator's ordering: it needs no citation, and the schema says so.
EDITORIAL: dict[str, Any] = {"x-editorial": True}


class Vocabulary(StrEnum):
    """A closed list of words, in their order: `NAME = "word", "what the word means"`.

    A third text is the label that people read, where the word itself does not make a good one.
    """

    meaning: str
    label: str

    def __new__(cls, word: str, meaning: str, label: str | None = None) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        member.label = label or make_label(word)
        return member

    @classmethod
    def kebab_name(cls) -> str:
        """The name of the vocabulary in addresses and schemas: `stage-system`."""
        return re.sub("(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        words = "".join(f"\n- `{member.value}`: {member.meaning}" for member in cls)
        described = handler.resolve_ref_schema(schema)
        described["description"] = f"{cls.__doc__}\n{words}"
        described["x-vocabulary"] = cls.kebab_name()
        described["x-enum-varnames"] = [member.name for member in cls]
        described["x-enum-labels"] = [member.label for member in cls]
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

    HER2_POSITIVE = (
        "her2-positive",
        "HER2-positive breast cancer, at any stage",
        "HER2-positive",
    )
    HER2_POSITIVE_METASTATIC = (
        "her2-positive-metastatic",
        "HER2-positive breast cancer that has spread to distant parts of the body",
        "HER2-positive metastatic",
    )
    METASTATIC_BREAST_CANCER = (
        "metastatic-breast-cancer",
        "breast cancer of any subtype that has spread to distant parts of the body",
    )
    BREAST_CANCER = "breast-cancer", "breast cancer of any subtype and stage"
