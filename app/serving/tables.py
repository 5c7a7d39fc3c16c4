"""The flat tables of the data set, read from its files. No HTTP."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from app.resources import RESOURCES
from app.serving.cursors import decode_cursor, encode_cursor, list_digest
from app.serving.errors import nearest_word, raise_not_found
from app.serving.export import PACKAGE, get_file
from app.serving.formats import Format
from app.serving.service import Service, keep_with_service

COLLECTIONS = tuple(resource.kind for resource in RESOURCES)


class TablePage(NamedTuple):
    """Rows of a table, as written in a format."""

    header: bytes  # the line above the rows, if the format has one
    rows: Sequence[bytes]
    cursor: str | None  # where the next page starts, if there is one
    total: int  # number of rows on all pages


@keep_with_service
def table_descriptions(service: Service) -> dict[str, dict[str, Any]]:
    """The description of each table that is no collection, as the Data Package has it."""
    package = json.loads(get_file(service, PACKAGE) or b"{}")
    tables = {table["name"]: table for table in package["resources"]}
    return {name: table for name, table in tables.items() if name not in COLLECTIONS}


def get_rows(
    service: Service, name: str, form: Format, limit: int | None, cursor: str
) -> TablePage:
    """A page of a table, or all that is left of it where there is no limit.

    Raises HTTPException 404 for an unknown table, InvalidParameters for a bad cursor.
    """
    if name not in table_descriptions(service):
        raise_not_found("table", name, nearest_word(name, table_descriptions(service)))
    # A row has its place in one build only.
    digest = list_digest(f"tables/{name}", service.build)
    start = int(decode_cursor(cursor, digest, int)) if cursor else 0
    ending = "csv" if form is Format.CSV else "ndjson"
    lines = (get_file(service, f"{name}.{ending}") or b"").splitlines(keepends=True)
    header = lines.pop(0) if form is Format.CSV else b""
    end = len(lines) if limit is None else start + limit
    following = encode_cursor(digest, end) if end < len(lines) else None
    return TablePage(header, lines[start:end], following, len(lines))
