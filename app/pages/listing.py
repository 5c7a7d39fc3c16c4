"""The page of a list: what it is, filters with counts, drawings, a table, where to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.model.labels import say_count
from app.model.resource import Resource
from app.pages.filters import (
    Filter,
    change_query,
    column_refers_to,
    drop_pair,
    make_filters,
    say_choice,
)
from app.pages.frame import SEEK_HELP, home_crumb
from app.pages.series import SeriesSet, make_series
from app.pages.tables import RecordRows
from app.pages.trials import TrialsView, view_ratios
from app.pages.views import Answers, Hyperlink, PageView, TableView
from app.pages.words import (
    field_label,
    kind_labels,
    lower_first,
)

DOWNLOADS = (("CSV", "csv"), ("NDJSON", "ndjson"), ("BibTeX", "bibtex"), ("RIS", "ris"))
# Collections whose pages show the whole filter in drawings: half a series misleads.
SERIES = ("survival", "statistics")
DRAWN = (*SERIES, "trials")
# Parameters that are no filters.
OTHERS = ("sort", "limit", "cursor", "facets", "fields", "format")


@dataclass
class Chip:
    """A condition of the list, with the address without it."""

    text: str
    url: str


@dataclass
class ListView:
    """What the page of a list shows."""

    noun: str
    title: str  # of the table
    lead: str
    chips: list[Chip]
    all_url: str
    filters: list[Filter]
    table: TableView
    shown: int
    total: int
    order: str
    next: str | None
    first: str | None
    downloads: list[Hyperlink] = field(default_factory=list)
    series: SeriesSet | None = None
    trials: TrialsView | None = None
    hint: Hyperlink | None = None
    query: str = ""


def list_view(
    resource: Resource,
    answer: Mapping[str, Any],
    address: str,
    fields: Sequence[str],
    answers: Answers,
) -> ListView:
    """The view of a page of a list, from its answer and its address with the filters in it."""
    pairs = parse_qsl(urlsplit(address).query)
    given = dict(pairs)
    chosen = [(name, value) for name, value in pairs if name not in OTHERS]
    rows = RecordRows(resource, answers, ["name", *fields] if fields else ())
    make_row = rows.row if fields else rows.kept_row
    items = answer["items"]
    plural = kind_labels()[resource.kind][1]
    base = urlsplit(address)._replace(query="").geturl()
    table = TableView(
        caption=f"{plural}, {say_order(resource, given)}",
        columns=rows.columns(given.get("sort", ""), lambda key: change_query(address, sort=key)),
        rows=[make_row(record) for record in items],
    )
    return ListView(
        noun=lower_first(plural),
        title=say_count(answer["total"], resource.singular, resource.plural),
        lead=resource.about,
        chips=[
            Chip(say_condition(resource, *pair, answers), drop_pair(address, pair))
            for pair in chosen
        ],
        all_url=base,
        filters=list(make_filters(resource, answer["facets"], chosen, address)),
        table=table,
        shown=len(items),
        total=answer["total"],
        order=say_order(resource, given),
        next=answer["next"],
        first=change_query(address) if "cursor" in given else None,
        query=given.get("q", ""),
    )


def list_page(
    resource: Resource,
    answer: Mapping[str, Any],
    address: str,
    fields: Sequence[str],
    answers: Answers,
    drawn: Sequence[Mapping[str, Any]] = (),
) -> PageView:
    """The page of a list; `drawn` are all its records where they are drawn."""
    view = list_view(resource, answer, address, fields, answers)
    view.downloads = [
        Hyperlink(label, change_query(address, format=form, limit=None))
        for label, form in DOWNLOADS
    ]
    if drawn:
        is_all = view.shown == view.total
        view.title = "Every one in a table" if is_all else f"{view.shown} of them in a table"
    if resource.kind in SERIES and drawn:
        view.series = make_series(list(map(dict, drawn)), answers.base_url)
    elif resource.kind == "trials" and drawn:
        view.trials = view_ratios(drawn, answers)
    elif resource.kind == "symptoms":
        view.hint = Hyperlink(SEEK_HELP, f"{answers.base_url}/v1/facts?category=urgent-care")
    plural = kind_labels()[resource.kind][1]
    title = "; ".join([plural, *(chip.text for chip in view.chips)])
    url = change_query(address) if "cursor" not in address else address
    return PageView(
        "list",
        title,
        resource.about,
        url,
        view.all_url,
        [home_crumb(answers)],
        query=view.query,
        content=view,
    )


def say_order(resource: Resource, given: Mapping[str, str]) -> str:
    """In which order a list stands, in words."""
    if keys := given.get("sort"):
        return "by " + ", then ".join(say_key(resource, key) for key in keys.split(","))
    return "best match first" if given.get("q") else "in reading order"


def say_key(resource: Resource, key: str) -> str:
    """A key of a list's order in words."""
    name = lower_first(field_label(key.removeprefix("-"), resource.kind))
    return f"{name}, from the highest" if key.startswith("-") else name


def say_condition(resource: Resource, name: str, value: str, answers: Answers) -> str:
    """A condition of a list in words."""
    if name == "q":
        return f"with the words “{value}”"
    if name == "absent":
        parts = (lower_first(field_label(part, resource.kind)) for part in value.split(","))
        return "without " + ", ".join(parts)
    if name == "latest":
        return "newest editions only"
    label = field_label(name, resource.kind)
    if kind := column_refers_to(resource, name):
        return f"{label}: {answers.link(kind, value).text}"
    text = say_choice(resource, name, value)
    is_clear = text.startswith(("HR", "HER2", "ER", "PR"))
    return text if is_clear else f"{label}: {text}"
