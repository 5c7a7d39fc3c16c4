"""Which records belong to another one: the warnings, approvals and products of a drug."""

import json
from collections.abc import Sequence
from functools import cache

from sqlmodel import SQLModel

from app.store.database import Database, compile_text

OWNERS = "SELECT id FROM record WHERE rowid IN (SELECT value FROM json_each(:numbers))"


@cache
def belonging_sql() -> str:
    """SQL for the records whose typed table names one of the owners."""
    typed = [
        table
        for table in SQLModel.metadata.tables.values()
        if "id" in table.columns and table.columns["id"].foreign_keys
    ]
    owned = " UNION ALL ".join(
        f"SELECT {table.name}.id FROM {table.name} JOIN owner ON owner.id = {table.name}.{key.name}"
        for table in typed
        for key in table.columns
        if key.foreign_keys and key.name != "id"
    )
    return f"WITH owner AS ({OWNERS}) SELECT rowid FROM record WHERE id IN ({owned})"


def find_belonging(database: Database, numbers: Sequence[int]) -> list[int]:
    """The row numbers of the records that belong to those with these row numbers."""
    rows = database.rows(compile_text(belonging_sql()), {"numbers": json.dumps(numbers)})
    return [number for (number,) in rows]
