"""Pages of what was looked for: the search over all records, and the lookup of a name or code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from app.model.labels import say_count
from app.pages.filters import change_query
from app.pages.frame import flag_kinds, home_crumb
from app.pages.views import Answers, Hyperlink, Linked, PageView, Piece
from app.pages.words import kind_labels, upper_first

SNIPPET_MARK = re.compile(r"<mark>(.*?)</mark>")
# Whose words a snippet is, where they are not the record's own statement.
SNIPPET_FROM = {"notes": "The curator adds: ", "synonyms": "Also known as "}
EXAMPLES = ("T-DM1", "stage IV survival", "heart failure", "HR-/HER2+")
SEARCH = "/v1/search"


@dataclass
class FoundView:
    """A record that was found, with the sentence that matches."""

    record: Linked
    label: str
    snippet: list[Piece]
    snippet_from: str


@dataclass
class SearchView:
    """Hits, best first."""

    query: str
    total: int
    lead: str
    did_you_mean: Hyperlink | None
    kinds: list[Hyperlink]
    hits: list[FoundView]
    next: str | None
    first: str | None
    examples: list[Hyperlink]


def split_marks(snippet: str) -> list[Piece]:
    """A snippet of the search (HTML with `<mark>` alone) as parts of plain text."""
    texts = enumerate(SNIPPET_MARK.split(snippet))
    return [Piece(unescape(text), is_match=number % 2 == 1) for number, text in texts if text]


def search_link(answers: Answers, words: str) -> Hyperlink:
    """A link that searches for some words."""
    return Hyperlink(words, change_query(f"{answers.base_url}{SEARCH}", q=words))


def search_page(
    answer: Mapping[str, Any],
    answers: Answers,
    address: str,
    query: str,
    chosen: Sequence[str],
) -> PageView:
    """The hits of a search, with the number in each collection."""
    near = answer["did_you_mean"]
    view = SearchView(
        query=query,
        total=answer["total"],
        lead=say_hits(answer, query),
        did_you_mean=search_link(answers, near) if near else None,
        kinds=link_kinds(answer["kinds"], address, chosen),
        hits=[make_hit(hit) for hit in answer["items"]],
        next=answer["next"],
        first=change_query(address) if "cursor=" in address else None,
        examples=[search_link(answers, words) for words in EXAMPLES],
    )
    title = f"Search: {query}" if query.strip() else "Search"
    page = PageView("search", title, "Records that have the words of a search.", address)
    page.section, page.crumbs = f"{answers.base_url}{SEARCH}", [home_crumb(answers)]
    page.query, page.content, page.is_indexed = query, view, False
    return page


def say_hits(answer: Mapping[str, Any], query: str) -> str:
    """How many records were found, and by which of the words."""
    if not answer["total"]:
        return "Nothing has these words." if query.strip() else ""
    words = "all these words" if answer["all_words"] else "some of these words; none has them all"
    found = say_count(answer["total"], "record has", "records have")
    return f"{found} {words}. The best match is first."


def link_kinds(
    kinds: Sequence[Mapping[str, Any]], address: str, chosen: Sequence[str]
) -> list[Hyperlink]:
    """The collections that have hits, each with its number and the address of these alone."""
    links = [
        Hyperlink(
            kind_labels()[found["kind"]][1],
            change_query(address, kind=found["kind"]),
            found["kind"] in chosen,
            found["count"],
        )
        for found in kinds
    ]
    total = sum(found["count"] for found in kinds)
    everything = Hyperlink("All", change_query(address, kind=None), not chosen, total)
    return [everything, *links] if links else []


def make_hit(hit: Mapping[str, Any]) -> FoundView:
    """A hit for people."""
    record, place = hit["record"], hit["snippet_from"]
    snippet = split_marks(hit["snippet"])
    is_name = "".join(part.text for part in snippet) == record["name"]
    label = kind_labels()[record["kind"]][0]
    shown = [] if is_name or place == "name" else snippet
    return FoundView(link_ref(record), label, shown, SNIPPET_FROM.get(place, ""))


def link_ref(ref: Mapping[str, Any]) -> Linked:
    """A short reference as a link."""
    label = kind_labels()[ref["kind"]][0]
    flags = flag_kinds(ref["note_kinds"])
    return Linked(upper_first(ref["name"]), ref["url"], ref["kind"], flags, label)


@dataclass
class KeyView:
    """What one code, name or identifier belongs to."""

    asked: str
    match: str
    found: list[Linked]
    detail: str
    search: Hyperlink


def lookup_page(answer: Mapping[str, Any], answers: Answers, address: str) -> PageView:
    """What codes, names or identifiers belong to."""
    found = {ref["id"]: link_ref(ref) for ref in answer["items"]}
    keys = [
        KeyView(
            asked=key["asked"],
            match=key["match"].replace("-", " "),
            found=[found[record["id"]] for record in key["records"]],
            detail=key["detail"] or "",
            search=search_link(answers, key["did_you_mean"] or key["asked"]),
        )
        for key in answer["keys"]
    ]
    title = f"Look up “{keys[0].asked}”" if len(keys) == 1 else f"Look up {len(keys)} keys"
    page = PageView("lookup", title, "What names, codes and identifiers belong to.", address)
    page.crumbs, page.is_indexed = [home_crumb(answers)], False
    page.content = keys
    return page


def suggest_page(answer: Mapping[str, Any], answers: Answers, address: str) -> PageView:
    """Names that complete what is typed, each with its record."""
    page = PageView("suggest", "Names", "Names that complete what is typed.", address)
    page.crumbs, page.is_indexed = [home_crumb(answers)], False
    page.content = [(name["text"], link_ref(name["record"])) for name in answer["items"]]
    return page
