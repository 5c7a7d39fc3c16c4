"""Columns and tables as SQL has them: what the ORM adds to them takes half the time to compile."""

from typing import TypeVar

from sqlalchemy import Column, Table
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import SQLModel

Held = TypeVar("Held")


def table_of(row: type[SQLModel]) -> Table:
    """The table of a model."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


def col(attribute: Held) -> Column[Held]:
    """The column of a field of a model, by the attribute of its class."""
    assert isinstance(attribute, InstrumentedAttribute)
    column: Column[Held] = attribute.class_.__table__.c[attribute.key]
    return column
