"""The page of a single record: values with footnotes, notes, sources, how to cite it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.model.resource import Resource
from app.pages.cite import cite_record, cite_source
from app.pages.footnotes import Footnotes, make_anchor
from app.pages.frame import flag_kinds, home_crumb
from app.pages.glossary import Linker
from app.pages.tables import make_table, record_table
from app.pages.values import Writer, is_absent, is_record_link
from app.pages.views import (
    Answers,
    Citable,
    CitedSource,
    Flag,
    Group,
    Link,
    Linked,
    Note,
    Page,
    Table,
    Value,
)
from app.pages.words import end_sentence, field_label, flag_kind, kind_labels, upper_first

# Fields that the frame of a page shows, or that speak to programs.
FRAME = {"id", "kind", "url", "name", "topic", "citations", "notes", "as_of", "stale",
         "comparisons", "revision", "meta", "series"}  # fmt: skip
# Fields that are read as sentences, above the others.
TEXTS = ("statement", "summary", "definition", "description", "mechanism", "why_they_differ",
         "meaning", "indication", "effect_text")  # fmt: skip
# Links of a long group that are shown before the address of all.
MOST_LINKED = 12


@dataclass
class RecordView:
    """What the page of a record shows."""

    kind: str
    label: str
    place: str  # of the field that is the heading
    marks: tuple[str, ...]  # of the heading
    topic: Link | None
    as_of: str | None
    is_stale: bool
    flags: list[Flag]
    texts: list[Value]
    values: list[Value]
    tables: list[Table]
    notes: list[Note]  # those that no field has taken to itself
    groups: list[Group]
    compared: list[Linked]
    sources: list[CitedSource]
    cites: list[Citable]
    changed: str
    before: Link | None = None
    after: Link | None = None
    revision: str = ""
    contact: str | None = None
    extra: Any = None  # what only its kind has
    contents: list[Link] = field(default_factory=list)


class RecordPage:
    """Makes the view of one record from its answer."""

    def __init__(
        self, resource: Resource, record: Mapping[str, Any], answers: Answers, linker: Linker
    ) -> None:
        self.resource = resource
        self.record = record
        self.answers = answers
        self.linker = linker
        self.feet = Footnotes(record, answers.base_url)
        self.writer = Writer(resource, answers, self.feet)
        self.notes = [self.note(n, note) for n, note in enumerate(record["notes"], 1)]
        self.untaken = list(zip(self.notes, record["notes"], strict=True))

    def note(self, number: int, note: Mapping[str, Any]) -> Note:
        """A note with its footnotes."""
        place = f"notes[{number}]"
        flag = flag_kind(note["kind"])
        return Note(
            flag.kind,
            flag.label,
            self.linker.link(note["text"]),
            self.feet.of(place),
            make_anchor(place),
        )

    def take_notes(self, name: str) -> list[Note]:
        """The notes that speak of a field first; each stands in one place only."""
        taken = [
            pair for pair in self.untaken if pair[1]["about"] and base(pair[1]["about"][0]) == name
        ]
        self.untaken = [pair for pair in self.untaken if pair not in taken]
        return [note for note, _ in taken]

    def value(self, name: str) -> Value:
        """A field with its value, footnotes and notes."""
        given = self.record[name]
        if name in TEXTS and isinstance(given, str):
            parts = self.linker.link(given)
        else:
            parts = self.writer.write(name, given)
        has_items = isinstance(given, list) and bool(given)
        marks = () if is_absent(given) else self.feet.of(name, whole=not has_items)
        return Value(make_anchor(name), field_label(name), parts, marks, self.take_notes(name))

    def own_fields(self) -> list[str]:
        """The fields of the collection, in their order, and the disease at the end."""
        label = self.resource.label
        names = [n for n in self.record if n not in FRAME and n not in (label, "applies_to")]
        return [*names, *(["applies_to"] if self.record.get("applies_to") else [])]

    def view(self) -> RecordView:
        """The whole view."""
        fields = self.own_fields()
        tables = [name for name in fields if is_table(self.record[name])]
        groups = [name for name in fields if is_group(self.record[name])]
        plain = [name for name in fields if name not in {*tables, *groups}]
        texts = [n for n in plain if n in TEXTS and self.record[n] is not None]
        topic = self.record["topic"]
        changed = say_change(self.record["id"], self.answers.changes())
        heading = self.resource.label
        view = RecordView(
            kind=self.resource.kind,
            label=kind_labels()[self.resource.kind][0],
            place=make_anchor(heading),
            marks=self.feet.of(heading),
            topic=Link(topic["name"], topic["url"]) if topic else None,
            as_of=self.record["as_of"],
            is_stale=bool(self.record["stale"]),
            flags=[Flag(note.kind, note.label) for note in self.notes],
            texts=[self.value(name) for name in texts],
            values=[self.value(name) for name in plain if name not in texts],
            tables=[self.table(name) for name in tables],
            notes=[],
            groups=[self.group(name) for name in groups if self.record[name]],
            compared=[compared(link, self.answers) for link in self.record["comparisons"]],
            sources=self.feet.list_sources(),
            cites=self.cites(),
            changed=changed,
            revision=self.record["revision"],
            contact=self.answers.contact,
        )
        view.flags = list(dict.fromkeys(view.flags))
        view.notes = [note for note, _ in self.untaken]
        view.before, view.after = self.neighbors()
        return view

    def table(self, name: str) -> Table:
        """A list of objects as a table, or records of another collection in place."""
        given = self.record[name]
        if "citations" in given[0]:
            return record_table(name, given, self.answers)
        table = make_table(name, given, self.writer, self.feet)
        table.notes = self.take_notes(name)
        return table

    def group(self, name: str) -> Group:
        """Linked records under a heading; of many, the first ones."""
        items = [linked(ref) for ref in self.record[name]]
        return Group(make_anchor(name), field_label(name), items, len(items))

    def cites(self) -> list[Citable]:
        """What can be cited: this record, and each source that supports a field of it."""
        meta, record = self.record["meta"], self.record
        if self.resource.kind == "sources":
            return [Citable("this source", cite_source(record))]
        own = [Citable("this record", cite_record(record, meta))]
        sources = [self.answers.record("sources", name) for name in self.feet.own]
        return own + [Citable(f"the source, {s['publisher']}", cite_source(s)) for s in sources]

    def neighbors(self) -> tuple[Link | None, Link | None]:
        """The records of the same kind before and after it in its topic."""
        if not self.record["topic"]:
            return None, None
        topic = self.answers.record("topics", self.record["topic"]["id"])
        alike = [ref for ref in topic["records"] if ref["kind"] == self.resource.kind]
        at = next((n for n, ref in enumerate(alike) if ref["id"] == self.record["id"]), None)
        if at is None:
            return None, None
        around = [alike[n] if 0 <= n < len(alike) else None for n in (at - 1, at + 1)]
        before, after = (Link(ref["name"], ref["url"]) if ref else None for ref in around)
        return before, after


def base(place: str) -> str:
    """The field of a place."""
    return place.partition("[")[0]


def is_group(value: Any) -> bool:
    """Whether a value is a list of links to records."""
    return (
        isinstance(value, list)
        and bool(value)
        and is_record_link(value[0])
        and "citations" not in value[0]
    )


def is_table(value: Any) -> bool:
    """Whether a value is a list of objects that are no links and no codes."""
    is_objects = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    return is_objects and not is_group(value) and "curie" not in value[0]


def linked(ref: Mapping[str, Any]) -> Linked:
    """A link to a record, flagged with the kinds of its notes."""
    flags = flag_kinds(ref.get("note_kinds", []))
    return Linked(upper_first(ref["name"]), ref["url"], ref.get("kind", ""), flags)


def agreement(agree: bool) -> Flag:
    """Whether the answers of a comparison agree, as a flag."""
    return Flag("agree", "Sources agree") if agree else Flag("differ", "Sources differ")


def compared(link: Mapping[str, Any], answers: Answers) -> Linked:
    """A comparison that a record is part of."""
    record = answers.record("comparisons", link["id"])
    return Linked(link["name"], link["url"], "comparisons", [agreement(record["agree"])])


def say_change(record_id: str, changes: Mapping[str, Any]) -> str:
    """What the last release changed in a record, as a sentence."""
    version, before = changes["version"], changes["before"]
    if before is None:
        return f"First published in {version}."
    if any(added["id"] == record_id for added in changes["added"]):
        return f"New in {version}."
    for change in changes["changed"]:
        if change["id"] == record_id:
            names = ", ".join(field_label(name).lower() for name in change["fields"])
            return f"Changed in {version}, since {before}: {names}."
    return f"Unchanged in {version}, since {before}."


def record_page(
    resource: Resource, record: Mapping[str, Any], answers: Answers, linker: Linker
) -> Page:
    """The page of a record."""
    view = RecordPage(resource, record, answers, linker).view()
    title = upper_first(record["name"])
    plural = kind_labels()[resource.kind][1]
    section = f"{answers.base_url}/v1/{resource.kind}"
    crumbs = [home_crumb(answers), Link(plural, section)]
    about = f"{end_sentence(title)} Who says so, where, and what the curator adds."
    return Page("record.html", title, about, record["url"], section, crumbs, content=view)
