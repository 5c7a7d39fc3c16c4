"""What pages of one kind of content share: a sentence and tables, and the ways back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.pages.views import Answers, Flag, Hyperlink, PageView, TableView
from app.pages.words import flag_kind

SEEK_HELP = "When to seek help, in the sources’ own words"


@dataclass
class TablesView:
    """A sentence, tables, and what is said behind them."""

    lead: str
    tables: list[TableView] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    links: list[Hyperlink] = field(default_factory=list)


def home_crumb(answers: Answers) -> Hyperlink:
    """The way back to the first page."""
    return Hyperlink("HER2 Facts", f"{answers.base_url}/")


def tables_page(
    title: str, url: str, view: TablesView, answers: Answers, crumbs: Sequence[Hyperlink] = ()
) -> PageView:
    """A page of tables."""
    section = crumbs[0].url if crumbs else url
    trail = [home_crumb(answers), *crumbs]
    return PageView("tables", title, view.lead, url, section, trail, content=view)


def flag_kinds(kinds: Sequence[str]) -> list[Flag]:
    """The kinds of a record's notes as flags, each once."""
    return [flag_kind(kind) for kind in dict.fromkeys(kinds)]
