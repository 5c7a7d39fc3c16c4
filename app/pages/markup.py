"""Escape texts for HTML, and write the smallest elements."""

import re
from functools import lru_cache

from markupsafe import Markup, escape

from app.pages.words import say_day

WHOLE_RECEPTOR = re.compile(r"\b(?:HR|HER2|ER|PR)-(?:positive|negative)\b")
# Texts up to this length are kept: names, labels and addresses come again and again.
LONGEST_KEPT = 200


def esc(text: str) -> str:
    """A text as HTML shows it."""
    return escape_short(text) if len(text) <= LONGEST_KEPT else str(escape(text))


@lru_cache(maxsize=10_000)
def escape_short(text: str) -> str:
    """A text as HTML shows it, made once."""
    return str(escape(text))


def write_whole(text: str) -> str:
    """A text in which no line ends between a receptor and its status."""
    shown = esc(text)
    return (
        WHOLE_RECEPTOR.sub(r'<span class="whole">\g<0></span>', shown) if "tive" in shown else shown
    )


@lru_cache(maxsize=2_000)
def write_day(iso: str) -> Markup:
    """A date as an element that machines read too."""
    return Markup(write_time(iso, say_day(iso)))


def write_time(iso: str, shown: str) -> str:
    """A text that says a date."""
    return f'<time datetime="{esc(iso)}">{esc(shown)}</time>'


def write_link(url: str, text: str) -> str:
    """A link within the service."""
    return f'<a href="{esc(url)}">{esc(text)}</a>'


def write_out(url: str, text: str, style: str = "") -> str:
    """A link that leaves the service."""
    return f'<a class="out {style}" rel="external noreferrer" href="{esc(url)}">{esc(text)}</a>'
