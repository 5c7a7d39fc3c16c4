"""Filters of a list with the number of records of each, and the addresses that set them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.model.annotation import column_types
from app.model.resource import Resource
from app.model.value import field_refers_to
from app.model.vocabulary import Vocabulary
from app.pages.values import UNSTATED
from app.pages.words import field_label, say_word, upper_first

# Filters that every list offers, behind its own.
SHARED_FILTERS = ("applies_to", "topic", "has_note", "standing", "stale")


# What a yes or no says, where the name of the field does not: no first.
FLAG_WORDS = {
    "agree": ("Sources differ", "Sources agree"),
    "stale": ("Up to two years old", "More than two years old"),
}
# What it says that a field has no value.
ABSENT_WORDS = {"has_note": "None", "stale": "No date"}
# A field with more values than this is no filter that one reads through.
MOST_CHOICES = 20


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


def facet_names(resource: Resource) -> list[str]:
    """The fields by which a person may want to filter a collection."""
    own = [
        name
        for name, (kind, _) in column_types(resource.row).items()
        if is_choice(resource, name, kind)
    ]
    # What the table shows comes first, in its order.
    shown = dict.fromkeys([*resource.columns, *own])
    own = [name for name in shown if name in own]
    shared = [name for name in SHARED_FILTERS if name not in own]
    return [*own, *(name for name in shared if name != "stale" or resource.ages)]


def is_choice(resource: Resource, name: str, kind: type) -> bool:
    """Whether a column has few values: words, yes and no, small numbers, other records."""
    if name.endswith("_to"):  # the years of diagnosis and periods: where they begin is enough
        return False
    refers = column_refers_to(resource, name)
    return issubclass(kind, Vocabulary | bool | int) or refers is not None


def column_refers_to(resource: Resource, name: str) -> str | None:
    """The kind of record whose ids a column or a shared filter has, or None."""
    shared = {"topic": "topics", "source": "sources"}
    field = resource.row.model_fields.get(name)
    return shared.get(name) or (field_refers_to(field) if field else None)


def drop_pair(address: str, pair: tuple[str, str]) -> str:
    """An address without one value of one parameter."""
    parts = urlsplit(address)
    pairs = [p for p in parse_qsl(parts.query) if p != pair and p[0] != "cursor"]
    return parts._replace(query=urlencode(pairs, safe=",")).geturl()


def say_choice(resource: Resource, name: str, value: Any, label: str = "") -> str:
    """A value of a filter in words."""
    path = {
        "has_note": "notes.kind",
        "seen": "citations.seen",
        "standing": "citations.source.standing",
    }.get(name, name)
    if name == "standing" and resource.kind == "sources":
        path = name
    text = say_word(resource.kind, path, {"true": True, "false": False}.get(value, value))
    if name in FLAG_WORDS and str(value).lower() in ("true", "false"):
        text = FLAG_WORDS[name][str(value).lower() == "true"]
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
                ABSENT_WORDS.get(name, upper_first(UNSTATED.text))
                if is_absent
                else say_choice(resource, name, value["value"], value["label"])
            )
            url = drop_pair(address, (name, text)) if is_chosen else value["url"]
            choices.append(Choice(label, value["count"], url, is_chosen, is_absent))
        yield Filter(field_label(name, resource.kind), choices)
