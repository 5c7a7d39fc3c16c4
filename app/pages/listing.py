"""The page of a list: what it is, filters with counts, drawings, a table, where to go on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.model.annotation import column_types
from app.model.citation import refers_to
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.pages.frame import SEEK_HELP, home_crumb
from app.pages.series import SeriesSet, make_series
from app.pages.tables import RecordRows
from app.pages.trials import TrialsView, view_ratios
from app.pages.values import UNSTATED
from app.pages.views import Answers, Hyperlink, PageView, TableView
from app.pages.words import (
    field_label,
    kind_labels,
    lower_first,
    say_word,
)

# Filters that every list offers, behind its own.
SHARED_FILTERS = ("applies_to", "topic", "has_note", "standing", "stale")
# A field with more values than this is no filter that one reads through.
MOST_CHOICES = 20
DOWNLOADS = (("CSV", "csv"), ("NDJSON", "ndjson"), ("BibTeX", "bibtex"), ("RIS", "ris"))
# Collections whose pages show the whole filter in drawings: half a series misleads.
SERIES = ("survival", "statistics")
DRAWN = (*SERIES, "trials")
# Parameters that are no filters.
OTHERS = ("sort", "limit", "cursor", "facets", "fields", "format")


def change_query(address: str, **changes: str | None) -> str:
    """An address with some of its parameters set or, with None, taken out; from the first page."""
    parts = urlsplit(address)
    dropped = {*changes, "cursor"}
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in dropped]
    pairs = kept + [(name, value) for name, value in changes.items() if value is not None]
    query = urlencode(pairs, safe=",")
    return parts._replace(query=query).geturl()


@dataclass
class Choice:
    """A value that a list can be filtered by."""

    label: str
    count: int
    url: str
    is_chosen: bool
    is_absent: bool = False


@dataclass
class Filter:
    """A field with its values."""

    label: str
    choices: list[Choice]


@dataclass
class Chip:
    """A condition of the list, with the address without it."""

    text: str
    url: str


@dataclass
class ListView:
    """What the page of a list shows."""

    noun: str
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


def facet_names(resource: Resource) -> list[str]:
    """The fields by which a person may want to filter a collection."""
    own = [
        name
        for name, (kind, _) in column_types(resource.row).items()
        if is_choice(resource, name, kind)
    ]
    shared = [name for name in SHARED_FILTERS if name not in own]
    return [*own, *(name for name in shared if name != "stale" or resource.ages)]


def is_choice(resource: Resource, name: str, kind: type) -> bool:
    """Whether a column has few values: words, yes and no, small numbers, other records."""
    if name.endswith("_to"):  # the years of diagnosis and periods: where they begin is enough
        return False
    refers = refers_to(resource.row.model_fields[name].annotation)
    return issubclass(kind, Vocabulary | bool | int) or refers is not None


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
    items = answer["items"]
    plural = kind_labels()[resource.kind][1]
    base = urlsplit(address)._replace(query="").geturl()
    table = TableView(
        caption=f"{plural}, {say_order(given)}",
        columns=rows.columns(given.get("sort", ""), lambda key: change_query(address, sort=key)),
        rows=[rows.row(record) for record in items],
    )
    return ListView(
        noun=lower_first(plural),
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
        order=say_order(given),
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
    if resource.kind in SERIES:
        view.series = make_series(drawn, answers.base_url)
    elif resource.kind == "trials" and drawn:
        view.trials = view_ratios(drawn)
    elif resource.kind == "symptoms":
        view.hint = Hyperlink(SEEK_HELP, f"{answers.base_url}/v1/facts?category=urgent-care")
    plural = kind_labels()[resource.kind][1]
    title = "; ".join([plural, *(chip.text for chip in view.chips)])
    url = change_query(address) if "cursor" not in address else address
    return PageView(
        "list.html",
        title,
        resource.about,
        url,
        view.all_url,
        [home_crumb(answers)],
        query=view.query,
        content=view,
    )


def say_order(given: Mapping[str, str]) -> str:
    """In which order a list stands, in words."""
    if keys := given.get("sort"):
        return "by " + ", then ".join(say_key(key) for key in keys.split(","))
    return "best match first" if given.get("q") else "in reading order"


def say_key(key: str) -> str:
    """A key of a list's order in words."""
    name = lower_first(field_label(key.removeprefix("-")))
    return f"{name}, from the highest" if key.startswith("-") else name


def drop_pair(address: str, pair: tuple[str, str]) -> str:
    """An address without one value of one parameter."""
    parts = urlsplit(address)
    pairs = [p for p in parse_qsl(parts.query) if p != pair and p[0] != "cursor"]
    return parts._replace(query=urlencode(pairs, safe=",")).geturl()


def say_condition(resource: Resource, name: str, value: str, answers: Answers) -> str:
    """A condition of a list in words."""
    if name == "q":
        return f"with the words “{value}”"
    if name == "absent":
        return "without " + ", ".join(lower_first(field_label(part)) for part in value.split(","))
    if name == "latest":
        return "newest editions only"
    kind = {"topic": "topics", "source": "sources"}.get(name) or refers_to(
        resource.row.model_fields[name].annotation if name in resource.row.model_fields else None
    )
    if kind:
        return f"{field_label(name)}: {answers.record(kind, value)['name']}"
    text = say_choice(resource, name, value)
    is_clear = text.startswith(("HR", "HER2", "ER", "PR"))
    return text if is_clear else f"{field_label(name)}: {text}"


def say_choice(resource: Resource, name: str, value: Any, label: str = "") -> str:
    """A value of a filter in words."""
    path = {
        "has_note": "notes.kind",
        "seen": "citations.seen",
        "standing": "citations.source.standing",
    }.get(name, name)
    if name == "standing" and resource.kind == "sources":
        path = name
    text = say_word(resource.kind, path, value)
    if text in ("true", "false"):
        text = "Yes" if text == "true" else "No"
    if name == "agree":
        text = "Sources agree" if text == "Yes" else "Sources differ"
    return label if label and text == str(value) else text


def make_filters(
    resource: Resource, facets: Mapping[str, Any], chosen: Sequence[tuple[str, str]], address: str
) -> Iterator[Filter]:
    """Yield the filters that leave a choice; a chosen value's address takes it out again."""
    for name, values in facets.items():
        is_active = any(pair[0] == name for pair in chosen)
        if not is_active and not 2 <= len(values) <= MOST_CHOICES:
            continue
        choices = []
        for value in values:
            text = (
                str(value["value"]).lower()
                if isinstance(value["value"], bool)
                else str(value["value"])
            )
            is_absent = value["value"] is None
            is_chosen = (name, text) in chosen
            label = (
                UNSTATED.text
                if is_absent
                else say_choice(resource, name, value["value"], value["label"])
            )
            url = drop_pair(address, (name, text)) if is_chosen else value["url"]
            choices.append(Choice(label, value["count"], url, is_chosen, is_absent))
        yield Filter(field_label(name), choices)
