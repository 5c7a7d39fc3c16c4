"""The page of a single record: values with footnotes, notes, sources, how to cite it."""

from collections.abc import Mapping
from typing import Any

from app.model.resource import Resource
from app.pages.cite import cite_record, cite_source
from app.pages.footnotes import Footnotes, make_anchor
from app.pages.frame import home_crumb
from app.pages.glossary import Linker
from app.pages.kinds import add_extra
from app.pages.linking import base, is_group, is_table, keep_changes, link_comparison, link_record
from app.pages.tables import make_table
from app.pages.values import Writer, is_absent
from app.pages.views import (
    Answers,
    CiteBox,
    FieldView,
    Flag,
    Group,
    Hyperlink,
    Linked,
    NoteView,
    PageView,
    RecordView,
    TableView,
)
from app.pages.words import end_sentence, field_label, flag_kind, kind_labels, upper_first

# Fields that the frame of a page shows, or that speak to programs.
FRAME = {"id", "kind", "url", "name", "topic", "citations", "notes", "as_of", "stale",
         "comparisons", "revision", "meta", "cite_as", "series"}  # fmt: skip
# Fields that are read as sentences, above the others.
PROSE = (
    "statement", "summary", "definition", "description", "mechanism", "why_they_differ",
    "indication",
)  # fmt: skip
# Fields that the part of the page shows which only their kind has.
HIDDEN = {
    "comparisons": {"answers", "agree", "differ_in", "answer_kinds"},
    "drugs": {"approvals", "products", "trials", "warnings", "cited", "treatments"},
    "trials": {"results"},
}


class RecordWriter:
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

    def note(self, number: int, note: Mapping[str, Any]) -> NoteView:
        """A note with its footnotes."""
        place = f"notes[{number}]"
        flag = flag_kind(note["kind"])
        return NoteView(
            flag.kind,
            flag.label,
            self.linker.link(note["text"]),
            self.feet.of(place),
            make_anchor(place),
        )

    def take_notes(self, name: str) -> list[NoteView]:
        """The notes that speak of a field first; each stands in one place only."""
        taken = [
            pair for pair in self.untaken if pair[1]["about"] and base(pair[1]["about"][0]) == name
        ]
        self.untaken = [pair for pair in self.untaken if pair not in taken]
        return [note for note, _ in taken]

    def value(self, name: str) -> FieldView:
        """A field with its value, footnotes and notes."""
        given = self.record[name]
        if name in PROSE and isinstance(given, str):
            parts = self.linker.link(given)
        else:
            parts = self.writer.write(name, given)
        has_items = isinstance(given, list) and bool(given)
        marks = () if is_absent(given) else self.feet.of(name, whole=not has_items)
        label = field_label(name, self.resource.kind)
        return FieldView(make_anchor(name), label, parts, marks, self.take_notes(name))

    def own_fields(self) -> list[str]:
        """The fields of the collection, in their order, and the disease at the end."""
        left_out = FRAME | HIDDEN.get(self.resource.kind, set()) | {self.resource.label}
        names = [name for name in self.record if name not in left_out and name != "applies_to"]
        shown = [name for name in names if not self.is_void(name)]
        return [*shown, *(["applies_to"] if self.record.get("applies_to") else [])]

    def is_void(self, name: str) -> bool:
        """Whether nothing need be said of a field without a value: no source could state it."""
        value = self.record[name]
        if value is None:
            return self.writer.types[name].is_editorial
        return value == [] and name not in self.resource.row.model_fields

    def view(self) -> RecordView:
        """The whole view."""
        fields = self.own_fields()
        tables = [name for name in fields if is_table(self.record[name])]
        groups = [name for name in fields if is_group(self.record[name])]
        plain = [name for name in fields if name not in {*tables, *groups}]
        texts = [n for n in plain if n in PROSE and self.record[n] is not None]
        topic = self.record["topic"]
        changed = keep_changes(self.answers).say(self.record["id"])
        heading = self.resource.label
        view = RecordView(
            kind=self.resource.kind,
            label=kind_labels()[self.resource.kind][0],
            place=make_anchor(heading),
            marks=self.feet.of(heading),
            topic=Hyperlink(topic["name"], topic["url"]) if topic else None,
            as_of=self.record["as_of"],
            is_stale=bool(self.record["stale"]),
            flags=[Flag(note.kind, note.label) for note in self.notes],
            texts=[self.value(name) for name in texts],
            values=[self.value(name) for name in plain if name not in texts],
            tables=[self.table(name) for name in tables],
            notes=[],
            groups=[group for name in groups for group in self.groups(name)],
            compared=[link_comparison(link, self.answers) for link in self.record["comparisons"]],
            sources=self.feet.list_sources(),
            cites=self.cites(),
            changed=changed,
            revision=self.record["revision"],
            contact=self.answers.contact,
        )
        view.flags = list(dict.fromkeys(view.flags))
        view.notes = [note for note, _ in self.untaken]
        view.before, view.after = self.neighbors()
        add_extra(view, self.record, self.answers, self.feet)
        view.contents = list_contents(view)
        return view

    def table(self, name: str) -> TableView:
        """A list of objects as a table."""
        table = make_table(name, self.record[name], self.writer, self.feet)
        table.notes = self.take_notes(name)
        return table

    def groups(self, name: str) -> list[Group]:
        """Linked records under a heading, or under one for each kind if they are of several."""
        kinds: dict[str, list[Linked]] = {}
        for ref in self.record[name]:
            kinds.setdefault(ref.get("kind", ""), []).append(link_record(ref))
        if len(kinds) == 1:
            (items,) = kinds.values()
            return [Group(make_anchor(name), field_label(name), items)]
        return [
            Group(f"{make_anchor(name)}-{kind}", kind_labels()[kind][1], items, self.leads(kind))
            for kind, items in kinds.items()
        ]

    def leads(self, kind: str) -> bool:
        """Whether a reader came for these: the statements of a topic."""
        return (self.resource.kind, kind) == ("topics", "facts")

    def cites(self) -> list[CiteBox]:
        """What can be cited: this record, and each source that supports a field of it."""
        meta, record = self.record["meta"], self.record
        if self.resource.kind == "sources":
            return [CiteBox("this source", cite_source(record))]
        own = [CiteBox("this record", cite_record(record, meta))]
        return own + [self.cites_source(source) for source in self.feet.own]

    def cites_source(self, source: str) -> CiteBox:
        """The ways to cite a source, which many records share."""
        answers = self.answers
        return answers.keep(("cite", source), lambda: cite_box(answers.read("sources", source)))

    def neighbors(self) -> tuple[Hyperlink | None, Hyperlink | None]:
        """The records of the same kind before and after it in its topic."""
        if not self.record["topic"]:
            return None, None
        topic = self.answers.record("topics", self.record["topic"]["id"])
        alike = [ref for ref in topic["records"] if ref["kind"] == self.resource.kind]
        at = next((n for n, ref in enumerate(alike) if ref["id"] == self.record["id"]), None)
        if at is None:
            return None, None
        around = [alike[n] if 0 <= n < len(alike) else None for n in (at - 1, at + 1)]
        before, after = (Hyperlink(ref["name"], ref["url"]) if ref else None for ref in around)
        return before, after


def cite_box(source: Mapping[str, Any]) -> CiteBox:
    """The ways to cite a source."""
    return CiteBox(f"the source, {source['publisher']}", cite_source(source))


def list_contents(view: RecordView) -> list[Hyperlink]:
    """What is on a long page, with counts; nothing for a short one."""
    parts = [Hyperlink(t.title, f"#{t.place}", number=len(t.rows)) for t in view.tables]
    parts += [Hyperlink(g.title, f"#{g.place}", number=len(g.items)) for g in view.groups]
    notes = [Hyperlink("What the curator adds", "#notes", number=len(view.notes))]
    compared = [Hyperlink("Compared in", "#comparisons", number=len(view.compared))]
    parts = [*view.extra_contents, *parts]
    if view.notes:
        parts = [*notes, *parts]
    if view.compared:
        parts += compared
    if len(parts) < 3:
        return []
    last = "Where it was read" if view.kind == "sources" else "Sources"
    return [
        *parts,
        Hyperlink(last, "#sources", number=len(view.sources)),
        Hyperlink("Cite", "#cite"),
    ]


def record_page(
    resource: Resource, record: Mapping[str, Any], answers: Answers, linker: Linker
) -> PageView:
    """The page of a record."""
    view = RecordWriter(resource, record, answers, linker).view()
    title = upper_first(record["name"])
    plural = kind_labels()[resource.kind][1]
    section = f"{answers.base_url}/v1/{resource.kind}"
    crumbs = [home_crumb(answers), Hyperlink(plural, section)]
    about = f"{end_sentence(title)} Who says so, where, and what the curator adds."
    return PageView("record", title, about, record["url"], section, crumbs, content=view)
