"""A record in a few lines with who says so: one statement, its sources, what a curator adds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.model.resource import Resource
from app.model.source_ref import Standing
from app.pages.footnotes import flag_standing
from app.pages.record import PROSE
from app.pages.tables import JOINED_COLUMNS, RecordRows, find_resource, note_flags
from app.pages.values import UNSTATED, Writer, is_absent, is_web
from app.pages.views import Answers, Flag, Piece
from app.pages.words import field_label, upper_first

JsonCitation = Mapping[str, Any]
# Columns of a table of records that are no values of theirs.
NO_VALUES = ("name", "sources", "notes", "agree", "answer_kinds")
# A statement names at most so many passages; the whole record has them all. A value that none of
# these supports is left out.
MOST_PASSAGES = 4


@dataclass(frozen=True)
class SourceLine:
    """Who says a statement: the source, the date for which it speaks, the link to the passage."""

    id: str
    publisher: str
    title: str
    as_of: str | None
    link: str | None
    cell: str = ""  # of the table where it stands
    flags: Sequence[Flag] = ()
    says: Sequence[str] = ()  # labels of what it supports, where others support the rest
    copy: str | None = None  # address of the copy that was read


@dataclass(frozen=True)
class StatementView:
    """What a record states, in its own words, as labeled values and with its main sources."""

    kind: str
    id: str
    name: str
    url: str
    texts: list[str]
    values: list[tuple[str, str]]  # label and text
    flags: list[Flag]  # kinds of its notes
    notes: list[tuple[str, str]]  # label and text
    sources: list[SourceLine]
    more_sources: int


def view_statement(
    record: Mapping[str, Any], answers: Answers, left_out: Sequence[str] = ()
) -> StatementView:
    """A record as a statement; `left_out` are columns that all records around it share."""
    resource = find_resource(record["kind"])
    names = [n for n in resource.columns if n not in (*NO_VALUES, *PROSE, *left_out)]
    texts = [name for name in PROSE if isinstance(record.get(name), str)]
    told = {name: say_column(resource, name, record, answers) for name in names}
    fields = {name: JOINED_COLUMNS.get(name, (name,)) for name in names if told[name]}
    shown = {*texts, *(field for joined in fields.values() for field in joined)}
    chosen, missing = choose_citations(record["citations"], shown, resource.label)
    values = [(name, told[name]) for name in fields if missing.isdisjoint(fields[name])]
    return StatementView(
        kind=record["kind"],
        id=record["id"],
        name=upper_first(record["name"]),
        url=record["url"],
        texts=[record[name] for name in texts if record[name] != record["name"]],
        values=[(field_label(name, resource.kind), text) for name, text in values],
        flags=note_flags(record),
        notes=[
            (flag.label, note["text"])
            for note in record["notes"]
            for flag in note_flags({"notes": [note]})
        ],
        sources=[name_source(c, resource.kind, shown - missing, answers) for c in chosen],
        more_sources=len(source_ids(record["citations"]) - source_ids(chosen)),
    )


def say_column(resource: Resource, name: str, record: Mapping[str, Any], answers: Answers) -> str:
    """What a record has in a column of its collection's table; empty where nothing is stated."""
    if name in JOINED_COLUMNS:
        parts = RecordRows(resource, answers).cell(name, record).parts
        return "" if parts == [UNSTATED] else plain_text(parts)
    value = record[name]
    return "" if is_absent(value) else plain_text(Writer(resource, answers).write(name, value))


def plain_text(parts: Sequence[Piece]) -> str:
    """The text of a value."""
    return "".join(part.text for part in parts)


def choose_citations(
    citations: Sequence[JsonCitation], shown: Collection[str], label: str
) -> tuple[list[JsonCitation], set[str]]:
    """Few citations that together support what is shown, and the shown fields that they do not.

    Sources that stand come first, then those that support most, then those with an address.
    """
    chosen: list[JsonCitation] = []
    missing = {field for citation in citations for field in supported(citation) & {*shown}}

    def rank(citation: JsonCitation) -> tuple[bool, bool, int, bool, bool]:
        gained = supported(citation) & missing
        stands = citation["source"]["standing"] == Standing.CURRENT
        names = label in supported(citation)
        return bool(gained), stands, len(gained), names, is_web(citation["deep_link"])

    while not chosen or (missing and len(chosen) < MOST_PASSAGES):
        best = max(citations, key=rank)  # the first of equals
        chosen.append(best)
        missing -= supported(best)
    return chosen, missing


def source_ids(citations: Sequence[JsonCitation]) -> set[str]:
    """The sources of citations."""
    return {citation["source"]["id"] for citation in citations}


def supported(citation: JsonCitation) -> set[str]:
    """The fields of a record that a citation supports."""
    return {place.partition("[")[0] for place in citation["supports"]}


def name_source(
    citation: JsonCitation, kind: str, shown: Collection[str], answers: Answers
) -> SourceLine:
    """The source of a citation, with where it says so."""
    source, cell = citation["source"], citation["table_cell"]
    link, copy = citation["deep_link"], citation["seen_url"]
    says = sorted(field_label(name, kind) for name in supported(citation) if name in shown)
    return SourceLine(
        id=source["id"],
        publisher=source["publisher"],
        title=source["title"],
        as_of=citation["as_of"],
        link=link if is_web(link) else None,
        cell=f"row {cell['row']}, column {cell['column']}" if cell else "",
        flags=flag_standing(source, answers.base_url),
        says=says if len(says) < len(shown) else (),
        copy=copy if is_web(copy) else None,
    )
