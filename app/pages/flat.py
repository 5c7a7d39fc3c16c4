"""Pages of the flat tables: what is a list inside a record, a row for each item."""

from collections.abc import Mapping
from typing import Any

from app.pages import frame
from app.pages.frame import TablesView
from app.pages.listing import change_query
from app.pages.values import is_absent
from app.pages.views import Answers, Cell, Column, Link, Page, Part, Table
from app.pages.vocabularies import readable

TITLE = "Flat tables"
ABOUT = (
    "What is a list inside a record, such as its citations or its codes, as tables for programs."
)


def tables_page(answer: Mapping[str, Any], answers: Answers, address: str) -> Page:
    """All flat tables."""
    rows = [
        [
            Cell([Part(readable(table["name"]), table["url"])]),
            Cell([Part(table["about"])]),
            Cell([Part(f"{table['rows']:,}")]),
            Cell([Part(", ".join(column["name"] for column in table["columns"]))]),
        ]
        for table in answer["items"]
    ]
    columns = [Column("Table"), Column("A row is"), Column("Rows", "num"), Column("Columns")]
    view = TablesView(ABOUT, [Table(TITLE, columns, rows)])
    return frame.tables_page(TITLE, address, view, answers)


def table_page(answer: Mapping[str, Any], answers: Answers, address: str, name: str) -> Page:
    """One page of the rows of a table."""
    items, title = answer["items"], readable(name)
    names = list(items[0]) if items else []
    rows = [[Cell([Part(say_value(item[column]))]) for column in names] for item in items]
    table = Table(f"{title}: rows", [Column(column) for column in names], rows, style="matrix")
    if answer["next"]:
        table.more = Part("Next page", answer["next"])
    csv = Link("CSV", change_query(address, format="csv", limit=None))
    view = TablesView(f"{answer['total']:,} rows; all of them as a file:", [table], links=[csv])
    back = Link(TITLE, f"{answers.base_url}/v1/tables")
    return frame.tables_page(title, address, view, answers, [back])


def say_value(value: Any) -> str:
    """A cell as a program gets it; empty where there is no value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if is_absent(value) and value != "not-stated" else str(value)
