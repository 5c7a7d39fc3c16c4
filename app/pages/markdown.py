"""Write a page as Markdown (CommonMark with tables) from the view that its HTML is made of."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from app.pages import words
from app.pages.evidence import REPLACED
from app.pages.views import PageView

# Characters that begin markup wherever they stand; an underscore does so beside a space only.
SPECIAL = re.compile(r"[\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
# Characters that do so at the beginning of a line only.
LINE_START = re.compile(r"^(\s*\d*)([-+=#]+(?=\s|$)|>|(?<=\d)[.)](?=\s|$))")
TRAILING_SPACES, BLANK_LINES = re.compile(r"[ \t]+\n"), re.compile(r"\n{3,}")
# What an address may have besides letters and digits without ending the link that it stands in.
TARGET_SAFE = "%:/?#@!$&'*+,;=~-._"


def escape_markdown(value: Any) -> Markup:
    """A value as text of one line: nothing in it is markup."""
    if isinstance(value, Markup):
        return value
    text = SPECIAL.sub(r"\\\g<0>", " ".join(str(value).splitlines()))
    return Markup(LINE_START.sub(r"\1\\\2", text))


def link_target(url: str) -> Markup:
    """An address inside the brackets of a link."""
    return Markup(quote(url, safe=TARGET_SAFE))


def fence(text: str) -> Markup:
    """A text that is shown as it is, such as a command."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    marks = "`" * max(longest + 1, 3)
    return Markup("\n".join((marks, text, marks)))


@cache
def markdown_environment() -> Environment:
    """The templates, all compiled; what they print is escaped unless a macro made it."""
    made = Environment(
        loader=PackageLoader("app.pages", "markdown_templates"),
        autoescape=True,
        finalize=escape_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "day": words.say_day,
        "fenced": fence,
        "end_sentence": words.end_sentence,
        "target": link_target,
        "upper_first": words.upper_first,
    }
    made.globals["replaced"] = REPLACED
    for name in made.list_templates():
        made.get_template(name)
    return made


def write_markdown(
    page: PageView, meta: Mapping[str, Any], base_url: str, layout: str = "base"
) -> str:
    """The page as Markdown; `layout` is `bare` for its words without what stands below each."""
    template = markdown_environment().get_template(f"{page.template}.md")
    base = link_target(base_url)
    made = template.render(
        page=page, view=page.content, meta=meta, base=base, layout=f"{layout}.md"
    )
    return BLANK_LINES.sub("\n\n", TRAILING_SPACES.sub("\n", made)).strip() + "\n"
