"""Write the SQLite file for readers: plain tables with their texts, and views; no internals."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any, NamedTuple

SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}


class ReaderColumn(NamedTuple):
    """A column, with its type in the words of the Table Schema standard."""

    name: str
    type: str
    description: str


class ReaderKey(NamedTuple):
    """Columns that lead to a row of another table."""

    columns: Sequence[str]
    table: str
    key: Sequence[str]


class ReaderTable(NamedTuple):
    """A table of the file."""

    name: str
    about: str
    columns: Sequence[ReaderColumn]
    key: Sequence[str]
    foreign_keys: Sequence[ReaderKey]
    rows: Iterable[Mapping[str, Any]]


class ReaderView(NamedTuple):
    """The rows of a table with the names of records that they lead to, and with their evidence."""

    name: str
    table: str
    record: str  # the column with the id of the record that has the citations
    fields: Sequence[str]  # the fields that they must support; empty for any
    by_item: bool  # whether a citation may name the row itself, in the column `item`
    names: Sequence[str]  # columns with ids of records, whose names are shown


def write_reader_database(
    about: Mapping[str, str], tables: Sequence[ReaderTable], views: Iterable[ReaderView]
) -> bytes:
    """The bytes of an SQLite file with these tables and views."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        connection.execute(
            'CREATE TABLE columns ("table" TEXT, "column" TEXT, type TEXT, description TEXT, '
            'PRIMARY KEY ("table", "column"))'
        )
        connection.execute("PRAGMA defer_foreign_keys=ON")
        for table in tables:
            create_table(connection, table)
        for table in tables:
            fill_table(connection, table)
        connection.commit()
        for view in views:
            connection.execute(view_sql(view))
        connection.execute("VACUUM")
        return connection.serialize()


def create_table(connection: sqlite3.Connection, table: ReaderTable) -> None:
    """Create a table."""
    parts = [f"{sql_name(c.name)} {SQL_TYPES.get(c.type, 'TEXT')}" for c in table.columns]
    parts.append(f"PRIMARY KEY ({join(table.key)})")
    parts += [
        f"FOREIGN KEY ({join(key.columns)}) REFERENCES {sql_name(key.table)} ({join(key.key)})"
        for key in table.foreign_keys
    ]
    connection.execute(f"CREATE TABLE {sql_name(table.name)} ({', '.join(parts)})")


def fill_table(connection: sqlite3.Connection, table: ReaderTable) -> None:
    """Insert the rows of a table, describe its columns, and make its indexes."""
    names = [column.name for column in table.columns]
    places = ", ".join("?" * len(names))
    rows = ([reader_value(row[name]) for name in names] for row in table.rows)
    connection.executemany(f"INSERT INTO {sql_name(table.name)} VALUES ({places})", rows)
    described = [(table.name, *column) for column in table.columns]
    connection.executemany("INSERT INTO columns VALUES (?, ?, ?, ?)", described)
    for key in table.foreign_keys:
        if list(key.columns) != list(table.key)[: len(key.columns)]:
            index = sql_name(f"{table.name}_{'_'.join(key.columns)}")
            connection.execute(
                f"CREATE INDEX {index} ON {sql_name(table.name)} ({join(key.columns)})"
            )


def reader_value(value: Any) -> Any:
    """A value as SQLite holds it: a list as JSON, a figure as a number without its digits."""
    if isinstance(value, Decimal):
        return float(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def sql_name(name: str) -> str:
    """A name as SQL writes it."""
    return f'"{name}"'


def join(names: Iterable[str]) -> str:
    """Names as SQL lists them."""
    return ", ".join(map(sql_name, names))


def view_sql(view: ReaderView) -> str:
    """The statement that creates a view: one row for each row of its table."""
    names = (
        f"(SELECT name FROM records WHERE id = t.{sql_name(column)}) "
        f"AS {sql_name(column + '_name')}"
        for column in view.names
    )
    record = f"t.{sql_name(view.record)}"
    cited = f"FROM citations AS c JOIN sources AS s ON s.id = c.source {conditions(view, record)}"
    parts = [
        *names,
        "t.*",
        "(SELECT group_concat(title, '; ') FROM "
        f"(SELECT DISTINCT s.title {cited} ORDER BY c.citation)) AS cited_sources",
        f"(SELECT c.deep_link {cited} ORDER BY c.citation LIMIT 1) AS cited_link",
        "(SELECT group_concat(kind, '; ') FROM "
        f"(SELECT DISTINCT kind FROM notes WHERE record = {record})) AS note_kinds",
    ]
    selected = f"SELECT {', '.join(parts)} FROM {sql_name(view.table)} AS t"
    return f"CREATE VIEW {sql_name(view.name)} AS {selected}"


def conditions(view: ReaderView, record: str) -> str:
    """The conditions on the citations that support a row of a view."""
    parts = [f"c.record = {record}", "c.note IS NULL"]
    if view.fields:
        fields = ", ".join(f"'{name}'" for name in view.fields)
        parts.append(f"c.field IN ({fields})")
    if view.by_item:
        parts.append("coalesce(c.item, t.item) = t.item")
    return f"WHERE {' AND '.join(parts)}"
