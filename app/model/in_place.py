"""Records in place, inside the answer of a record that they belong to.

What is said around them is said once: they leave out what the record itself says, what is computed
and what is null, name other records by their ids, and share the passages that they cite.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field, GetJsonSchemaHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.model.citation import Citation, CitationSeed, DeepLink, ReadPassage, SupportedFields
from app.model.field import Described
from app.model.note import NoteFields
from app.model.record import RecordSeed
from app.model.source_ref import SourceIdentity, SourcePublisher, SourceState
from app.model.vocabulary import AppliesTo


class ShortSource(SourceState, SourcePublisher, SourceIdentity):
    """The source of a passage: its address is in the link there, its title in `/v1/sources`."""


class ShortSourceField(Described):
    """The source of a passage."""

    source: ShortSource = Field(description="The source.")


class CitedPassage(DeepLink, ReadPassage, ShortSourceField):
    """A passage that records in place cite: a citation without what it supports.

    Where a copy was read is in the record itself, at its own address.
    """


class ShortCitation(SupportedFields):
    """The citation of a record in place: which fields it supports, and which passage says so."""

    cited: int = Field(ge=0, description="Place of the passage in `cited`, counted from 0.")


class ShortNote(NoteFields):
    """A curator's note beside a record in place, with its citations."""

    citations: list[ShortCitation] = Field(description="Citations that support the note.")


def can_be_null(schema: JsonSchemaValue) -> bool:
    """Whether the schema of a field allows null."""
    return {"type": "null"} in schema.get("anyOf", ())


def without_null_choice(schema: JsonSchemaValue, description: str | None) -> JsonSchemaValue:
    """The schema of a field that is left out instead of being null."""
    choices = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    known = choices[0] if len(choices) == 1 else {"anyOf": choices}
    rest = {word: schema[word] for word in schema if word not in ("anyOf", "default")}
    return known | rest | {"description": description}


class Short(Described):
    """A model that leaves out every field without a value, so that none of its fields is null."""

    leave_out = model_serializer(mode="wrap")(
        lambda self, write: {n: value for n, value in write(self).items() if value is not None}
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = super().__get_pydantic_json_schema__(core, handler)
        described = handler.resolve_ref_schema(schema)
        properties = described["properties"]
        optional = [name for name in properties if can_be_null(properties[name])]
        for name in optional:
            text = cls.model_fields[name].description
            properties[name] = without_null_choice(properties[name], text)
        described["required"] = [name for name in properties if name not in optional]
        return schema


class ShortName(Described):
    """What identifies a record in place: its collection has the name of the list."""

    id: str = Field(description="Identifier: `/v1/{list}/{id}` is the address of the record.")
    name: str = Field(description="Display name.")


class InPlace(Short):
    """What every record in place has: its subject and its evidence."""

    applies_to: AppliesTo | None = Field(description="The disease that it is about.")
    citations: list[ShortCitation] = Field(
        description="Citations, each with the fields that it supports; at least one."
    )
    notes: list[ShortNote] = Field(description="Curator's notes; may be empty.")


class PassageList:
    """The passages that records in place cite, each once, in the order of their first use."""

    def __init__(self, cite: Callable[[CitationSeed], Citation]) -> None:
        self.cite = cite
        self.places: dict[str, int] = {}
        self.passages: list[CitedPassage] = []

    def short(self, seeds: Sequence[CitationSeed]) -> list[ShortCitation]:
        """Citations by the places of their passages, which are added where they are new."""
        return [ShortCitation(supports=seed.supports, cited=self.place(seed)) for seed in seeds]

    def place(self, seed: CitationSeed) -> int:
        """The place of the passage of a citation."""
        passage = CitedPassage.model_validate(self.cite(seed).model_dump())
        key = passage.model_dump_json()
        if key not in self.places:
            self.places[key] = len(self.passages)
            self.passages.append(passage)
        return self.places[key]

    def evidence(self, seed: RecordSeed) -> dict[str, Any]:
        """The citations and notes of a record in place."""
        notes = [
            ShortNote(**dict(note) | {"citations": self.short(note.citations)})
            for note in seed.notes
        ]
        return {"citations": self.short(seed.citations), "notes": notes}
