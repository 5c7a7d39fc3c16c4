"""What every record shares, as a seed file writes it and as the API answers it."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field, model_validator
from sqlmodel import SQLModel

from app.model.citation import (
    Citation,
    CitationSeed,
    Note,
    NoteKind,
    NoteSeed,
    PartialDate,
    Slug,
    TopicId,
    check_trust,
)
from app.model.vocabulary import EDITORIAL, AppliesTo


class RecordSeed(SQLModel):
    """A record in a seed file. It can't exist with a stated field that no citation supports."""

    model_config = {"extra": "forbid"}

    id: Slug = Field(json_schema_extra=EDITORIAL)
    topic: TopicId | None = Field(None, json_schema_extra=EDITORIAL)
    applies_to: AppliesTo | None = None
    citations: list[CitationSeed] = Field(min_length=1, json_schema_extra=EDITORIAL)
    notes: list[NoteSeed] = Field([], json_schema_extra=EDITORIAL)

    @model_validator(mode="after")
    def is_supported(self) -> "RecordSeed":
        places = dict(self.places())
        supporting: dict[str, list[CitationSeed]] = {}
        for number, citation in enumerate(self.citations):
            for name in citation.supports:
                if name not in places:
                    known = sorted(place for place in places if "[" not in place)
                    raise ValueError(
                        f"citations[{number}].supports: no field {name!r}; fields: {known}"
                    )
                supporting.setdefault(name, []).append(citation)
        missing = []
        for name in self.stated():
            items = [place for place in places if place.startswith(f"{name}[")]
            for place in items or [name]:
                citations = supporting.get(place, []) + supporting.get(name, [])
                if citations:
                    check_trust(citations, place)
                elif name not in missing:
                    missing.append(name)
        if missing:
            raise ValueError(f"no citation supports {', '.join(missing)}")
        return self

    def places(self) -> Iterator[tuple[str, Any]]:
        """What a citation can support: every field, and every item of a list."""
        for name in set(type(self).model_fields) - {"id", "citations", "notes"}:
            value = getattr(self, name)
            yield name, value
            if isinstance(value, list):
                yield from ((f"{name}[{number}]", item) for number, item in enumerate(value))

    def stated(self) -> Iterator[str]:
        """Names of the fields that state something a source must say."""
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if not (isinstance(extra, dict) and extra.get("x-editorial")):
                value = getattr(self, name)
                if value is not None and value != [] and value != "not-stated":
                    yield name

    def derived(self) -> dict[str, Any]:
        """Fields of the answer that follow from the stated ones."""
        return {}


class Identified(BaseModel):
    """How a record is told from others."""

    id: str = Field(description="Readable, stable and never reused.")
    kind: str = Field(description="The collection that the record belongs to.")
    url: str = Field(description="The record's own address.")
    name: str = Field(description="Display name.")


class Cited(BaseModel):
    """What every record says of its subject and of its evidence."""

    applies_to: AppliesTo | None = Field(description="The disease that it speaks of, or null.")
    topic: str | None = Field(description="Identifier of its topic, or null.")
    citations: list[Citation] = Field(description="Where each value comes from; at least one.")
    notes: list[Note] = Field(description="Curator's notes; may be empty.")
    as_of: PartialDate | None = Field(
        description="The date for which its newest dated citation speaks, or null."
    )
    stale: bool | None = Field(
        description="Drugs, tests and survival: whether `as_of` is more than 24 months before the "
        "release; null for other kinds and without a date."
    )
    comparisons: list[str] = Field(description="Ids of the comparisons in which it takes part.")
    version: str = Field(description="Changes when any byte of the record's answer does.")


class Ref(Identified):
    """Another record, in short."""

    note_kinds: list[NoteKind] = Field(description="Kinds of the curator's notes beside it.")

    @classmethod
    def of(cls, document: str) -> "Ref":
        """A record in short, from its stored answer."""
        answer = json.loads(document)
        kinds = [note["kind"] for note in answer["notes"]]
        return cls(**{name: answer[name] for name in Identified.model_fields}, note_kinds=kinds)
