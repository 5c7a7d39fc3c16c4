"""How code declares a collection (`Resource`), and what its functions get (`Loaded`, `Graph`)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sqlalchemy import JSON, Index
from sqlalchemy.orm import declared_attr
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.model.annotation import value_type
from app.model.citation import Citation, CitationSeed
from app.model.field import FreeText, Names, has_marker
from app.model.in_place import InPlace
from app.model.json_text import BASE_URL
from app.model.record import Cited, Link, RecordSeed, Ref
from app.model.value import Dated, field_refers_to

# Set before the first table is declared: the migrations have these names.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(columns)s%(constraint_name)s",
    # The column, where one vocabulary may be that of several columns.
    "columns": lambda check, _table: "".join(f"{column.name}_" for column in check.columns),
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Value = TypeVar("Value")
SeedType = TypeVar("SeedType", bound=RecordSeed)
# A list in one column, as JSON.
Many = Annotated[list[Value], Column(sa_type=JSON)]


def is_indexed(name: str, field: FieldInfo) -> bool:
    """Whether a list can be filtered by a column of the typed table: a single value, no decimal."""
    kind, many = value_type(field.annotation)
    return name != "id" and not many and kind is not Decimal


def is_named(field: FieldInfo) -> bool:
    """Whether a column holds names: a text that is no date, no id and of no closed list."""
    kind, _ = value_type(field.annotation)
    others = any(has_marker(field, marker) for marker in (Names, FreeText, Dated))
    return kind is str and not others and field_refers_to(field) is None


def named_fields(row: type[BaseModel]) -> list[str]:
    """The columns of a collection that hold names."""
    return [name for name, field in row.model_fields.items() if name != "id" and is_named(field)]


class TableRow(SQLModel):
    """Base of all tables. A server makes no row, so nothing is prepared for it."""

    model_config = {"defer_build": True}


class ManyRow(NamedTuple):
    """One of very many rows: an object of the table's class takes ten times as long to make."""

    table: type[TableRow]
    values: dict[str, Any]


# What `build` writes into a table.
AnyRow = SQLModel | ManyRow


class KindRow(TableRow):
    """Base of the typed tables: the id of the record that a row belongs to."""

    id: str = Column(primary_key=True, foreign_key="record.id")

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        """An index for every column that a list can be filtered by.

        Without row numbers the table is sorted by id, and each index leads straight to the id.
        """
        single = (name for name, field in cls.model_fields.items() if is_indexed(name, field))
        return (*(Index(None, name) for name in single), {"sqlite_with_rowid": False})


@dataclass(frozen=True)
class Relation:
    """Records of another collection that name a record of this one.

    A list shows each as a link, in the answer's field `name`; the single record shows it in place.
    """

    name: str  # the field of the answer
    seed: type[RecordSeed]  # the class of the records
    named_in: str  # their field with the id that they name, or with several
    placed: type[InPlace]  # one of them in place


@dataclass(frozen=True, eq=False)
class Resource:
    """One collection: its classes, how its records are found, and what depends on other records.

    Each name of a field is its name in the seed class.
    """

    kind: str
    singular: str
    plural: str
    about: str
    seed: type[RecordSeed]  # a record as the seed file writes it
    model: type[Cited]  # a record as the API answers it
    row: type[KindRow]  # the typed table, whose columns filter and sort the list
    schema_org: Callable[[dict[str, Any]], dict[str, Any]]  # JSON-LD properties of an answer
    label: str = "name"  # the field with the display name
    columns: tuple[str, ...] = ("name", "sources")  # of a table of its records, on a page
    names: tuple[str, ...] = ()  # fields whose texts find the record by name
    cited_where_named: bool = False  # whether it must cite each document that has a name of it
    synonyms: bool = False  # whether these names mean the same wherever a text has one
    asked: tuple[str, ...] = ()  # other words by which people ask for its records
    # What people say for a word of a closed list, by the word.
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Fields with identifiers that are no `Code`, and their prefix: {"doi": "DOI", "trials.nct_id":
    # "NCT"}. The prefix is empty where the value has it: "BLA 103792".
    identifiers: Mapping[str, str] = field(default_factory=dict)
    receptors: Mapping[str, str] = field(default_factory=dict)  # the status field of each receptor
    stated: tuple[str, ...] = ()  # fields that a comparison shows, as `quantity.value`
    comparable: tuple[str, ...] = ()  # fields that are equal in figures of one series
    ages: bool = False  # whether old evidence makes a record stale
    relations: tuple[Relation, ...] = ()  # what belongs to a record, in collections of its own
    # Fields that depend on other records: part of every answer, or links of the single record only.
    joined: "Callable[[Loaded, Graph], dict[str, Any]] | None" = None
    links: "Callable[[Loaded, Graph], BaseModel] | None" = None
    links_model: type[BaseModel] | None = None


@dataclass(frozen=True)
class Graph:
    """All records by id, and functions that render a citation and an answer."""

    records: "dict[str, Loaded]"
    cite: Callable[[CitationSeed], Citation]
    answer: "Callable[[Loaded], Cited]"

    def related(self, relation: Relation, record: "Loaded") -> "list[Loaded]":
        """The records of a relation that name this one, in reading order."""
        return self.by_name.get((relation, record.seed.id), [])

    @cached_property
    def by_name(self) -> "dict[tuple[Relation, str], list[Loaded]]":
        """The records of each relation by the id that they name."""
        found: dict[tuple[Relation, str], list[Loaded]] = {}
        for relation in {r for record in self.records.values() for r in record.resource.relations}:
            for record in self.by_class.get(relation.seed, ()):
                named = getattr(record.seed, relation.named_in)
                for name in named if isinstance(named, list) else [named]:
                    found.setdefault((relation, name), []).append(record)
        return found

    def refs(self, seed: type[SeedType], is_linked: Callable[[SeedType], bool]) -> list[Ref]:
        """The records of one seed class that meet a condition, in reading order."""
        classes = [found for found in self.by_class if issubclass(found, seed)]
        records = self.by_class[classes[0]] if len(classes) == 1 else self.records.values()
        return [r.ref for r in records if isinstance(r.seed, seed) and is_linked(r.seed)]

    @cached_property
    def by_class(self) -> "dict[type[RecordSeed], list[Loaded]]":
        """The records of each seed class: with many collections the others need no look."""
        found: dict[type[RecordSeed], list[Loaded]] = {}
        for record in self.records.values():
            found.setdefault(type(record.seed), []).append(record)
        return found


@dataclass(frozen=True)
class Loaded:
    """A record of the seed, with its collection and its place in reading order."""

    resource: Resource
    seed: RecordSeed
    position: int

    @property
    def name(self) -> str:
        """The record's display name."""
        return str(getattr(self.seed, self.resource.label))

    @property
    def link(self) -> Link:
        """The address of the record, with its name."""
        return Link(id=self.seed.id, url=self.url, name=self.name)

    @property
    def url(self) -> str:
        """The address of the record, without the public base URL."""
        return f"{BASE_URL}/v1/{self.resource.kind}/{self.seed.id}"

    @property
    def ref(self) -> Ref:
        """A short reference to the record."""
        kind = self.resource.kind
        note_kinds = list(dict.fromkeys(note.kind for note in self.seed.notes))
        return Ref(**dict(self.link), kind=kind, note_kinds=note_kinds)

    @cached_property
    def sources(self) -> set[str]:
        """Identifiers of the sources that the record and its notes cite."""
        notes = (citation for note in self.seed.notes for citation in note.citations)
        return {citation.source for citation in (*self.seed.citations, *notes)}
