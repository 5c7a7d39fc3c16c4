"""A collection as code declares it: its models, its typed table, and what follows from them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, create_model
from sqlalchemy import JSON
from sqlalchemy.orm import declared_attr
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.model.citation import Citation, CitationSeed
from app.model.record import Cited, Identified, RecordSeed, Ref

# Set before the first table is declared: the migrations have these names.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Item = TypeVar("Item")
# A list in one column, as JSON.
Many = Annotated[list[Item], Column(sa_type=JSON)]


class KindRow(SQLModel):
    """What the typed table of every kind has: the record that it belongs to."""

    id: str = Column(primary_key=True, foreign_key="record.id")

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()


def stem(fields: type[BaseModel]) -> str:
    """`RiskFactor` of `RiskFactorFields`."""
    return re.sub("(Fields|Columns)$", "", fields.__name__)


def table_of(fields: type[BaseModel], *names: str) -> type[KindRow]:
    """The typed table of a collection: the fields that its list is filtered by, or all of them."""
    columns: Any = {
        name: (fields.model_fields[name].annotation, fields.model_fields[name])
        for name in names or fields.model_fields
    }
    name = f"{stem(fields)}Row"
    return create_model(name, __base__=KindRow, __cls_kwargs__={"table": True}, **columns)


def seed_of(fields: type[BaseModel]) -> type[RecordSeed]:
    """A record with these fields, as a seed file writes it."""
    return create_model(f"{stem(fields)}Seed", __base__=(fields, RecordSeed))  # type: ignore[arg-type]


def answer_of(fields: type[BaseModel], about: str) -> type[Cited]:
    """A record with these fields, as the API answers it."""
    return create_model(stem(fields), __base__=(Cited, fields, Identified), __doc__=about)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Resource:
    """One collection: what its seed file holds, its table and its answer."""

    kind: str
    singular: str
    plural: str
    about: str
    seed: type[RecordSeed]
    row: type[KindRow]
    answer: type[Cited]
    schema_org: Callable[[dict[str, Any]], dict[str, Any]]  # type and properties of its answer
    expand: "Callable[[Loaded, Graph], dict[str, Any]] | None" = None  # from other records
    detail: "Callable[[Loaded, list[Loaded]], BaseModel] | None" = None
    detail_model: type[BaseModel] | None = None
    label: str = "name"  # the field that is its display name
    ages: bool = False  # whether old evidence makes a record stale


@dataclass(frozen=True)
class Graph:
    """All records by id, with what a field needs of the others' answers."""

    records: dict[str, "Loaded"]
    cite: Callable[[CitationSeed], Citation]


@dataclass(frozen=True)
class Loaded:
    """A record as it was read from its seed file."""

    resource: Resource
    seed: RecordSeed
    position: int

    @property
    def name(self) -> str:
        """The record's display name."""
        return str(getattr(self.seed, self.resource.label))

    @property
    def ref(self) -> Ref:
        """The record, in short."""
        kind = self.resource.kind
        url = f"/v1/{kind}/{self.seed.id}"
        note_kinds = [note.kind for note in self.seed.notes]
        return Ref(id=self.seed.id, kind=kind, url=url, name=self.name, note_kinds=note_kinds)

    @property
    def sources(self) -> set[str]:
        """Identifiers of the sources that it and its notes cite."""
        notes = (citation for note in self.seed.notes for citation in note.citations)
        return {citation.source for citation in (*self.seed.citations, *notes)}
