"""What a page shows, not how it looks; an address is whole, a text is plain, never markup."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

Kept = TypeVar("Kept")


class Answers(Protocol):
    """Other answers of the API that a page may ask for, as JSON has them."""

    base_url: str
    contact: str | None
    tools_url: str | None

    def record(self, kind: str, id: str) -> dict[str, Any]:
        """A single record, kept for other pages."""

    def read(self, kind: str, id: str) -> dict[str, Any]:
        """A single record, read anew."""

    def link(self, kind: str, id: str) -> "Hyperlink":
        """The name of a record with its address."""

    def records(self, kind: str, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The records of a list, at most 500."""

    def keep(self, key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """What stands on many pages, made once for a key; nobody may change it."""

    def changes(self) -> dict[str, Any]:
        """What changed in the release that is served."""


class Piece(NamedTuple):
    """A stretch of a text: plain, a link, a date or a word that says that nothing is stated."""

    text: str
    url: str | None = None
    is_outside: bool = False
    date: str | None = None
    is_absent: bool = False
    place: str | None = None  # of an item in its record
    marks: tuple[str, ...] = ()
    is_match: bool = False  # of a search
    flags: Sequence["Flag"] = ()


@dataclass
class NoteView:
    """A curator's note: its kind in a word, its text, its footnotes."""

    kind: str
    label: str
    text: list[Piece]
    marks: tuple[str, ...]
    place: str


@dataclass
class FieldView:
    """A field with its value, its footnotes, and the notes that speak of it."""

    place: str
    label: str
    parts: list[Piece]
    marks: tuple[str, ...] = ()
    notes: list[NoteView] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The value as plain text."""
        return "".join(part.text for part in self.parts)


@dataclass
class ColumnHead:
    """A column of a table; `sort` is the address that sorts by it."""

    label: str
    style: str = ""
    sort: str | None = None
    sorted: str | None = None  # `ascending` or `descending` where the table is sorted by it
    axis: Any = None  # the scale of what is drawn in it


@dataclass(slots=True)
class Cell:
    """A cell of a table: parts, words that flag it, a line below, or a drawing."""

    parts: list[Piece]
    flags: Sequence["Flag"] = ()
    below: str = ""
    spoken: str = ""  # what a screen reader says first
    drawing: Any = None  # a mark on an axis
    marks: tuple[str, ...] = ()
    place: str | None = None
    style: str = ""
    html: str | None = field(default=None, compare=False, repr=False)  # kept for other pages


class Flag(NamedTuple):
    """A word in a frame: the kind of a note, the standing of a source, an agreement."""

    kind: str
    label: str
    url: str | None = None


@dataclass
class TableView:
    """A table with its caption."""

    caption: str
    columns: list[ColumnHead]
    rows: list[list[Cell]]
    place: str = ""
    title: str = ""
    style: str = "cards"
    notes: list[NoteView] = field(default_factory=list)
    more: Piece | None = None
    marks: tuple[str, ...] = ()  # of all rows, behind the title
    html: str | None = field(default=None, compare=False, repr=False)  # as of a cell


@dataclass
class Linked:
    """A record that is linked, with what flags it."""

    name: str
    url: str
    kind: str = ""
    flags: Sequence[Flag] = ()
    text: str = ""


@dataclass
class Group:
    """Linked records under a heading."""

    place: str
    title: str
    items: list[Linked]
    is_open: bool = False  # however long it is


@dataclass
class PassageView:
    """Where in a source a statement stands, as the curator read it."""

    mark: str
    quote: tuple[str, str | None] | None  # its first and last words
    section: str | None
    table: str | None
    cells: list[tuple[str, str]]
    attributed_to: str | None
    as_of: str | None
    accessed: str | None
    seen: str
    copy: str | None  # where the page that was read stands, if it is not the publisher's
    seen_url: str | None
    link: str | None
    is_replaced: bool = False  # by a newer edition
    supports: list[tuple[str, str]] = field(default_factory=list)  # place and label


@dataclass
class NumberedSource:
    """A numbered source of a record, with its passages."""

    number: int
    name: str
    publisher: str
    url: str
    flags: Sequence[Flag]
    passages: list[PassageView]


class Cite(NamedTuple):
    """One way to cite: its name, and the text to copy."""

    label: str
    text: str


@dataclass
class CiteBox:
    """What can be cited: this record, or a source of it."""

    label: str
    forms: list[Cite]


class Hyperlink(NamedTuple):
    """A link in a frame of the page: text and address."""

    text: str
    url: str
    is_current: bool = False
    number: int | None = None


@dataclass
class RecordView:
    """What the page of a record shows."""

    kind: str
    label: str
    place: str  # of the field that is the heading
    marks: tuple[str, ...]  # of the heading
    topic: Hyperlink | None
    as_of: str | None
    is_stale: bool
    flags: list[Flag]
    texts: list[FieldView]
    values: list[FieldView]
    tables: list[TableView]
    notes: list[NoteView]  # those that no field has taken to itself
    groups: list[Group]
    compared: list[Linked]
    sources: list[NumberedSource]
    cites: list[CiteBox]
    changed: str
    before: Hyperlink | None = None
    after: Hyperlink | None = None
    revision: str = ""
    contact: str | None = None
    extra: Any = None  # what only its kind has
    extra_contents: list[Hyperlink] = field(default_factory=list)
    contents: list[Hyperlink] = field(default_factory=list)


@dataclass
class PageView:
    """What every page has; `content` is what its template shows."""

    template: str
    title: str
    about: str  # in a sentence or two, as search engines show it
    url: str  # its canonical address
    section: str = ""  # the address in the navigation that it belongs to
    crumbs: list[Hyperlink] = field(default_factory=list)
    formats: list[tuple[str, str, str]] = field(default_factory=list)  # label, media type, address
    query: str = ""  # what is searched for
    content: Any = None
    json_ld: str | None = None
    is_indexed: bool = True
