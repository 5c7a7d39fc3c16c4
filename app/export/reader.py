"""Make the SQLite file for readers of the tables, with a tidy view of each."""

from collections.abc import Iterator, Mapping, Sequence

from app.export.package import foreign_keys
from app.export.table import ITEM, RECORD_KIND, Table
from app.model.flat import DATA_VERSION
from app.resources import RESOURCES
from app.store.reader import (
    ReaderColumn,
    ReaderKey,
    ReaderTable,
    ReaderView,
    write_reader_database,
)

# Left out: the file does not know where it is served, and has its version in `about`.
LEFT_OUT = ("url", DATA_VERSION.name)
# What every record may lead to, and no view needs to be named for.
COMMON = ("id", "topic")


def make_reader_database(about: Mapping[str, str], tables: Sequence[Table]) -> bytes:
    """The bytes of the SQLite file."""
    names = {table.name for table in tables}
    readable = [readable_table(table, names) for table in tables]
    taken = {table.name for table in readable}
    views = {view.name: view for table in tables for view in make_views(table)}
    return write_reader_database(
        about, readable, [view for name, view in views.items() if name not in taken]
    )


def readable_table(table: Table, names: set[str]) -> ReaderTable:
    """A table as the file has it."""
    own = table.name
    columns = [
        ReaderColumn(c.name, c.type, c.description)
        for c in table.columns
        if c.name not in LEFT_OUT or is_address_of_another(table)
    ]
    keys = [
        ReaderKey(
            key["fields"],
            (key["reference"]["resource"] or own).replace("-", "_"),
            key["reference"]["fields"],
        )
        for key in foreign_keys(table, names)
    ]
    return ReaderTable(table.sql_name, table.about, columns, table.key, keys, table.rows)


def is_address_of_another(table: Table) -> bool:
    """Whether a column `url` leads out of the data set: only records have addresses here."""
    return table.name != "records" and table.name not in {r.kind for r in RESOURCES}


def make_views(table: Table) -> Iterator[ReaderView]:
    """Yield a tidy view of a table, and one for each record that its records are part of."""
    singulars = {r.kind: r.singular.replace(" ", "_") for r in RESOURCES}
    leads = [c for c in table.columns if c.refers and c.name not in COMMON and not c.many]
    is_collection = table.name in singulars
    if not (is_collection or table.fields):
        return
    record = "id" if is_collection else table.columns[0].name
    by_item = ITEM in table.columns and RECORD_KIND not in table.columns
    names = [*(("topic",) if is_collection else ()), *(c.name for c in leads)]
    tidy = ReaderView(
        f"{table.sql_name}_tidy", table.sql_name, record, table.fields, by_item, names
    )
    yield tidy
    for column in leads if is_collection else ():
        if column.refers in singulars and column.refers != table.name:
            yield tidy._replace(name=f"{singulars[column.refers]}_{table.sql_name}")
