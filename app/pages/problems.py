"""Errors as pages that help: what was wrong, marked in the address, and links that mend it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.pages.filters import change_query
from app.pages.frame import home_crumb
from app.pages.views import Answers, Hyperlink, PageView, Piece
from app.pages.words import field_label, kind_labels, lower_first, upper_first

# What a status means to a person.
TITLES = {
    404: "There is no page at this address",
    405: "This address can only be read",
    406: "This address has no such format",
    410: "This record was withdrawn",
    414: "The address is too long",
    422: "Something in the address is not as it should be",
    431: "The browser sent too much with its request",
    500: "The service failed to answer",
    503: "The service is busy; try again in a moment",
}
# Parts of an address that is shown: longer ones are cut.
MOST_PAIRS, LONGEST_PART = 30, 200


# Words of a message that stand between the marks of programs.
CODE = re.compile(r"`([^`]+)`|(?<![\w’])'([^']+)'(?!\w)")
# A parameter that a person can't write by hand.
UNTYPED_NAME = "cursor"
# Records of a collection that have the words of an address which names none.
MOST_FOUND = 8


@dataclass
class Mend:
    """A word that is allowed, what it means, and the address with it unless it is a name."""

    word: str
    meaning: str
    url: str | None


@dataclass
class Wrong:
    """What is wrong with a parameter, and what would be right."""

    title: str
    suggestion: Hyperlink | None
    needs: str  # what the suggestion does not take, if it is of the name alone
    mends: list[Mend]
    more: int


@dataclass
class ProblemView:
    """What the page of an error shows."""

    status: int
    detail: str
    asked: list[Piece]
    suggestion: Hyperlink | None  # another address
    wrong: list[Wrong]
    without: Hyperlink | None  # the address without what is wrong
    ways: list[Hyperlink]
    request_id: str | None
    contact: str | None


@dataclass(frozen=True)
class AskedFor:
    """What was asked for, and what the routes know of it."""

    query: str
    # For each wrong parameter what allowed words mean.
    meanings: Mapping[str, Mapping[str, str]]
    # For each parameter that the address does not have what to do instead, or nothing.
    unknown: Mapping[str, str]
    # Whether the parameters of a query are such that it is answered.
    accepts: Callable[[str], bool]
    fault: str | None = None  # what no address or record has
    nearest: str | None = None  # the path of what is nearest


class Mender:
    """Makes addresses without what is wrong in one."""

    def __init__(self, problem: Mapping[str, Any], asked: AskedFor, answers: Answers) -> None:
        self.errors = problem["errors"] or []
        self.names = {error["parameter"] for error in self.errors}
        self.pairs = parse_qsl(asked.query, keep_blank_values=True)[:MOST_PAIRS]
        # An error may hide another, which is found only when the first is mended.
        right = [pair for pair in self.pairs if asked.accepts(urlencode([pair]))]
        self.here = f"{answers.base_url}{problem['instance']}?{urlencode(right)}"
        self.asked = asked

    def address(self, **changes: str) -> str:
        """The address with these parameters, and without all wrong ones."""
        return change_query(self.here, **(dict.fromkeys(self.names) | changes))

    def is_right(self, address: str) -> bool:
        """Whether the parameters of an address are such that it is answered."""
        return self.asked.accepts(urlsplit(address).query)

    def without(self) -> Hyperlink | None:
        """The address without what is wrong, if that mends it."""
        address = self.address()
        sent = self.names & {name for name, _ in self.pairs}
        if not sent or not self.is_right(address):
            return None
        parts = "these parts" if len(sent) > 1 else "this part"
        return Hyperlink(f"The same address without {parts}", address)

    def explain(self, error: Mapping[str, Any]) -> Wrong:
        """What is wrong with one parameter."""
        is_unknown = error["parameter"] in self.asked.unknown
        return self.explain_name(error) if is_unknown else self.explain_value(error)

    def explain_name(self, error: Mapping[str, Any]) -> Wrong:
        """What is wrong with a parameter that the address does not have: the names of others."""
        name, near, value = error["parameter"], error["did_you_mean"], say_sent(error)
        title = f"This address has no parameter “{cut(name)}”"
        if advice := self.asked.unknown[name]:
            title += f": {plain_voice(advice)}"
        suggestion, needs = None, ""
        if near and near != UNTYPED_NAME:
            address = self.address(**{near: value})
            is_right = self.is_right(address)
            suggestion = Hyperlink(f"{near}={cut(value)}" if is_right else near, address)
            needs = "" if is_right else cut(value)
        return Wrong(title, suggestion, needs, self.list_words(error, is_linked=False), 0)

    def explain_value(self, error: Mapping[str, Any]) -> Wrong:
        """What is wrong with a value: addresses with the allowed ones."""
        name, near = error["parameter"], error["did_you_mean"]
        label, allowed = lower_first(field_label(name)), error["allowed"] or []
        title = f"{upper_first(label)} {plain_voice(error['detail'])}"
        if allowed:
            title = f"“{cut(say_sent(error))}” is not one of the words for {label}"
        suggestion = Hyperlink(near, self.address(**{name: near})) if near else None
        mends = self.list_words(error, is_linked=True)
        return Wrong(title, suggestion, "", mends, (error["allowed_count"] or 0) - len(allowed))

    def list_words(self, error: Mapping[str, Any], *, is_linked: bool) -> list[Mend]:
        """The words that are allowed, with what they mean where they do not say it themselves."""
        name = error["parameter"]
        meanings = self.asked.meanings.get(name, {})
        return [
            Mend(
                word,
                plain_voice(meanings.get(word, "")),
                self.address(**{name: word}) if is_linked else None,
            )
            for word in map(str, error["allowed"] or [])
        ]


def problem_page(problem: Mapping[str, Any], asked: AskedFor, answers: Answers) -> PageView:
    """The page of an error."""
    path, status = problem["instance"], problem["status"]
    mender = Mender(problem, asked, answers)
    is_missing = status in (404, 410) and not mender.errors
    detail = "" if mender.errors else plain_voice(asked.fault or problem["detail"])
    near = asked.nearest
    view = ProblemView(
        status=status,
        detail=detail,
        asked=mark_address(path, mender.pairs, mender.names, is_path_wrong=is_missing),
        suggestion=Hyperlink(near, f"{answers.base_url}{near}") if near else None,
        wrong=[mender.explain(error) for error in mender.errors],
        without=mender.without(),
        ways=find_ways(path, answers, is_missing=is_missing),
        request_id=problem["request_id"],
        contact=answers.contact,
    )
    title = TITLES.get(status, problem["title"])
    return PageView("problem", title, problem["detail"], answers.base_url + path,
                crumbs=[home_crumb(answers)], content=view, is_indexed=False)  # fmt: skip


def say_sent(error: Mapping[str, Any]) -> str:
    """The value that was sent; of several that should be one, the first."""
    value = error["value"]
    sent = value[0] if isinstance(value, list) and value else value
    return sent if isinstance(sent, str) else ""


def plain_voice(text: str) -> str:
    """A message of the API as a person writes it: names between quotation marks."""
    return CODE.sub(lambda found: f"“{found[1] or found[2]}”", text)


def cut(text: str) -> str:
    """A part of an address, not too long to be shown."""
    return text if len(text) <= LONGEST_PART else f"{text[:LONGEST_PART]}\N{HORIZONTAL ELLIPSIS}"


def mark_address(
    path: str, pairs: Sequence[tuple[str, str]], wrong: set[str], *, is_path_wrong: bool
) -> list[Piece]:
    """The address that was asked for, with what is wrong in it marked."""
    start, slash, last = path.rpartition("/")
    parts = [Piece(start + slash), Piece(cut(last), is_match=is_path_wrong)]
    for number, (name, value) in enumerate(pairs):
        text = cut(urlencode([(name, value)], safe=",:/ "))
        parts += [Piece("&" if number else "?"), Piece(text, is_match=name in wrong)]
    return [part for part in parts if part.text]


def find_ways(path: str, answers: Answers, *, is_missing: bool) -> list[Hyperlink]:
    """Where to go on from an address that has nothing."""
    base = answers.base_url
    _, _, kind, *rest = [*path.split("/"), "", ""]
    words = cut(rest[0].replace("-", " ")) if is_missing and rest else ""
    ways = list_found(kind, words, answers) if words and kind in kind_labels() else []
    if words:
        ways.append(Hyperlink(f"Search for “{words}”", change_query(f"{base}/v1/search", q=words)))
    if kind in kind_labels():
        ways.append(Hyperlink(f"All {lower_first(kind_labels()[kind][1])}", f"{base}/v1/{kind}"))
    every = Hyperlink("Every address, for programs", f"{base}/v1")
    return [*ways, Hyperlink("The first page, with all topics", f"{base}/"), every]


def list_found(kind: str, words: str, answers: Answers) -> list[Hyperlink]:
    """The records of a collection that have the words of an address which names none."""
    found = answers.records(kind, {"q": words})[:MOST_FOUND]
    label = kind_labels()[kind][0]
    return [Hyperlink(f"{label}: {upper_first(r['name'])}", r["url"]) for r in found]
