"""A flat table: its columns, its key and its rows."""

from dataclasses import dataclass, field
from typing import Any

from app.model.flat import Column

Row = dict[str, Any]
RECORD = Column("record", "Id of the record.", refers="records")
RECORD_KIND = Column("record_kind", "Collection of the record.")
POSITION = Column("position", "Its place in the list, from 1.", "integer")
ITEM = Column("item", "Its key, by which citations name it.")
ROW_ID = Column("id", "Identifies the row in this release.")


@dataclass(frozen=True)
class Table:
    """A flat table, with its rows by column."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    fields: tuple[str, ...] = ()  # the fields whose citations support a row; empty for any
    parent: "Table | None" = None  # the table whose key the first columns of the key are
    rows: list[Row] = field(default_factory=list)

    @property
    def sql_name(self) -> str:
        """The name where a hyphen would be a minus."""
        return self.name.replace("-", "_")
