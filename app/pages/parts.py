"""A record as Markdown in parts that can be read alone: lines with footnotes, and their sources.

A program that reads page by page gets as many lines as have room, each part with its own sources.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import filterfalse
from typing import Any

from app.pages.comparing import Answered, ComparisonView, say_state
from app.pages.footnotes import Footnotes
from app.pages.kinds import FigureView
from app.pages.markdown import escape_markdown, link_target
from app.pages.source_lines import (
    list_marks,
    name_answering,
    say_flags,
    say_marks,
    write_said_by,
    write_statement,
)
from app.pages.statements import view_statement
from app.pages.trials import view_trial
from app.pages.values import UNSTATED
from app.pages.views import (
    Answers,
    Cell,
    FieldView,
    Linked,
    NoteView,
    PageView,
    Piece,
    RecordView,
    TableView,
)
from app.pages.words import end_sentence, field_label, say_day

JsonFields = Mapping[str, Any]
# Fields of a figure that its text has.
SHOWN_IN_FIGURE = ("comparator", "value_percent", "low", "high", "unit")


@dataclass
class Line:
    """The least that is shown of a part: a sentence, a value, a row."""

    text: str
    marks: tuple[str, ...] = ()


@dataclass
class Section:
    """Lines under a heading, and the sources that their marks stand for."""

    title: str
    lines: list[Line]
    sources: dict[str, str] = field(default_factory=dict)


def needed_sources(lines: Iterable[Line], sources: Mapping[str, str]) -> list[str]:
    """The sources that lines refer to, in the order of their numbers."""
    marks = {mark for line in lines for mark in line.marks}
    return [text for mark, text in sources.items() if mark in marks]


def cell_marks(cell: Cell) -> tuple[str, ...]:
    """The marks of a cell and of what stands in it."""
    return (*cell.marks, *(mark for part in cell.parts for mark in part.marks))


class PartWriter:
    """Writes one record's parts; links to our own records become their short addresses."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.own = f"{answers.base_url}/v1/"

    def name(self, text: str, url: str) -> str:
        """A name with the address of what it names."""
        if url.startswith(self.own) and "?" not in url:
            return f"{escape_markdown(text)} (`{url.removeprefix(self.own)}`)"
        return f"[{escape_markdown(text)}]({link_target(url)})"

    def piece(self, piece: Piece) -> str:
        """A stretch of a text with its marks."""
        text = self.name(piece.text, piece.url) if piece.url else str(escape_markdown(piece.text))
        return f"{text}{say_flags(piece.flags)}{say_marks(piece.marks)}"

    def inline(self, pieces: Iterable[Piece]) -> str:
        """A text of one line."""
        return "".join(map(self.piece, pieces))

    def field(self, view: FieldView, start: str = "- ") -> Iterator[Line]:
        """Yield a field with its value, and the notes that speak of it."""
        marks = (*(mark for part in view.parts for mark in part.marks), *view.marks)
        text = f"{start}**{view.label}**: {self.inline(view.parts)}{say_marks(view.marks)}"
        yield Line(text, marks)
        yield from map(self.note, view.notes)

    def note(self, note: NoteView) -> Line:
        """What a curator adds."""
        text = self.inline(note.text)
        return Line(
            f"> **{note.label}** (curator’s note): {text}{say_marks(note.marks)}", note.marks
        )

    def linked(self, to: Linked) -> Line:
        """A record that is linked."""
        return Line(f"- {self.name(to.name, to.url)}{say_flags(to.flags)}")

    def cell(self, cell: Cell) -> str:
        """A cell of a table, with what stands below its value; its marks are those of its row."""
        below = f" ({escape_markdown(cell.below)})" if cell.below else ""
        text = self.inline(part._replace(marks=()) for part in cell.parts)
        return f"{text}{below}{say_flags(cell.flags)}"

    def rows(self, table: TableView) -> Iterator[Line]:
        """Yield each row of a table as a line that needs no head: labels before the values."""
        for row in table.rows:
            first, *others = [
                (head.label, self.cell(cell))
                for head, cell in zip(table.columns, row, strict=True)
                if not head.axis and cell.parts and cell.parts != [UNSTATED]
            ]
            values = "".join(f"; {label}: {text}" for label, text in others)
            marks = tuple(dict.fromkeys(m for cell in row for m in cell_marks(cell)))
            yield Line(f"- **{first[1]}**{values}{say_marks(marks)}", marks)

    def head(self, page: PageView, view: RecordView) -> Iterator[Line]:
        """Yield what a record is, and what stands above all else on its page."""
        address = page.url.removeprefix(self.own)
        topic = f" Topic: {self.name(view.topic.text, view.topic.url)}." if view.topic else ""
        dated = f"Newest dated source: {say_day(view.as_of)}." if view.as_of else "Sources undated."
        stale = " More than two years old." if view.is_stale else ""
        kinds = ", ".join(flag.label.lower() for flag in view.flags)
        flags = f" Notes below: {kinds}." if kinds else ""
        head = f"{view.label} `{address}`, {page.url}{say_marks(view.marks)}."
        yield Line(f"{head}{topic} {dated}{stale}{flags}", view.marks)
        if isinstance(view.extra, FigureView):
            interval = f" ({view.extra.interval})" if view.extra.interval else ""
            figure = (
                f"**{escape_markdown(view.extra.text)}**{interval}{say_marks(view.extra.marks)}"
            )
            yield Line(f"{figure}. {escape_markdown(view.extra.said)}", view.extra.marks)

    def fields(self, view: RecordView) -> Iterator[Line]:
        """Yield the texts, notes and values of a record."""
        for text in view.texts:
            yield from self.field(text, start="")
        yield from map(self.note, view.notes)
        for value in view.values:
            if value.parts != [UNSTATED]:
                yield from self.field(value)
        unstated = [value.label for value in view.values if value.parts == [UNSTATED]]
        if unstated:
            yield Line(f"- Not stated: {', '.join(unstated)}")

    def answer(self, answer: Answered, given: JsonFields) -> Line:
        """An answer of a comparison, with what it states and who says so."""
        states = [
            f"{field_label(name)}: {escape_markdown(piece.text)}"
            for name in answer.states
            if name not in SHOWN_IN_FIGURE and (piece := say_state(answer, name)) != UNSTATED
        ]
        name = escape_markdown(end_sentence(answer.record.text))
        is_figure = answer.text != answer.record.text
        figure = f"**{escape_markdown(answer.text)}**: " if is_figure else ""
        said = f"{figure}{name} `{answer.record.url.removeprefix(self.own)}`"
        stated = f" {'; '.join(states)}." if states and is_figure else ""
        sources = "; ".join(map(write_said_by, map(name_answering, given["sources"])))
        return Line(f"- {said}{stated} Said by {sources}.")

    def trial(self, record: JsonFields) -> Section:
        """A trial on the page of a drug, with the sources of its results."""
        feet = Footnotes(record, self.answers.base_url)
        view = view_trial(record, record["results"], None, feet)
        facts = ". ".join(filter(None, (view.population.rstrip("."), view.facts)))
        marks = dict.fromkeys((*feet.of("population"), *feet.of("nct_ids", whole=True)))
        about = Line(f"`trials/{record['id']}`. {escape_markdown(facts)}.", tuple(marks))
        about.text += say_marks(about.marks)
        lines = [about, *self.rows(view.table)]
        return Section(f"Trial {view.link.text}", lines, list_marks(feet.list_sources()))


def record_parts(page: PageView, record: JsonFields, answers: Answers) -> list[Section]:
    """The parts of the page of a record."""
    view: RecordView = page.content
    writer = PartWriter(answers)
    sources = list_marks(view.sources)
    head, fields = list(writer.head(page, view)), list(writer.fields(view))
    if wanted := list(wanted_first(view, record, writer)):
        parts = [Section("", head, sources), *wanted, Section("Fields and notes", fields, sources)]
    else:
        parts = [Section("", [*head, *fields], sources)]
    if isinstance(view.extra, ComparisonView):
        answers_given = zip(view.extra.answers, record["answers"], strict=True)
        parts.append(Section("The answers", [writer.answer(*pair) for pair in answers_given]))
    parts += [
        Section(t.title, [*writer.rows(t), *map(writer.note, t.notes)], sources)
        for t in view.tables
    ]
    if view.kind == "drugs":
        parts += drug_studies(record, writer)
    parts += [Section(group.title, list(map(writer.linked, group.items))) for group in view.groups]
    parts.append(Section("Compared in", list(map(writer.linked, view.compared))))
    return [part for part in parts if part.lines]


def wanted_first(view: RecordView, record: JsonFields, writer: PartWriter) -> Iterator[Section]:
    """Yield what a long record is read for, before its names: warnings, approvals, results."""
    if view.kind == "drugs":
        yield from drug_uses(record, writer)
    if view.kind == "trials":
        yield writer.trial(record)


def whole_records(drug: JsonFields, kind: str, answers: Answers) -> list[JsonFields]:
    """The records of a kind that belong to a drug, as they are answered alone."""
    return [answers.record(kind, part["id"]) for part in drug[kind]]


def is_boxed(warning: JsonFields) -> bool:
    """Whether a label has a warning in a box."""
    return bool(warning["warning_kind"] == "boxed-warning")


def drug_uses(record: JsonFields, writer: PartWriter) -> Iterator[Section]:
    """Yield the boxed warnings of a drug, and its approvals by date."""
    boxed = filter(is_boxed, whole_records(record, "warnings", writer.answers))
    approvals = whole_records(record, "approvals", writer.answers)
    approvals.sort(key=lambda approval: str(approval["date"]))
    yield statements_part("Boxed warnings of the US label", boxed, writer)
    yield statements_part("Approvals for breast cancer", approvals, writer)


def drug_studies(record: JsonFields, writer: PartWriter) -> Iterator[Section]:
    """Yield the trials of a drug, its other warnings and its products."""
    others = filterfalse(is_boxed, whole_records(record, "warnings", writer.answers))
    yield from map(writer.trial, whole_records(record, "trials", writer.answers))
    yield statements_part("Other warnings", others, writer)
    yield statements_part("Products", whole_records(record, "products", writer.answers), writer)


def statements_part(title: str, records: Iterable[JsonFields], writer: PartWriter) -> Section:
    """Records in place."""
    views = (view_statement(record, writer.answers, ("drug",)) for record in records)
    return Section(title, [Line(f"- {write_statement(view)}") for view in views])
