"""Describe the files by the Data Package standard (https://specs.frictionlessdata.io)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.export.table import Row, Table
from app.model.flat import Column
from app.serving.json_ld import LICENSE_URL
from app.serving.service import SUMMARY, TITLE
from app.store.database import Release

ALL_RECORDS = "records"


def describe_package(
    base_url: str, release: Release, sources: Sequence[Row], tables: Iterable[Table]
) -> dict[str, Any]:
    """Describe the data set and its tables. Bytes and digests come with the public address."""
    known = list(tables)
    names = {table.name for table in known}
    return {
        "profile": "data-package",
        "name": "her2-facts",
        "title": TITLE,
        "description": SUMMARY,
        "version": release.version,
        "created": f"{release.date}T00:00:00Z",
        "homepage": base_url,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": LICENSE_URL,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "sources": [describe_source(source) for source in sources],
        "resources": [describe_resource(table, names) for table in known],
    }


def describe_source(source: Row) -> dict[str, Any]:
    """Describe a source by the Data Package standard."""
    path = {"path": source["document_url"]} if source["document_url"] else {}
    return {"title": source["title"], **path}


def describe_resource(table: Table, names: set[str]) -> dict[str, Any]:
    """Describe a table as a tabular data resource."""
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": len(table.rows),
        "schema": {
            "fields": [describe_column(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": list(foreign_keys(table, names)),
            "missingValues": [""],
        },
    }


def describe_column(column: Column) -> dict[str, Any]:
    """Describe a column by the Table Schema standard."""
    constraints = {"constraints": {"enum": list(column.words)}} if column.words else {}
    return {
        "name": column.name,
        "type": column.type,
        "description": column.description,
        **constraints,
    }


def foreign_keys(table: Table, names: set[str]) -> Iterable[Mapping[str, Any]]:
    """Yield the columns of a table that lead to a row of another one."""
    if table.parent:
        key = list(table.parent.key)
        yield key_reference(list(table.key[: len(key)]), table.parent.name, key)
    for column in table.columns:
        target = ALL_RECORDS if column.refers == "*" else column.refers
        if target in names:
            # An empty name means the table itself.
            yield key_reference([column.name], "" if target == table.name else target, ["id"])


def key_reference(fields: list[str], resource: str, key: list[str]) -> dict[str, Any]:
    """Describe a foreign key by the Table Schema standard."""
    return {"fields": fields, "reference": {"resource": resource, "fields": key}}
