"""Write records as rows of a table: one value a cell, objects spread over columns.

A list of objects has no place in a row: it is a table of its own.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.model.annotation import find_vocabulary, without_null
from app.model.field import full_description
from app.model.source_ref import Referring
from app.model.value import refers_to

# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LINE_END = "\r\n"
EMPTY_LIST = "[]"
TABLE_TYPES: dict[type, str] = {
    bool: "boolean", int: "integer", float: "number", Decimal: "number", date: "date",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a table, in the terms of the Table Schema standard."""

    name: str
    description: str
    type: str = "string"
    words: tuple[str, ...] = ()  # the allowed values, if they are a closed list
    refers: str | None = None  # the kind of record whose id it holds; "*" for any
    path: tuple[str, ...] = ()  # the fields that lead to the value in a record
    many: bool = False  # whether a cell holds several texts

    def value(self, record: Mapping[str, Any]) -> Any:
        """The value of a record: an object that stands for another record is that record's id."""
        value: Any = record
        for name in self.path or (self.name,):
            value = None if value is None else value[name]
        return [as_id(item) for item in value] if isinstance(value, list) else as_id(value)


SOURCE_IDS = Column("source_ids", "Ids of the sources that the record cites.", many=True)
SOURCE_URLS = Column("source_urls", "Addresses of the passages that it cites.", many=True)
DATA_VERSION = Column("data_version", "Version of the data.")


def as_id(value: Any) -> Any:
    """The id of the record that an object stands for, or the value itself."""
    return value["id"] if isinstance(value, dict) and "id" in value else value


def named_kind(field: FieldInfo) -> str | None:
    """The kind of record that a field names by its id, or None."""
    return refers_to(Annotated[field.annotation, *field.metadata, None])


def field_type(annotation: Any) -> tuple[Any, bool]:
    """The type of a field's values, and whether it is a list; `object` where several may be."""
    if get_origin(annotation) is Annotated:
        return field_type(get_args(annotation)[0])
    if (kind := without_null(annotation)) is not annotation:
        others = [part for part in get_args(annotation) if part not in (type(None), kind)]
        return (object, False) if others else field_type(kind)
    if get_origin(annotation) is list:
        return field_type(get_args(annotation)[0])[0], True
    return annotation, False


def is_model(kind: Any) -> bool:
    """Whether a type is a model with fields."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def stands_for_record(kind: Any) -> bool:
    """Whether values of a type are ids in a table: the record itself stands elsewhere."""
    return is_model(kind) and issubclass(kind, Referring)


@cache
def make_columns(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a model; objects are spread, lists of objects left out."""
    columns: list[Column] = []
    for name, field in model.model_fields.items():
        kind, many = field_type(field.annotation)
        if not is_model(kind) or stands_for_record(kind):
            columns.append(make_column(name, field))
        elif not many:
            columns += (spread(name, inner) for inner in make_columns(kind))
    return tuple(columns)


def spread(name: str, inner: Column) -> Column:
    """The column of a field inside an object."""
    path = (name, *(inner.path or (inner.name,)))
    return Column(
        f"{name}_{inner.name}", inner.description, inner.type, inner.words, inner.refers, path,
        inner.many,
    )  # fmt: skip


def make_column(name: str, field: FieldInfo) -> Column:
    """The column of a field."""
    kind, many = field_type(field.annotation)
    words = find_vocabulary(field.annotation)
    refers = kind.refers if stands_for_record(kind) else named_kind(field)
    known = kind if isinstance(kind, type) and not many else str
    type_ = next((text for base, text in TABLE_TYPES.items() if issubclass(known, base)), "string")
    return Column(
        name=name,
        description=full_description(field) or "",
        type="any" if kind is object else type_,
        words=() if many or words is None else tuple(word.value for word in words),
        refers=None if many else refers,
        many=many,
    )


def record_columns(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a collection: its fields, the sources of each record, the data version."""
    columns = make_columns(model)
    first = [column for column in columns if column.name in ("id", "url")]
    others = [column for column in columns if column not in first]
    return (*first, *others, SOURCE_IDS, SOURCE_URLS, DATA_VERSION)


def row_values(
    columns: Iterable[Column], record: Mapping[str, Any], version: str
) -> dict[str, Any]:
    """The row of a record in its collection, by column."""
    citations = record["citations"]
    computed = {
        SOURCE_IDS.name: list(dict.fromkeys(c["source"]["id"] for c in citations)),
        SOURCE_URLS.name: list(dict.fromkeys(c["deep_link"] for c in citations if c["deep_link"])),
        DATA_VERSION.name: version,
    }
    return {c.name: computed[c.name] if c.name in computed else c.value(record) for c in columns}


def lists_of_objects(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The fields of a model that are lists of objects, with the model of these."""
    found = {name: field_type(field.annotation) for name, field in model.model_fields.items()}
    return {
        name: kind
        for name, (kind, many) in found.items()
        if many and is_model(kind) and not stands_for_record(kind)
    }


def write_cell(value: Any) -> str | int | float | Decimal:
    """A value as a cell of CSV. An apostrophe keeps a spreadsheet from running it as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, list):
        value = "; ".join(map(str, value)) or EMPTY_LIST
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


def write_row(values: Iterable[Any]) -> str:
    """A line of CSV (RFC 4180)."""
    file = io.StringIO()
    csv.writer(file, lineterminator=LINE_END).writerow(map(write_cell, values))
    return file.getvalue()


def write_rows(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """Lines of CSV with the names of the columns in the first."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator=LINE_END)
    writer.writerow(column.name for column in columns)
    for row in rows:
        writer.writerow([write_cell(row[column.name]) for column in columns])
    return file.getvalue()
