"""What all records share, as a seed file writes them and as the API answers them."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator
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
from app.model.field import AS_WRITTEN, UNSEARCHED, Described
from app.model.vocabulary import EDITORIAL, AppliesTo


class RecordSeed(SQLModel):
    """A record in a seed file. A field that states something needs a citation that supports it."""

    model_config = {"extra": "forbid"}

    id: Annotated[Slug, UNSEARCHED] = Field(json_schema_extra=EDITORIAL)
    topic: TopicId | None = Field(None, json_schema_extra=EDITORIAL)
    applies_to: Annotated[AppliesTo | None, UNSEARCHED] = None
    citations: Annotated[list[CitationSeed], UNSEARCHED] = Field(
        min_length=1, json_schema_extra=EDITORIAL
    )
    notes: Annotated[list[NoteSeed], UNSEARCHED] = Field([], json_schema_extra=EDITORIAL)

    @model_validator(mode="after")
    def is_supported(self) -> "RecordSeed":
        supporting = self.citations_by_place()
        missing = []
        for name in self.stated_fields():
            for place in self.item_places(name):
                citations = supporting.get(place, []) + supporting.get(name, [])
                check_trust(citations, place)
                if not citations and name not in missing:
                    missing.append(name)
        if missing:
            raise ValueError(f"no citation supports {', '.join(missing)}")
        return self

    def citations_by_place(self) -> dict[str, list[CitationSeed]]:
        """The citations by the place that they support; raises ValueError for an unknown place."""
        fields = sorted(type(self).model_fields.keys() - {"id", "citations", "notes"})
        places = {*fields, *(place for name in fields for place in self.item_places(name))}
        supporting: dict[str, list[CitationSeed]] = {}
        for number, citation in enumerate(self.citations):
            for name in citation.supports:
                if name not in places:
                    message = f"citations[{number}].supports: no field {name!r}; fields: {fields}"
                    raise ValueError(message)
                supporting.setdefault(name, []).append(citation)
        return supporting

    def item_places(self, name: str) -> list[str]:
        """The places in a field that need support: `route[0]`, `route[1]`, or the field itself."""
        value = getattr(self, name)
        count = len(value) if isinstance(value, list) else 0
        return [f"{name}[{number}]" for number in range(count)] or [name]

    def stated_fields(self) -> Iterator[str]:
        """Yield the names of the fields that state something, which a source must say too."""
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if not (isinstance(extra, dict) and extra.get("x-editorial")):
                value = getattr(self, name)
                if value is not None and value != [] and value != "not-stated":
                    yield name

    def computed(self) -> dict[str, Any]:
        """The fields of the public model that follow from the fields of the seed."""
        return {}


class Link(Described):
    """The address of a record, with its name."""

    id: str = Field(description="Identifier: readable, stable and never reused.")
    url: str = Field(description="Address of the record.")
    name: str = Field(description="Display name.")


# Each collection narrows the field to one word and needs the description again.
KIND: Any = Field(description="The collection that the record belongs to.")


class Identified(Link):
    """Fields that identify a record; each collection narrows `kind` to one word."""

    kind: str = KIND


class Cited(Described):
    """Fields that every record has: its subject and its evidence."""

    applies_to: AppliesTo | None = Field(description="The disease that it is about.")
    topic: Link | None = Field(description="Its topic.")
    citations: list[Citation] = Field(
        description="Citations, each with the fields that it supports; at least one."
    )
    notes: list[Note] = Field(description="Curator's notes; may be empty.")
    as_of: PartialDate | None = Field(description="The newest `as_of` of its citations.")
    stale: Annotated[bool | None, AS_WRITTEN] = Field(
        description="Drugs, tests and survival: whether `as_of` is more than 24 months before the "
        "release; null for other kinds and without a date."
    )
    comparisons: list[Link] = Field(description="The comparisons that it is part of.")
    revision: str = Field(description="Version of the record: it changes whenever its JSON does.")


class Ref(Link):
    """A short reference to a record."""

    kind: str = KIND
    note_kinds: list[NoteKind] = Field(description="Kinds of the curator's notes on it, each once.")
