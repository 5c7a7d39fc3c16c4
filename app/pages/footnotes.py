"""Footnotes: a record's sources are numbered, their passages lettered (2, 2a, 2b).

Ten passages of one article must not look like ten sources.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from app.model.citation import Seen
from app.model.source_ref import Standing
from app.pages.views import Flag, NumberedSource, PassageView
from app.pages.words import field_label, find_word, lower_first

# What was read where the publisher's own page was not.
READ_INSTEAD = {Seen.MIRROR: "copy", Seen.SECONDARY: "page"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# More marks than this at one value shrink to the numbers of the sources.
MOST_MARKS = 4
SEEN = {
    Seen.DOCUMENT: "in the captured text",
    Seen.PUBLISHER_PAGE: "on the publisher’s page",
    Seen.MIRROR: "on a mirror",
    Seen.SECONDARY: "on third-party pages",
}


@lru_cache(maxsize=10_000)
def make_anchor(place: str) -> str:
    """A place as the id of an element: `codes[HGNC:3430]` is codes-hgnc-3430."""
    return re.sub(r"[^a-z0-9_]+", "-", place.lower().replace(" ", "_")).strip("-")


def number_letters(number: int) -> str:
    """a to z, then aa to az and on."""
    return (LETTERS[number // 26 - 1] if number >= 26 else "") + LETTERS[number % 26]


def flag_standing(source: Mapping[str, Any], base_url: str) -> list[Flag]:
    """A word for a source that does not stand any more; it links to the newer edition."""
    standing = source["standing"]
    if standing == Standing.CURRENT:
        return []
    newer = source["superseded_by"] or source["id"]
    is_older = standing == Standing.SUPERSEDED
    label = "Older edition" if is_older else find_word(Standing, standing).label
    return [Flag(standing, label, f"{base_url}/v1/sources/{newer}")]


@lru_cache(maxsize=10_000)
def say_place(place: str, kind: str) -> str:
    """A place in words, for the middle of a sentence: `codes[HGNC:3430]` is codes, HGNC:3430."""
    name, _, key = place.partition("[")
    if name == "notes":
        return f"note {key[:-1]}"
    label = lower_first(field_label(name, kind))
    return f"{label}, {key[:-1]}" if key else label


class Footnotes:
    """The sources of a record in the order in which they are cited, and the marks of each place."""

    def __init__(self, record: Mapping[str, Any], base_url: str) -> None:
        self.kind = record["kind"]
        self.base_url = base_url
        self.own: list[str] = []  # ids of the sources that support a field
        self.passages: dict[str, dict[tuple[Any, ...], PassageView]] = {}
        self.sources: dict[str, Mapping[str, Any]] = {}
        self.places: dict[int, list[str]] = {}
        for citation, places in find_citations(record):
            self.add(citation, places)
        self.marks = self.number()

    def add(self, citation: Mapping[str, Any], places: list[str]) -> None:
        """Put a passage under its source; table cells that support the same are one passage."""
        source = citation["source"]
        self.sources.setdefault(source["id"], source)
        if not places[0].startswith("notes[") and source["id"] not in self.own:
            self.own.append(source["id"])
        cell, words = citation["table_cell"], citation["passage"]
        key = (
            *(citation[name] for name in ("section", "as_of", "seen_url")),
            words and tuple(words.values()),
            cell and (cell["table"], *places),
        )
        passages = self.passages.setdefault(source["id"], {})
        passage = passages.get(key) or passages.setdefault(key, read_passage(citation))
        passage.cells += [(cell["row"], cell["column"])] if cell else []
        known = self.places.setdefault(id(passage), [])
        known += [place for place in places if place not in known]

    def number(self) -> dict[str, list[str]]:
        """Number the sources, letter their passages, and tell the marks of each place."""
        marks: dict[str, list[str]] = {}
        for number, passages in enumerate(self.passages.values(), 1):
            for nth, passage in enumerate(passages.values()):
                passage.mark = f"{number}{number_letters(nth) if len(passages) > 1 else ''}"
                places = self.places[id(passage)]
                passage.supports = [
                    (make_anchor(place), say_place(place, self.kind)) for place in places
                ]
                for place in places:
                    marks.setdefault(place, []).append(passage.mark)
        return marks

    def of(self, place: str, *, whole: bool = False) -> tuple[str, ...]:
        """The marks of a field or an item; `whole`: those of all items of a field too."""
        found = [*self.marks.get(place, [])]
        if whole:
            items = (marks for name, marks in self.marks.items() if name.startswith(f"{place}["))
            found += [mark for marks in items for mark in marks]
        marks = tuple(dict.fromkeys(found))
        if len(marks) <= MOST_MARKS:
            return marks
        return tuple(dict.fromkeys(mark.rstrip(LETTERS) for mark in marks))

    def list_sources(self) -> list[NumberedSource]:
        """The numbered sources."""
        return [
            NumberedSource(
                number=number,
                name=source["title"],
                publisher=source["publisher"],
                url=f"{self.base_url}/v1/sources/{source['id']}",
                flags=flag_standing(source, self.base_url),
                passages=list(self.passages[source["id"]].values()),
            )
            for number, source in enumerate(self.sources.values(), 1)
        ]


def say_copy(citation: Mapping[str, Any]) -> str | None:
    """Which copy or other page was read, and where: copy at storymd.com."""
    url, seen = citation["seen_url"], citation["seen"]
    return url and f"{READ_INSTEAD[seen]} at {urlsplit(url).netloc.removeprefix('www.')}"


def find_citations(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Yield each citation of a record and of its notes, with the places that it supports."""
    for citation in record["citations"]:
        yield citation, citation["supports"]
    for number, note in enumerate(record["notes"], 1):
        for citation in note["citations"]:
            yield citation, [f"notes[{number}]"]


def read_passage(citation: Mapping[str, Any]) -> PassageView:
    """The passage of a citation, without its mark."""
    words, cell = citation["passage"], citation["table_cell"]
    return PassageView(
        mark="",
        quote=(words["start"], words["end"]) if words else None,
        section=citation["section"],
        table=cell["table"] if cell else None,
        cells=[],
        attributed_to=citation["attributed_to"],
        as_of=citation["as_of"],
        accessed=citation["accessed"],
        seen=SEEN[citation["seen"]],
        copy=say_copy(citation),
        seen_url=citation["seen_url"] if citation["seen_url"] != citation["deep_link"] else None,
        link=citation["deep_link"],
        is_replaced=citation["source"]["standing"] == Standing.SUPERSEDED,
    )
