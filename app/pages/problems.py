"""Errors as pages that help: what was wrong, marked in the address, and links that mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

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


@dataclass
class Mend:
    """A word that is allowed, what it means, and the address with it."""

    word: str
    meaning: str
    url: str


@dataclass
class Wrong:
    """What is wrong with a parameter, and what would be right."""

    title: str
    suggestion: Hyperlink | None
    mends: list[Mend] = field(default_factory=list)
    more: int = 0


@dataclass
class ProblemView:
    """What the page of an error shows."""

    status: int
    detail: str
    asked: list[Piece]
    wrong: list[Wrong]
    ways: list[Hyperlink]
    request_id: str | None
    contact: str | None


def problem_page(
    problem: Mapping[str, Any],
    answers: Answers,
    query: str,
    meanings: Mapping[str, Mapping[str, str]],
) -> PageView:
    """The page of an error; `meanings` tells for each wrong parameter what allowed words mean."""
    errors = problem["errors"] or []
    path = problem["instance"]
    pairs = parse_qsl(query, keep_blank_values=True)[:MOST_PAIRS]
    wrong_names = {error["parameter"] for error in errors}
    status = problem["status"]
    view = ProblemView(
        status=status,
        detail=problem["detail"],
        asked=mark_address(
            path, pairs, wrong_names, is_path_wrong=not errors and status in (404, 410)
        ),
        wrong=[
            explain_error(error, path, pairs, answers, meanings.get(error["parameter"], {}))
            for error in errors
        ],
        ways=find_ways(path, status, answers),
        request_id=problem["request_id"],
        contact=answers.contact,
    )
    title = TITLES.get(status, problem["title"])
    return PageView("problem", title, problem["detail"], answers.base_url + path,
                crumbs=[home_crumb(answers)], content=view, is_indexed=False)  # fmt: skip


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


def explain_error(
    error: Mapping[str, Any],
    path: str,
    pairs: Sequence[tuple[str, str]],
    answers: Answers,
    meanings: Mapping[str, str],
) -> Wrong:
    """What is wrong with one parameter, with the addresses that mend it."""
    name, allowed = error["parameter"], error["allowed"] or []
    here = f"{answers.base_url}{path}?{urlencode(pairs)}"
    is_unknown = error["detail"] == UNKNOWN
    value = error["value"] if isinstance(error["value"], str) else ""

    def mend(word: Any) -> str:
        changes = {name: None, str(word): value} if is_unknown else {name: str(word)}
        return change_query(here, **changes)

    label = lower_first(field_label(name))
    if is_unknown:
        title = f"This address has no parameter “{name}”" + ("; it has these" if allowed else "")
    elif allowed:
        title = f"“{cut(value)}” is not one of the words for {label}"
    else:
        title = f"{upper_first(label)} {error['detail']}"
    near = error["did_you_mean"]
    return Wrong(
        title=title,
        suggestion=Hyperlink(near, mend(near)) if near else None,
        mends=[Mend(str(word), meanings.get(str(word), ""), mend(word)) for word in allowed],
        more=(error["allowed_count"] or len(allowed)) - len(allowed),
    )


UNKNOWN = "unknown parameter"


def find_ways(path: str, status: int, answers: Answers) -> list[Hyperlink]:
    """Where to go on from an address that has nothing."""
    base = answers.base_url
    _, _, kind, *rest = [*path.split("/"), "", ""]
    ways = []
    if status in (404, 410) and rest and rest[0]:
        words = rest[0].replace("-", " ")
        ways.append(
            Hyperlink(f"Search for “{cut(words)}”", change_query(f"{base}/v1/search", q=cut(words)))
        )
    if kind in kind_labels():
        ways.append(Hyperlink(f"All {lower_first(kind_labels()[kind][1])}", f"{base}/v1/{kind}"))
    return [*ways, Hyperlink("The first page, with all topics", f"{base}/")]
