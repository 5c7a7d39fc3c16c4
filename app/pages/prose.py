"""Pages of words alone: written in Markdown once, shown as HTML too."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from app.pages.markdown import write_markdown
from app.pages.views import PageView

# A command can be wider than a screen: it is scrolled, with the keyboard too.
COMMAND = '<pre tabindex="0" role="group" aria-label="Command">{}</pre>\n'


@cache
def markdown_parser() -> MarkdownIt:
    """CommonMark without HTML; links out of the service tell nobody where the reader was."""
    parser = MarkdownIt("commonmark", {"html": False})
    parser.add_render_rule("fence", write_command)
    parser.add_render_rule("link_open", open_link)
    return parser


def write_command(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """A block of commands."""
    return COMMAND.format(Markup.escape(tokens[at].content))


def open_link(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """The start of a link."""
    if not str(tokens[at].attrGet("href")).startswith(f"{env['base']}/"):
        tokens[at].attrSet("rel", "external noreferrer")
    return renderer.renderToken(tokens, at, options, env)


def write_prose(page: PageView, meta: Mapping[str, Any], base_url: str) -> Markup:
    """The words of a page as HTML."""
    text = write_markdown(page, meta, base_url, layout="bare")
    return Markup(markdown_parser().render(text, {"base": base_url}))
