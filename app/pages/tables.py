"""Tables: of records, with the columns that their collection declares, and of lists in a record."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from textwrap import shorten
from typing import Any

from app.model.annotation import sort_fields
from app.model.resource import Resource
from app.pages.footnotes import Footnotes, flag_standing, make_anchor, say_copy
from app.pages.frame import flag_kinds
from app.pages.series import NO_RECEPTORS, say_measured, say_receptors
from app.pages.values import UNSTATED, Writer, is_absent, join_pieces, outside
from app.pages.views import Answers, Cell, ColumnHead, Flag, Piece, TableView
from app.pages.words import (
    field_label,
    field_words,
    lower_first,
    say_agency,
    say_day,
    say_figure,
    say_word,
    say_years,
    upper_first,
)
from app.resources import RESOURCES

JsonRecords = Sequence[Mapping[str, Any]]
# Columns that are made of several fields: the field by which they sort, if one does.
JOINED_COLUMNS = {
    "figure": ("value_percent", "low"),
    "measured": ("years", "measure"),
    "receptors": ("hr_status", "her2_status"),
    "setting": ("setting",),
    "diagnosed": ("diagnosed_from",),
    "period": ("period_from",),
}
# Dates of a revision: where none is stated, the date of the source tells how old it is.
REVISIONS = ("label_revised",)
COLUMN_STYLES = {"enrolled": "num", "figure": "short", "sources": "says"}
# Other names below a name.
MOST_OTHER_NAMES = 3
# Sources that a row names; a row of many would be as high as a screen.
MOST_SAID = 3
# Of a title that tells two sources of one publisher apart.
LONGEST_TITLE = 40
CUT_OFF = " \N{HORIZONTAL ELLIPSIS}"


def find_resource(kind: str) -> Resource:
    """The declaration of a collection."""
    return next(resource for resource in RESOURCES if resource.kind == kind)


class RecordRows:
    """Writes records of one collection as rows of a table."""

    def __init__(self, resource: Resource, answers: Answers, columns: Sequence[str] = ()) -> None:
        self.resource = resource
        self.answers = answers
        self.writer = Writer(resource, answers, is_short=True)
        self.names = tuple(columns) or resource.columns
        self.key = ("row", resource.kind, *self.names)

    def columns(self, sort: str, sort_by: Callable[[str], str] | None) -> list[ColumnHead]:
        """The heads of the columns; `sort_by` makes the address that sorts by a key."""
        return [self.column(name, sort, sort_by) for name in self.names]

    def column(self, name: str, sort: str, sort_by: Callable[[str], str] | None) -> ColumnHead:
        """The head of a column, with the address that sorts by it or turns the order round."""
        kind = self.resource.kind
        label = upper_first(self.resource.singular) if name == "name" else field_label(name, kind)
        column = ColumnHead(label, COLUMN_STYLES.get(name, ""))
        sortable = sort_fields(self.resource.row)
        key = next((key for key in JOINED_COLUMNS.get(name, (name,)) if key in sortable), None)
        if sort_by and key:
            column.sort = sort_by(f"-{key}" if sort == key else key)
            column.sorted = {key: "ascending", f"-{key}": "descending"}.get(sort)
        return column

    def row(self, record: Mapping[str, Any]) -> list[Cell]:
        """A record as a row."""
        return [self.cell(name, record) for name in self.names]

    def kept_row(self, record: Mapping[str, Any]) -> list[Cell]:
        """A record as a row, which is made once; of its fields only the id is read again."""
        key = (*self.key, record["id"])
        return self.answers.keep(key, lambda: self.row(record))

    def cell(self, name: str, record: Mapping[str, Any]) -> Cell:
        """One cell of a record."""
        if name == "name":
            return self.name_cell(record)
        if name in FIGURE_CELLS:
            return FIGURE_CELLS[name](record)
        if name == "setting" and self.resource.kind == "drugs":
            return Cell(say_approved(record["id"], self.answers))
        if name == "sources":
            return source_cell(record, self.answers.base_url)
        if name == "notes":
            return Cell([], flags=note_flags(record))
        below = say_source_date(record) if name in REVISIONS and record[name] is None else ""
        return Cell(self.writer.write(name, record[name]), below=below)

    def name_cell(self, record: Mapping[str, Any]) -> Cell:
        """The name of a record with its address, its other names and the kinds of its notes."""
        others = [record[field] for field in self.resource.names if field != self.resource.label]
        texts = [
            t for value in others for t in (value if isinstance(value, list) else [value]) if t
        ]
        more = ", \N{HORIZONTAL ELLIPSIS}" if len(texts) > MOST_OTHER_NAMES else ""
        below = ", ".join(texts[:MOST_OTHER_NAMES]) + more
        flags = [] if "notes" in self.names else note_flags(record)
        return Cell([Piece(upper_first(record["name"]), record["url"])], flags, below)


def say_source_date(record: Mapping[str, Any]) -> str:
    """The date for which a record's newest dated source speaks."""
    as_of = record.get("as_of")
    return f"Source as of {say_day(as_of, short=True)}" if as_of else ""


def figure_cell(record: Mapping[str, Any]) -> Cell:
    """The figure itself, which leads to its record."""
    return Cell([Piece(say_figure(record), record["url"])], spoken=record["name"], style="strong")


def years_cell(name: str, record: Mapping[str, Any]) -> Cell:
    """The years of diagnosis or of a period."""
    first, last = record[f"{name}_from"], record[f"{name}_to"]
    return Cell([UNSTATED if first is None else Piece(say_years(first, last))])


def measured_cell(record: Mapping[str, Any]) -> Cell:
    """What a survival figure measures, after how long, and of whom."""
    return Cell([Piece(say_measured(record))], below=record["population"] or "")


def receptors_cell(record: Mapping[str, Any]) -> Cell:
    """The receptors of who was counted, and the stage where there is one."""
    text, stage = say_receptors(record), record["stage"]
    label = lower_first(say_word(record["kind"], "stage", stage))
    parts = [UNSTATED if text == NO_RECEPTORS else Piece(text)]
    return Cell(parts, below="" if is_absent(stage) else f"Stage: {label}")


FIGURE_CELLS: dict[str, Callable[[Mapping[str, Any]], Cell]] = {
    "figure": figure_cell,
    "measured": measured_cell,
    "receptors": receptors_cell,
    "diagnosed": partial(years_cell, "diagnosed"),
    "period": partial(years_cell, "period"),
}


def say_approved(drug: str, answers: Answers) -> list[Piece]:
    """For what a drug is approved, and where: what one agency allows, another may not."""
    settings = answers.keep(("settings",), lambda: group_settings(answers)).get(drug, {})
    said = [
        f"{say_agency(agency)}: {', '.join(dict.fromkeys(allowed))}"
        for agency, allowed in settings.items()
        if allowed
    ]
    return [Piece(upper_first("; ".join(said)))] if said else [UNSTATED]


def group_settings(answers: Answers) -> dict[str, dict[str, list[str]]]:
    """The settings of the approvals of each drug by agency, those that were withdrawn left out."""
    groups: dict[str, dict[str, list[str]]] = {}
    agencies, words = (list(field_words("approvals")[name]) for name in ("agency", "setting"))
    approvals = answers.records("approvals", {})
    for approval in sorted(approvals, key=lambda a: words.index(a["setting"])):
        if approval["status"] != "withdrawn":
            of_drug = groups.setdefault(approval["drug"]["id"], {agency: [] for agency in agencies})
            setting = lower_first(say_word("approvals", "setting", approval["setting"]))
            of_drug[approval["agency"]].append(setting)
    return groups


def note_flags(record: Mapping[str, Any]) -> list[Flag]:
    """The kinds of a record's notes, each once."""
    return flag_kinds([note["kind"] for note in record["notes"]])


def source_cell(record: Mapping[str, Any], base_url: str) -> Cell:
    """Who says so: the first sources, each with the link to the passage or to the copy read."""
    cited: dict[str, Mapping[str, Any]] = {}
    for citation in record["citations"]:
        cited.setdefault(citation["source"]["id"], citation)
    names = Counter(citation["source"]["publisher"] for citation in cited.values())
    repeated = {name for name, number in names.items() if number > 1}
    said = [say_publisher(citation, repeated, base_url) for citation in cited.values()]
    more = len(said) - MOST_SAID
    if more > 1:
        said[MOST_SAID:] = [[Piece(f"{more} more", f"{record['url']}#sources")]]
    return Cell(join_pieces(said, "; "))


def say_publisher(
    citation: Mapping[str, Any], repeated: Collection[str], base_url: str
) -> list[Piece]:
    """A publisher with the link to the passage; the title tells two sources of one apart."""
    source, copy = citation["source"], say_copy(citation)
    name = source["publisher"]
    if name in repeated:
        name += f", {shorten(source['title'], LONGEST_TITLE, placeholder=CUT_OFF)}"
    # No links: beside that of the publisher they would be too small for a finger.
    flags = tuple(flag._replace(url=None) for flag in flag_standing(source, base_url))
    if citation["deep_link"] or not copy:
        return [outside(name, citation["deep_link"])._replace(flags=flags)]
    named, found = Piece(f"{name} ("), outside(copy, citation["seen_url"])
    return [named, found, Piece(")", flags=flags)]


def make_table(name: str, items: JsonRecords, writer: Writer, feet: Footnotes) -> TableView:
    """A list of objects in a record as a table: a row for each, footnotes behind the first cell."""
    keys = [key for key in items[0] if any(not is_absent(item[key]) for item in items)]
    title = field_label(name)
    columns = [ColumnHead(field_label(key)) for key in keys]
    rows = [object_row(name, item, keys, writer, feet) for item in items]
    return TableView(title, columns, rows, make_anchor(name), title, marks=feet.of(name))


def object_row(
    name: str, item: Mapping[str, Any], keys: Sequence[str], writer: Writer, feet: Footnotes
) -> list[Cell]:
    """An object as a row."""
    cells = [Cell(writer.write(key, item[key], f"{name}.{key}")) for key in keys]
    if key := writer.item_key(name, item):
        place = f"{name}[{key}]"
        cells[0].marks, cells[0].place = feet.of(place), make_anchor(place)
    return cells
