"""Write a page as HTML by its template. Every template is compiled before the first request."""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from app.pages import words
from app.pages.charts import draw_axis, draw_bars, draw_mark
from app.pages.evidence import write_opening, write_passage, write_sources
from app.pages.markup import write_day, write_out, write_whole
from app.pages.pieces import (
    write_cites,
    write_flags,
    write_group,
    write_linked,
    write_marks,
    write_note,
    write_parts,
    write_value,
)
from app.pages.prose import write_prose
from app.pages.rows import write_table, write_table_cell
from app.pages.timeline import draw_timeline
from app.pages.views import PageView

STYLE_FILE = Path(__file__).parent / "static" / "style.css"
# The name changes with the content, so that no cache gives a page the style of another version.
STYLE_NAME = f"pages-{sha256(STYLE_FILE.read_bytes()).hexdigest()[:8]}.css"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# What templates call; a macro of Jinja takes ten times as long.
WRITERS = (
    draw_axis, draw_bars, draw_mark, draw_timeline, write_table_cell, write_cites, write_flags,
    write_group, write_linked, write_marks, write_note, write_opening, write_out, write_parts,
    write_passage, write_prose, write_sources, write_table, write_value,
)  # fmt: skip
# The main parts, in the head of each page.
NAVIGATION = (
    ("Topics", "/v1/topics"), ("Drugs", "/v1/drugs"), ("Survival", "/v1/survival"),
    ("Comparisons", "/v1/comparisons"), ("Sources", "/v1/sources"), ("Data", "/v1/export"),
    ("For developers", "/guide/developers"),
)  # fmt: skip


def as_markup(write: Callable[..., str]) -> Callable[..., Markup]:
    """A function whose text is HTML already: templates need not escape it."""
    return lambda *views, **options: Markup(write(*views, **options))


@cache
def environment() -> Environment:
    """The templates, all compiled: one that is missing or wrong fails here."""
    made = Environment(
        loader=PackageLoader("app.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "day": write_day,
        "end_sentence": words.end_sentence,
        "json_script": json_script,
        "upper_first": words.upper_first,
        "whole_receptors": as_markup(write_whole),
    }
    made.globals |= {"navigation": NAVIGATION, "style_name": STYLE_NAME}
    made.globals |= {writer.__name__: as_markup(writer) for writer in WRITERS}
    for name in made.list_templates():
        made.get_template(name)
    return made


def json_script(text: str) -> Markup:
    """JSON inside a script element: no `<` in it can end the element."""
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


def write_html(page: PageView, meta: Mapping[str, Any], base_url: str, depth: int) -> str:
    """The page as HTML, at an address with so many folders above it.

    All addresses of the service are made relative: the page works at whatever host a browser
    found it, while JSON, citations and the canonical address have the public one.
    """
    template = environment().select_template([f"{page.template}.html", "guide.html"])
    text = template.render(page=page, view=page.content, meta=meta, base=base_url)
    base, root = str(escape(base_url)), "../" * depth or "./"
    for attribute in ("href", "action"):
        text = text.replace(f'{attribute}="{base}/', f'{attribute}="{root}')
    return text
