"""Write passages and sources as HTML: where something was read, and how."""

from collections.abc import Sequence

from app.pages.markup import esc, write_day, write_link, write_out
from app.pages.pieces import write_flags
from app.pages.views import NumberedSource, PassageView
from app.pages.words import end_sentence

UNVERIFIED = '<span class="soft">No address verified.</span>'
REPLACED = "A newer edition has replaced this one, so the page may show other figures now."


def write_passage(passage: PassageView, *, back: bool = True) -> str:
    """Where and how a curator read something: section, words, dates, the link; `back` to places."""
    parts = [write_place(passage)]
    if passage.attributed_to:
        parts.append(f"The source names {esc(end_sentence(passage.attributed_to))}")
    dated = f"As of {write_day(passage.as_of)}" if passage.as_of else "Undated"
    read = f"{write_day(passage.accessed)} {esc(passage.seen)}"
    parts.append(f"{dated}, read on {read}.")
    parts.append(write_opening(passage))
    if back and passage.supports:
        links = ", ".join(write_link(f"#{place}", label) for place, label in passage.supports)
        parts.append(f'<span class="for">Supports {links}</span>')
    return "\n".join(parts)


def write_opening(passage: PassageView) -> str:
    """The link to the passage; whether the page has changed since, and which copy was read."""
    opens = "Open the passage" if passage.quote else "Open the source"
    parts = [write_out(passage.link, opens, "whole") if passage.link else UNVERIFIED]
    if passage.is_replaced and passage.link:
        parts.append(f'<span class="soft">{REPLACED}</span>')
    if passage.seen_url:
        parts.append(write_out(passage.seen_url, f"Open the {passage.copy}, which was read"))
    return "\n".join(parts)


def write_place(passage: PassageView) -> str:
    """The place of a passage in its source."""
    found = ""
    if passage.table:
        cells = "; ".join(f"row {esc(row)}, column {esc(column)}" for row, column in passage.cells)
        found = f"Table “{esc(passage.table)}”, {cells}"
    elif passage.quote:
        start, end = passage.quote
        found = f"<q>{esc(start)}{f' … {esc(end)}' if end else ''}</q>"
    if not passage.section:
        return f"{found}."
    return f"{found}{', in' if found else 'In'} “{esc(passage.section)}”."


def write_sources(sources: Sequence[NumberedSource]) -> str:
    """The numbered sources of a record, each with its passages."""
    return "".join(map(write_source, sources))


def write_lettered(passage: PassageView) -> str:
    """One of several passages of a source, with its letter."""
    mark = esc(passage.mark)
    return f'<p id="s{mark}" class="passage"><b>{mark}</b> {write_passage(passage)}</p>'


def write_source(source: NumberedSource) -> str:
    """A numbered source with its passages, which have letters if they are several."""
    if len(source.passages) == 1:
        passages = f'<p class="passage">{write_passage(source.passages[0])}</p>'
    else:
        passages = "".join(map(write_lettered, source.passages))
    return (
        f'<li id="s{source.number}"><b>{esc(end_sentence(source.publisher))}</b> '
        f"<cite>{esc(end_sentence(source.name))}</cite>\n"
        f'<a class="small" href="{esc(source.url)}">About this source</a>'
        f"{write_flags(source.flags)}\n{passages}</li>\n"
    )
