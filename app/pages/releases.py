"""Pages of the releases of the data: what changed, and the files of the present one."""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from app.model.json_text import write_json
from app.pages.filters import FLAG_WORDS
from app.pages.frame import TablesView, tables_page
from app.pages.views import Answers, Cell, ColumnHead, Hyperlink, PageView, Piece, TableView
from app.pages.words import (
    field_label,
    kind_labels,
    lower_first,
    say_day,
    say_size,
    upper_first,
)

JsonAnswer = Mapping[str, Any]
RELEASES_TITLE = "Releases of the data"
ABOUT_RELEASES = "Every release of the data, with what was added, changed and withdrawn."
ABOUT_FILES = (
    "Everything that the pages show, as files to keep. They are CC BY 4.0: name HER2 Facts and "
    "the version."
)
CHECK_FILES = (
    "The address of each file names the state of the data, and its content never changes. To check "
    "the files, in their folder:"
)
# Of a value that changed.
LONGEST_CHANGE = 80
# What a file is for, by its name or by how it ends; of a table, which collection it has.
FILE_PURPOSES = {
    "her2-facts.sqlite": "for SQL: the database itself",
    "records.csv": "for a spreadsheet: each record in one row, with the fields that all have",
    "records.ndjson": "for a program: a short row for each record, one a line",
    "records.jsonld": "for the web of data: all records in the terms of schema.org",
    "datapackage.json": "for Python, R and notebooks: describes every table and column",
    "SHA256SUMS.txt": "to check what you got",
}
# Files and tables, in the order in which people want them.
FILE_GROUPS = {
    "all": "Files of everything",
    "tables": "A table for each collection",
    "lists": "What is a list inside a record, as tables",
    "records": "Whole records of each collection",
    "rows": "What is a list inside a record, as lines of JSON",
}


def say_changes(numbers: Mapping[str, int]) -> str:
    """How much a release changed."""
    return ", ".join(f"{n:,} {word}" for word, n in numbers.items() if n) or "no record changed"


def back_link(answers: Answers) -> Hyperlink:
    """The way back to all releases."""
    return Hyperlink(RELEASES_TITLE, f"{answers.base_url}/v1/releases")


def releases_page(answer: JsonAnswer, answers: Answers, address: str) -> PageView:
    """All releases, the newest first."""
    rows = [
        [
            Cell([Piece(release["version"], release["url"])]),
            Cell([Piece(say_day(release["date"]), date=release["date"])]),
            Cell([Piece(say_changes(release["changes"]), release["changes_url"])]),
            Cell([Piece(f"{sum(release['counts'].values()):,}")]),
        ]
        for release in answer["items"]
    ]
    columns = [
        ColumnHead("Version"),
        ColumnHead("Date"),
        ColumnHead("What changed"),
        ColumnHead("Records", "num"),
    ]
    table = TableView("Releases, the newest first", columns, rows)
    return tables_page(RELEASES_TITLE, address, TablesView(ABOUT_RELEASES, [table]), answers)


def release_page(answer: JsonAnswer, answers: Answers, address: str) -> PageView:
    """One release with its numbers."""
    version = answer["version"]
    rows = [
        [
            Cell([Piece(kind_name(kind), f"{answers.base_url}/v1/{kind}")]),
            Cell([Piece(f"{count:,}")]),
        ]
        for kind, count in answer["counts"].items()
    ]
    columns = [ColumnHead("Collection"), ColumnHead("Records", "num")]
    table = TableView("Records in each collection", columns, rows)
    table.more = Piece(f"What changed in {version}", answer["changes_url"])
    lead = f"Released on {say_day(answer['date'])}: {say_changes(answer['changes'])}."
    view = TablesView(lead, [table], [f"Digest of all records: {answer['digest']}"])
    return tables_page(f"Release {version}", answer["url"], view, answers, [back_link(answers)])


def kind_name(kind: str) -> str:
    """The name of a collection; one that is no more has its kind."""
    return kind_labels().get(kind, (kind, kind))[1]


def changes_page(answer: JsonAnswer, answers: Answers, address: str) -> PageView:
    """What a release added, changed and withdrew."""
    version, before = answer["version"], answer["before"]
    tables = [changed_table(answer, answers), added_table(answer, answers), gone_table(answer)]
    counts = {name: len(answer[name]) for name in ("added", "changed", "withdrawn")}
    since = f"since {before}" if before else "the first release"
    shown = [table for table in tables if table.rows]
    jumps = [Hyperlink(table.title, f"#{table.place}") for table in shown]
    view = TablesView(f"{version}, {since}: {say_changes(counts)}.", shown, links=jumps)
    own = Hyperlink(version, f"{answers.base_url}/v1/releases/{version}")
    return tables_page(f"Changes in {version}", address, view, answers, [back_link(answers), own])


def record_cell(item: JsonAnswer, answers: Answers) -> Cell:
    """A record that a release speaks of."""
    url = f"{answers.base_url}/v1/{item['kind']}/{item['id']}"
    return Cell([Piece(upper_first(item["name"]), url)], below=kind_name(item["kind"]))


def changed_table(answer: JsonAnswer, answers: Answers) -> TableView:
    """The changed records, with the fields that changed."""
    then = f"{answers.base_url}/v1/releases/{answer['before']}"
    rows = [
        [
            record_cell(item, answers),
            Cell([Piece(say_changed(item))]),
            Cell([Piece(f"in {answer['before']}", f"{then}/{item['kind']}/{item['id']}")]),
        ]
        for item in answer["changed"]
    ]
    columns = [ColumnHead("Record"), ColumnHead("What changed"), ColumnHead("As it was")]
    return TableView("Changed records", columns, rows, "changed", "Changed")


def say_changed(item: JsonAnswer) -> str:
    """The fields that changed; of a field with a single value, what it was and what it is."""
    values = {value["path"][1:]: value for value in item["values"]}
    said = []
    for name in item["fields"]:
        text, value = lower_first(field_label(name, item["kind"])), values.get(name)
        if value and not isinstance(value["old"] or value["new"], list | dict):
            text += f": {say_single(name, value['old'])} → {say_single(name, value['new'])}"
        said.append(text)
    return "; ".join(said)


def say_single(name: str, value: Any) -> str:
    """A value of a field on one line, not too long."""
    if isinstance(value, bool):
        return FLAG_WORDS.get(name, ("No", "Yes"))[value]
    text = "none" if value is None else str(value)
    return shorten(text, LONGEST_CHANGE, placeholder=" \N{HORIZONTAL ELLIPSIS}")


def added_table(answer: JsonAnswer, answers: Answers) -> TableView:
    """The new records."""
    rows = [[record_cell(item, answers)] for item in answer["added"]]
    return TableView("New records", [ColumnHead("Record")], rows, "added", "Added")


def gone_table(answer: JsonAnswer) -> TableView:
    """The withdrawn records, with the reason and what to use instead."""
    rows = [
        [
            Cell([Piece(item["id"])], below=kind_name(item["kind"])),
            Cell([Piece(item["reason"])]),
            Cell([Piece(item["successor"] or "none")]),
        ]
        for item in answer["withdrawn"]
    ]
    columns = [ColumnHead("Record"), ColumnHead("Why"), ColumnHead("Use instead")]
    return TableView("Withdrawn records", columns, rows, "withdrawn", "Withdrawn")


def recorded_page(answer: JsonAnswer, answers: Answers, address: str) -> PageView:
    """A record as it was answered in an earlier release, field by field."""
    version = answer["meta"]["version"]
    rows = [
        [Cell([Piece(field_label(name, answer["kind"]))]), Cell([Piece(say_recorded(value))])]
        for name, value in answer.items()
        if name != "meta"
    ]
    table = TableView("The fields as they were", [ColumnHead("Field"), ColumnHead("Value")], rows)
    table.more = Piece(
        "The record as it is now", f"{answers.base_url}/v1/{answer['kind']}/{answer['id']}"
    )
    lead = f"As it was answered in release {version}; it may have changed since."
    own = Hyperlink(version, f"{answers.base_url}/v1/releases/{version}")
    title = f"{upper_first(str(answer.get('name', answer['id'])))}, {version}"
    page = tables_page(
        title, address, TablesView(lead, [table]), answers, [back_link(answers), own]
    )
    page.is_indexed = False
    return page


def say_recorded(value: Any) -> str:
    """A value of that time: its fields may have had other names and types."""
    if value is None or value == []:
        return "none"
    return value if isinstance(value, str) else write_json(value, ensure_ascii=False, indent=1)


def export_page(answer: JsonAnswer, answers: Answers, address: str) -> PageView:
    """The files of the data set, and what each is for."""
    columns = [
        ColumnHead("File"),
        ColumnHead("What it is"),
        ColumnHead("Size", "num"),
        ColumnHead("SHA-256"),
    ]
    groups: dict[str, list[list[Cell]]] = {place: [] for place in FILE_GROUPS}
    order = {name: number for number, name in enumerate(FILE_PURPOSES)}
    for file in sorted(answer["items"], key=lambda f: order.get(f["name"], len(order))):
        groups[group_file(file["name"])].append(file_cells(file))
    tables = [TableView(t, columns, groups[place], place, t) for place, t in FILE_GROUPS.items()]
    jumps = [Hyperlink(title, f"#{place}") for place, title in FILE_GROUPS.items()]
    commands = ["sha256sum --check SHA256SUMS.txt"]
    view = TablesView(ABOUT_FILES, tables, [CHECK_FILES], commands, jumps)
    return tables_page("The whole data set as files", address, view, answers)


def group_file(name: str) -> str:
    """The group in which a file is shown."""
    stem, _, form = name.rpartition(".")
    if name in FILE_PURPOSES:
        return "all"
    if form == "csv":
        return "tables" if stem in kind_labels() else "lists"
    return "records" if stem in kind_labels() else "rows"


def file_cells(file: JsonAnswer) -> list[Cell]:
    """A file as a row."""
    stem = file["name"].rpartition(".")[0]
    form = "for a spreadsheet" if file["name"].endswith(".csv") else "for a program, one a line"
    what = f"{form}: {lower_first(kind_name(stem).replace('-', ' '))}"
    return [
        Cell([Piece(file["name"], file["url"])]),
        Cell([Piece(FILE_PURPOSES.get(file["name"], what))]),
        Cell([Piece(say_size(file["bytes"]))]),
        Cell([Piece(file["sha256"])], style="hash"),
    ]
