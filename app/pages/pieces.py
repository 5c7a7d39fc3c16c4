"""Write what a page has by the hundred: texts in parts, marks, flags, notes, links, citations.

A macro of Jinja takes ten times as long. Every text goes through `esc`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.pages.markup import esc, write_link, write_out, write_time, write_whole
from app.pages.views import Cite, CiteBox, FieldView, Flag, Group, Linked, NoteView, Piece

# Longer lists of links are closed at first.
MOST_OPEN = 12


@lru_cache(maxsize=2_000)
def write_mark(mark: str) -> str:
    """A footnote mark."""
    return f'<a href="#s{esc(mark)}"><span class="hidden">source </span>{esc(mark)}</a>'


def write_marks(found: Iterable[str]) -> str:
    """Footnote marks behind a value."""
    links = "".join(map(write_mark, found))
    return f'<sup class="fn">{links}</sup>' if links else ""


def write_parts(parts: Iterable[Piece]) -> str:
    """A text in parts."""
    return "".join(map(write_piece, parts))


def write_piece(piece: Piece) -> str:
    """A stretch of a text."""
    text, url, is_outside, date, is_absent, place, marks, is_match, flags = piece
    if is_absent:
        shown = f"<i>{esc(text)}</i>"
    elif url:
        shown = write_out(url, text) if is_outside else write_link(url, text)
    elif date:
        shown = write_time(date, text)
    else:
        shown = f"<mark>{esc(text)}</mark>" if is_match else write_whole(text)
    if flags:
        shown += write_flags(flags)
    return f'{shown}<span id="{esc(str(place))}">{write_marks(marks)}</span>' if marks else shown


def write_flags(flags: Iterable[Flag]) -> str:
    """Words in frames."""
    return "".join(map(write_flag, flags))


@lru_cache(maxsize=2_000)
def write_flag(flag: Flag) -> str:
    """A word in a frame."""
    style, label = f'class="badge {esc(flag.kind)}"', esc(flag.label)
    if flag.url:
        return f' <a {style} href="{esc(flag.url)}">{label}</a>'
    return f" <b {style}>{label}</b>"


def write_note(note: NoteView) -> str:
    """A curator's note."""
    kind, place = esc(note.kind), f' id="{esc(note.place)}"' if note.place else ""
    return (
        f'<div class="note {kind}" role="note"{place}>\n'
        f'<p><b class="badge {kind}">{esc(note.label)}</b> '
        f"{write_parts(note.text)}{write_marks(note.marks)}</p>\n</div>\n"
    )


def write_linked(to: Linked) -> str:
    """A link to a record, with what flags it."""
    link = write_link(to.url, to.name)
    return link + write_flags(to.flags) if to.flags else link


def write_value(field: FieldView) -> str:
    """A field with its value and the notes on it."""
    style = ' class="noted"' if field.notes else ""
    notes = "".join(map(write_note, field.notes))
    return (
        f'<div{style}><dt>{esc(field.label)}</dt><dd id="{esc(field.place)}">'
        f"{write_parts(field.parts)}{write_marks(field.marks)}\n{notes}</dd></div>\n"
    )


def write_group(group: Group) -> str:
    """Linked records under a heading."""
    links = "".join([f"<li>{write_linked(to)}</li>" for to in group.items])
    style = "statements" if group.is_open else "plain"
    listed = f'<ul class="{style}">{links}</ul>\n'
    if len(group.items) > MOST_OPEN and not group.is_open:
        summary = f"<summary>Show all {len(group.items)}</summary>"
        listed = f'<details class="group">{summary}\n{listed}</details>'
    return f'<section id="{esc(group.place)}"><h2>{esc(group.title)}</h2>\n{listed}</section>\n'


def write_cites(boxes: Sequence[CiteBox]) -> str:
    """What can be cited; the first is open, and in print its first form stands as a text."""
    printed = f'<p class="printed">{esc(boxes[0].forms[0].text)}</p>\n'
    first, *others = (write_forms(box.label, tuple(box.forms)) for box in boxes)
    closed = [f'<details class="cite">{forms}' for forms in others]
    return f'{printed}<details class="cite" open>{first}{"".join(closed)}'


@lru_cache(maxsize=500)
def write_forms(label: str, forms: Sequence[Cite]) -> str:
    """The ways to cite something, one of which is open; sources come again and again."""
    first, *others = (write_form(esc(label), form) for form in forms)
    closed = [f'<details name="cite-{esc(label)}">{form}' for form in others]
    return (
        f"<summary>Cite {esc(label)}</summary>\n"
        f'<details name="cite-{esc(label)}" open>{first}{"".join(closed)}</details>\n'
    )


def write_form(label: str, form: Cite) -> str:
    """A citation to copy."""
    name, rows = esc(form.label), form.text.count("\n") + 2
    return (
        f'<summary>{name}</summary>\n<textarea readonly spellcheck="false" rows="{rows}" '
        f'aria-label="{name} citation of {label}">{esc(form.text)}</textarea></details>\n'
    )
