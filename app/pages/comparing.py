"""The page of a comparison: the answers on one axis, beside what differs between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.pages.drawings import Axis, Mark, linear_axis
from app.pages.values import UNSTATED, is_absent, outside
from app.pages.views import Cell, ColumnHead, Hyperlink, Piece, TableView
from app.pages.words import UNITS, field_label, say_day, say_figure, say_word, say_years

# Fields that are told apart as one: the years of diagnosis, and of a period.
SPANS = {"diagnosed": ("diagnosed_from", "diagnosed_to"), "period": ("period_from", "period_to")}
LEGEND = {
    "exactly": "A full dot is a plain figure.",
    "about": "A hollow dot is “about”.",
    "between": "A bar runs from the lower to the higher end.",
    "more-than": "An arrow to the right is “more than”: no upper end is named.",
    "less-than": "An arrow to the left is “less than”: no lower end is named.",
    "at-most": "“At most” is drawn as its upper end.",
}


@dataclass
class Answered:
    """One answer: who gives it, the record, what it states, its figure if it has one."""

    publishers: str
    record: Hyperlink
    kind: str
    states: Mapping[str, Any]
    sources: list[tuple[str, str | None, Piece]]  # title, as of, link to the passage
    as_of: str | None
    text: str
    mark: Mark | None = None


@dataclass
class ComparisonView:
    """The answers of a comparison."""

    agree: bool
    lead: str
    answers: list[Answered]
    axis: Axis | None
    plot: list[tuple[str, list[Answered]]]
    legend: str
    matrix: TableView | None


def view_comparison(record: Mapping[str, Any]) -> ComparisonView:
    """The answers of a comparison, side by side."""
    answers = [read_answer(answer) for answer in record["answers"]]
    axis = put_on_axis(answers)
    sources = {source["id"] for answer in record["answers"] for source in answer["sources"]}
    used = {answer.states.get("comparator", "") for answer in answers}
    return ComparisonView(
        agree=record["agree"],
        lead=f"{len(answers)} answers from {len(sources)} sources. Nothing is averaged and no "
        "answer is preferred.",
        answers=answers,
        axis=axis,
        plot=[(name, list(of)) for name, of in groupby(answers, lambda a: a.publishers)],
        legend=" ".join(text for word, text in LEGEND.items() if word in used),
        matrix=make_matrix(answers, record["differ_in"]) if axis else None,
    )


def read_answer(answer: Mapping[str, Any]) -> Answered:
    """One answer of a comparison."""
    states = {state["field"]: state["value"] for state in answer["states"]}
    record, sources = answer["record"], answer["sources"]
    dates = [source["as_of"] for source in sources if source["as_of"]]
    is_figure = "comparator" in states and ("low" in states or "value_percent" in states)
    return Answered(
        publishers=", ".join(dict.fromkeys(source["publisher"] for source in sources)),
        record=Hyperlink(record["name"], record["url"]),
        kind=record["kind"],
        states=states,
        sources=[
            (source["title"], source["as_of"], outside("Open the passage", source["deep_link"]))
            for source in sources
        ],
        as_of=max(dates, default=None),
        text=say_figure(states) if is_figure else record["name"],
    )


def put_on_axis(answers: Sequence[Answered]) -> Axis | None:
    """Give each answer its mark on one axis, if all are figures of one unit."""
    units = {answer.states.get("unit", "percent") for answer in answers}
    values = [answer.states.get("value_percent", answer.states.get("low")) for answer in answers]
    if len(units) > 1 or any(value is None for value in values):
        return None
    highest = max(float(answer.states.get("high") or 0) for answer in answers)
    unit = UNITS.get(units.pop(), "")
    axis = linear_axis(max([highest, *map(float, values)]), unit if unit == "%" else "")
    for answer, value in zip(answers, values, strict=True):
        high = answer.states.get("high")
        title = f"{answer.publishers}: {answer.text}"
        comparator = answer.states["comparator"]
        high = None if high is None else float(high)
        answer.mark = Mark(title, axis, float(value), high=high, comparator=comparator)
    return axis


def make_matrix(answers: Sequence[Answered], differ: Sequence[str]) -> TableView:
    """A row for each answer, a column for each field in which they differ."""
    spans = {name: ends for name, ends in SPANS.items() if set(ends) & set(differ)}
    ends = {end for pair in spans.values() for end in pair}
    names = [name for name in differ if name not in ends and name != "comparator"]
    columns = [
        ColumnHead("Answer", "stay"),
        *(ColumnHead(field_label(n)) for n in [*names, *spans]),
    ]
    rows = [
        [
            Cell([Piece(answer.text, answer.record.url)], below=answer.publishers),
            *(Cell([say_state(answer, name)]) for name in names),
            *(Cell([say_span(answer, *pair)]) for pair in spans.values()),
            Cell([say_as_of(answer)]),
        ]
        for answer in answers
    ]
    return TableView(
        "What differs between the answers", [*columns, ColumnHead("As of")], rows, style="matrix"
    )


def say_as_of(answer: Answered) -> Piece:
    """The date for which an answer speaks."""
    day = answer.as_of
    return Piece(say_day(day, short=True), date=day) if day else Piece("undated")


def say_state(answer: Answered, name: str) -> Piece:
    """What an answer states in a field."""
    value = answer.states.get(name)
    return UNSTATED if is_absent(value) else Piece(say_word(answer.kind, name, value))


def say_span(answer: Answered, first: str, last: str) -> Piece:
    """The years that an answer states."""
    start = answer.states.get(first)
    return UNSTATED if start is None else Piece(say_years(start, answer.states.get(last)))
