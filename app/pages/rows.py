"""Write tables as HTML."""

from collections.abc import Sequence

from app.pages.charts import draw_axis, draw_mark
from app.pages.drawings import Mark
from app.pages.markup import esc, write_link
from app.pages.pieces import write_flags, write_marks, write_parts
from app.pages.views import Cell, ColumnHead, TableView


def write_table(table: TableView) -> str:
    """A table, written once."""
    if table.html is None:
        table.html = write_whole_table(table)
    return table.html


def write_whole_table(table: TableView) -> str:
    """A table that turns into cards on a phone; its caption is for screen readers."""
    return (
        f'<table class="{esc(table.style)}" role="table">\n'
        f'<caption class="hidden">{esc(table.caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{"".join(map(write_head, table.columns))}</tr>'
        f'</thead>\n<tbody role="rowgroup">\n{write_body(table)}</tbody>\n</table>\n'
    )


def write_head(column: ColumnHead) -> str:
    """The head of a column, with the link that sorts by it or the scale of what is drawn in it."""
    style = f' class="{esc(column.style)}"' if column.style else ""
    order = f' aria-sort="{esc(column.sorted)}"' if column.sorted else ""
    shown = esc(column.label)
    if column.axis:
        shown = draw_axis(column.axis, column.label)
    elif column.sort:
        shown = write_link(column.sort, column.label)
    return f'<th scope="col" role="columnheader"{style}{order}>{shown}</th>'


def write_body(table: TableView) -> str:
    """The rows of a table: what its first cell names, then values with the label of the column."""
    frames = [frame_cell(column, is_first=not n) for n, column in enumerate(table.columns)]
    return "".join([write_table_row(row, frames) for row in table.rows])


def frame_cell(column: ColumnHead, *, is_first: bool) -> tuple[str, str]:
    """What stands around the contents of a cell."""
    style = f' class="{esc(column.style)}"' if column.style else ""
    if is_first:
        return f'<th scope="row" role="rowheader"{style}>', "</th>\n"
    return f'<td role="cell"{style} data-label="{esc(column.label)}">', "</td>"


def write_table_row(row: Sequence[Cell], frames: Sequence[tuple[str, str]]) -> str:
    """A row."""
    cells = zip(row, frames, strict=True)
    shown = "".join(
        [f"{start}{cell.html or write_table_cell(cell)}{end}" for cell, (start, end) in cells]
    )
    place = f' id="{esc(row[0].place)}"' if row[0].place else ""
    return f'<tr role="row"{place}>{shown}</tr>\n'


def write_table_cell(cell: Cell) -> str:
    """What stands in a cell, written once."""
    if cell.html is None:
        cell.html = write_contents(cell)
    return cell.html


def write_drawing(mark: Mark) -> str:
    """A mark on its axis, with the scale for where the table is cards and has no head."""
    return f"{draw_axis(mark.axis, '')}{draw_mark(mark)}"


def write_contents(cell: Cell) -> str:
    """What stands in a cell."""
    shown = write_drawing(cell.drawing) if cell.drawing else write_parts(cell.parts)
    if cell.style and not cell.drawing:
        shown = f'<span class="{esc(cell.style)}">{shown}</span>'
    if cell.spoken:
        shown = f'<span class="hidden">{esc(cell.spoken)}: </span>{shown}'
    if cell.marks:
        shown += write_marks(cell.marks)
    if cell.flags:
        shown += write_flags(cell.flags)
    return f'{shown}<span class="sub">{esc(cell.below)}</span>' if cell.below else shown
