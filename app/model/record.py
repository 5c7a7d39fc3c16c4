"""What all records share, as a seed file writes them and as the API answers them."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator
from sqlmodel import SQLModel

from app.model.citation import Citation, CitationSeed
from app.model.field import AS_WRITTEN, UNSEARCHED, Described
from app.model.note import Note, NoteKind, NoteSeed
from app.model.rule import Broken, RulesBroken, find_broken_rules
from app.model.source_ref import Referring
from app.model.support import find_equal_keys, find_unknown_places, find_unsupported
from app.model.value import PartialDate, Slug, TopicId
from app.model.vocabulary import EDITORIAL, AppliesTo


class RecordSeed(SQLModel):
    """A record in a seed file. A field that states something needs a citation that supports it."""

    # Prepared when the first is read: a server reads none.
    model_config = {"extra": "forbid", "defer_build": True}

    id: Annotated[Slug, UNSEARCHED] = Field(
        description="Identifier: readable, unique in all files, never changed or reused.",
        json_schema_extra=EDITORIAL,
    )
    topic: TopicId | None = Field(
        None,
        description="Its topic; only topics and sources have none.",
        json_schema_extra=EDITORIAL,
    )
    applies_to: Annotated[AppliesTo | None, UNSEARCHED] = Field(
        None, description="The disease that it is about."
    )
    citations: Annotated[list[CitationSeed], UNSEARCHED] = Field(
        min_length=1,
        description="Citations, each with the fields that it supports.",
        json_schema_extra=EDITORIAL,
    )
    notes: Annotated[list[NoteSeed], UNSEARCHED] = Field(
        [],
        description="The curator's notes on it.",
        json_schema_extra=EDITORIAL,
    )

    @model_validator(mode="after")
    def check_rules(self) -> "RecordSeed":
        if broken := list(self.broken_rules(frozenset())):
            raise RulesBroken(broken)
        return self

    def broken_rules(self, faulty: frozenset[str]) -> Iterator[Broken]:
        """Yield what is wrong across fields; `faulty` names those that are wrong by themselves."""
        yield from find_broken_rules(self, faulty)
        yield from find_unsupported(self, faulty)
        yield from find_unknown_places(self, faulty)
        yield from find_equal_keys(self, faulty)

    @classmethod
    def citable_fields(cls) -> list[str]:
        """The fields that a citation can support and a note can be about."""
        return [name for name in cls.model_fields if name not in ("id", "citations", "notes")]

    def fields_to_support(self) -> Iterator[str]:
        """Yield the names of the fields that need a citation: their value states something."""
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if not (isinstance(extra, dict) and extra.get("x-editorial")):
                value = getattr(self, name, None)
                if value not in (None, [], "not-stated", ["not-stated"]):
                    yield name


class Link(Referring):
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
        description="Drugs, warnings, tests and survival: whether `as_of` is more than 24 months "
        "before the release; null for other kinds and without a date."
    )
    comparisons: list[Link] = Field(description="The comparisons that it is part of.")
    revision: str = Field(description="Version of the record: it changes whenever its JSON does.")


class Ref(Link):
    """A short reference to a record."""

    kind: str = KIND
    note_kinds: list[NoteKind] = Field(description="Kinds of the curator's notes on it, each once.")
