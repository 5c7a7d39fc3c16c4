"""Make a table for each list of objects in the records of a collection, at any depth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from app.export.table import ITEM, POSITION, RECORD, RECORD_KIND, Row, Table
from app.model.code import Code
from app.model.flat import Column, lists_of_objects, make_columns
from app.model.place import Item
from app.model.resource import Resource

# The lists that every record has. Their tables stand for themselves.
OWN_TABLES = ("citations", "notes")
# Objects that records of several collections have: all are in one table.
SHARED: dict[type[BaseModel], str] = {Code: "codes"}
# Lists of objects, each with the cells that say to whom it belongs.
Lists = Iterable[tuple[tuple[Any, ...], Sequence[Row]]]


def tables_of_lists(records: Mapping[Resource, Sequence[Row]]) -> list[Table]:
    """The tables of all lists of objects; those of one name are one table."""
    merged: dict[str, Table] = {}
    for resource, some in records.items():
        for table in resource_tables(resource, some):
            merged.setdefault(table.name, replace(table, rows=[])).rows.extend(table.rows)
    return list(merged.values())


def resource_tables(resource: Resource, records: Sequence[Row]) -> Iterator[Table]:
    """Yield a table for each list of objects in the records of a collection."""
    singular = resource.singular.replace(" ", "_")
    owner = Column(singular, f"Id of the {resource.singular}.", refers=resource.kind)
    for name, model in lists_of_objects(resource.model).items():
        if name in OWN_TABLES:
            continue
        if shared := SHARED.get(model):
            lists = [((record["id"], resource.kind), record[name]) for record in records]
            yield from tables_of_field(shared, name, model, (RECORD, RECORD_KIND), lists)
        else:
            title = f"{singular}-{name}".replace("_", "-")
            lists_by_id = [((record["id"],), record[name]) for record in records]
            yield from tables_of_field(title, name, model, (owner,), lists_by_id)


def tables_of_field(
    name: str,
    field: str,
    model: type[BaseModel],
    owner: tuple[Column, ...],
    lists: Lists,
    parent: Table | None = None,
) -> Iterator[Table]:
    """Yield the table of a field's lists, and the tables of the lists in their objects."""
    first = (*owner, POSITION)
    own = make_columns(model)
    taken = {column.name for column in (*first, ITEM)}
    shown = [replace(c, name=f"own_{c.name}") if c.name in taken else c for c in own]
    item = (ITEM,) if issubclass(model, Item) else ()
    key = tuple(column.name for column in first if column is not RECORD_KIND)
    columns = (*first, *item, *shown)
    table = Table(name, str(model.__doc__), columns, key, (field,), parent)
    below: dict[str, list[tuple[tuple[Any, ...], Sequence[Row]]]] = {
        inner: [] for inner in lists_of_objects(model)
    }
    for owned_by, objects in lists:
        for number, value in enumerate(objects, 1):
            cells = (*owned_by, number, *key_cell(model, value), *(c.value(value) for c in own))
            table.rows.append(dict(zip((c.name for c in table.columns), cells, strict=True)))
            for inner, values in below.items():
                values.append(((*owned_by, number), value[inner]))
    yield table
    for inner, kind in lists_of_objects(model).items():
        word = name.rpartition("-")[2].removesuffix("s")  # `answer` of `comparison-answers`
        place = Column(f"{word}_position", f"Its `position` in the table `{name}`.", "integer")
        title = f"{name}-{inner}".replace("_", "-")
        yield from tables_of_field(title, field, kind, (*owner, place), below[inner], table)


def key_cell(model: type[BaseModel], value: Row) -> tuple[str, ...]:
    """The cell with the key of an object, if its list has keys."""
    if not issubclass(model, Item):
        return ()
    return (" ".join(str(value[name]) for name in model.key_fields),)
