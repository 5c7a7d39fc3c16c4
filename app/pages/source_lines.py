"""Lines of Markdown that say who says something: statements, numbered sources, marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.model.labels import say_count
from app.pages.markdown import escape_markdown, link_target
from app.pages.statements import SourceLine, StatementView
from app.pages.views import Flag, NumberedSource, PassageView
from app.pages.words import end_sentence, lower_first, say_day

READ_THERE = "in the captured text"


def write_statement(view: StatementView) -> str:
    """A statement as one line of Markdown: what, in which words, who says so."""
    name = f"**{escape_markdown(end_sentence(view.name))}** `{view.kind}/{view.id}`"
    values = "; ".join(f"{label}: {escape_markdown(text)}" for label, text in view.values)
    texts = " ".join(str(escape_markdown(end_sentence(text))) for text in view.texts)
    notes = " ".join(
        f"Curator’s note ({label.lower()}): {escape_markdown(end_sentence(text))}"
        for label, text in view.notes
    )
    said = [name, f"{values}." if values else "", texts, notes, say_all_sources(view)]
    return " ".join(filter(None, said))


def say_all_sources(view: StatementView) -> str:
    """Who says a statement, in one line."""
    more = f" {view.more_sources} more in the record." if view.more_sources else ""
    return f"Said by {'; '.join(map(write_said_by, view.sources))}.{more}"


def write_said_by(source: SourceLine) -> str:
    """A source in one line: publisher, title, date, link to the passage, and what it supports."""
    title = f"“{escape_markdown(source.title)}”"
    cell = f", {escape_markdown(source.cell)}" if source.cell else ""
    says = f" (for {escape_markdown(', '.join(source.says))})" if source.says else ""
    return f"{escape_markdown(source.publisher)}, {title}{cell}{say_flags(source.flags)}, " + (
        f"{say_where(source)}{says}"
    )


def say_sources_briefly(view: StatementView) -> str:
    """Who says a statement, beside data that have the titles of the sources."""
    found = (
        f"{escape_markdown(source.publisher)}{say_flags(source.flags)}, {say_where(source)}"
        for source in view.sources
    )
    return f"Said by {'; '.join(found)}."


def say_where(source: SourceLine) -> str:
    """The date for which a source speaks, and where it was read."""
    copy = f", read in a copy: {say_link(source.copy)}" if source.copy else ""
    return f"{lower_first(say_as_of_day(source.as_of))}, {say_link(source.link)}{copy}"


def list_marks(sources: Sequence[NumberedSource]) -> dict[str, str]:
    """The line of each source by its mark; the number alone stands for all its passages."""
    lines: dict[str, str] = {}
    for source in sources:
        number = str(source.number)
        for passage in source.passages:
            lines[passage.mark] = mark_line(passage.mark, source, passage)
        if number not in lines:
            more = say_count(len(source.passages) - 1, "more passage")
            lines[number] = mark_line(number, source, source.passages[0]) + f" {more}."
    return lines


def mark_line(mark: str, source: NumberedSource, passage: PassageView) -> str:
    """A numbered source with its passage."""
    said = f"{escape_markdown(source.publisher)}, “{escape_markdown(source.name)}”"
    cells = "; ".join(f"row {row}, column {column}" for row, column in passage.cells)
    where = f", {escape_markdown(cells)}" if cells else ""
    named = f" It names {escape_markdown(passage.attributed_to)}." if passage.attributed_to else ""
    seen = "" if passage.seen == READ_THERE else f" {passage.seen}"
    read = f", read{seen} on {say_day(passage.accessed)}" if passage.accessed else ""
    flags = say_flags(source.flags)
    dated = f"{say_as_of_day(passage.as_of)}{read}"
    return f"[{mark}] {said}{where}{flags}. {dated}.{named} {say_link(passage.link)}"


def name_answering(source: Mapping[str, Any]) -> SourceLine:
    """A source of an answer of a comparison."""
    names = ("id", "publisher", "title", "as_of")
    return SourceLine(**{name: source[name] for name in names}, link=source["deep_link"])


def say_marks(marks: Iterable[str]) -> str:
    """Footnote marks behind a text."""
    found = "".join(f"[{mark}]" for mark in marks)
    return f" {found}" if found else ""


def say_flags(flags: Iterable[Flag]) -> str:
    """What flags a record or a source, in brackets."""
    found = ", ".join(flag.label.lower() for flag in flags)
    return f" ({found})" if found else ""


def say_as_of_day(as_of: str | None) -> str:
    """The date for which a source speaks."""
    return f"As of {say_day(as_of)}" if as_of else "Undated"


def say_link(link: str | None) -> str:
    """The address of a passage."""
    return f"<{link_target(link)}>" if link else "no address verified"
