"""Pages of the flat tables: what is a list inside a record, a row for each item."""

from collections.abc import Mapping
from typing import Any

from app.model.labels import say_count
from app.pages import frame
from app.pages.filters import change_query
from app.pages.frame import TablesView
from app.pages.problems import plain_voice
from app.pages.values import is_absent
from app.pages.views import Answers, Cell, ColumnHead, Hyperlink, PageView, Piece, TableView
from app.pages.vocabularies import readable

TABLES_TITLE = "Flat tables"
ABOUT_TABLES = (
    "What is a list inside a record, such as its citations or its codes, as tables for programs."
)


def flat_page(answer: Mapping[str, Any], answers: Answers, address: str) -> PageView:
    """All flat tables."""
    rows = [
        [
            Cell([Piece(readable(table["name"]), table["url"])]),
            Cell([Piece(plain_voice(table["about"]))]),
            Cell([Piece(f"{table['rows']:,}")]),
            Cell([Piece(", ".join(column["name"] for column in table["columns"]))]),
        ]
        for table in answer["items"]
    ]
    columns = [
        ColumnHead("Table"),
        ColumnHead("A row is"),
        ColumnHead("Rows", "num"),
        ColumnHead("Columns"),
    ]
    view = TablesView(ABOUT_TABLES, [TableView(TABLES_TITLE, columns, rows)])
    return frame.tables_page(TABLES_TITLE, address, view, answers)


def table_page(answer: Mapping[str, Any], answers: Answers, address: str, name: str) -> PageView:
    """One page of the rows of a table."""
    items, title = answer["items"], readable(name)
    names = list(items[0]) if items else []
    rows = [[Cell([Piece(say_value(item[column]))]) for column in names] for item in items]
    table = TableView(
        f"{title}: rows", [ColumnHead(column) for column in names], rows, style="matrix"
    )
    if answer["next"]:
        table.more = Piece("Next page", answer["next"])
    csv = Hyperlink("CSV", change_query(address, format="csv", limit=None))
    counted = say_count(answer["total"], "row")
    view = TablesView(f"{counted}; all of them as a file:", [table], links=[csv])
    back = Hyperlink(TABLES_TITLE, f"{answers.base_url}/v1/tables")
    return frame.tables_page(title, address, view, answers, [back])


def say_value(value: Any) -> str:
    """A cell as a program gets it; empty where there is no value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if is_absent(value) and value != "not-stated" else str(value)
