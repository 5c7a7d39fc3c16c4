"""Series of figures: only those of one series are drawn together, as bars by stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.model.labels import say_count
from app.pages.drawings import linear_axis
from app.pages.footnotes import flag_standing, read_passage
from app.pages.frame import flag_kinds
from app.pages.views import Flag, PassageView
from app.pages.words import (
    UNITS,
    field_words,
    find_main_citation,
    lower_first,
    say_figure,
    say_word,
    say_years,
    upper_first,
)

NO_RECEPTORS = "Receptors not stated"
# Stages whose label says all.
PLAIN_STAGES = ("all", "not-stated", "stage-iv")


@dataclass
class Bar:
    """A figure of a series: its group of patients, its value, how it is told from the others."""

    label: str
    text: str
    value: float
    url: str
    comparator: str
    low: float | None
    high: float | None
    tone: str  # by HER2
    pattern: str  # by hormone receptors


@dataclass
class Panel:
    """The figures of one stage."""

    label: str
    meaning: str
    bars: list[Bar]


@dataclass
class SeriesView:
    """Figures that may be drawn together, and what they have in common."""

    title: str
    common: str
    flags: list[Flag]
    top: float  # end of the axis
    unit: str
    panels: list[Panel]
    passage: PassageView
    url: str


@dataclass
class SeriesSet:
    """All series of a page, and the number of figures that are alone in theirs."""

    series: list[SeriesView]
    alone: int


def figure_value(record: Mapping[str, Any]) -> float | None:
    """The number of a figure's record, or the lower end of its range."""
    value = record.get("value_percent", record.get("low"))
    return None if value is None else float(value)


def say_receptors(record: Mapping[str, Any]) -> str:
    """The receptors of a figure as one group of patients."""
    hr, her2 = record["hr_status"], record["her2_status"]
    if hr == her2 == "unknown":
        return "Subtype not recorded"
    if hr == her2 == "any":
        return "All subtypes"
    pairs = (("hr_status", hr), ("her2_status", her2))
    stated = [say_word(record["kind"], f, v) for f, v in pairs if v in ("positive", "negative")]
    return ", ".join(stated) or NO_RECEPTORS


def make_bar(record: Mapping[str, Any]) -> Bar:
    """A figure as a bar: tone by HER2, pattern by hormone receptors, both in words too."""
    low, high = record.get("ci_low"), record.get("ci_high")
    text = say_figure(record)
    if low is not None:
        text += f" ({low}–{high})"
    return Bar(
        label=say_receptors(record),
        text=text,
        value=figure_value(record) or 0,
        url=record["url"],
        comparator=record["comparator"],
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        tone={"positive": "c1", "negative": "c2"}.get(record["her2_status"], "c3"),
        pattern={"negative": "hatch", "unknown": "dots"}.get(record["hr_status"], ""),
    )


def in_order(records: Sequence[Mapping[str, Any]], *fields: str) -> list[Mapping[str, Any]]:
    """Records sorted by words of vocabularies in their order, the first field first."""
    ordered = list(records)
    for name in reversed(fields):
        places = list(field_words(records[0]["kind"])[name])
        ordered.sort(key=lambda record, n=name, p=places: p.index(record[n]))  # type: ignore[misc]
    return ordered


def make_series(records: Sequence[Mapping[str, Any]], base_url: str) -> SeriesSet:
    """The series of some figures, the longest first.

    Figures of two series are never drawn together. A figure that is alone is drawn if it is a
    share: a bar of a count says nothing.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        if figure_value(record) is not None and record.get("high") is None:
            found.setdefault(record["series"], []).append(record)
    drawn = [rows for rows in found.values() if len(rows) > 1 or is_share(rows[0])]
    drawn.sort(key=lambda rows: -len(rows))
    shown = sum(map(len, drawn))
    return SeriesSet([view_series(rows, base_url) for rows in drawn], len(records) - shown)


def is_share(record: Mapping[str, Any]) -> bool:
    """Whether a figure is a part of a hundred."""
    return bool(record.get("unit", "percent") == "percent")


def view_series(rows: Sequence[Mapping[str, Any]], base_url: str) -> SeriesView:
    """One series: a panel for each stage, a bar for each group of patients."""
    first, kind = rows[0], rows[0]["kind"]
    citation = find_main_citation(first)
    stages = field_words(kind)["stage"]
    panels = [
        Panel(
            say_stage(kind, stage),
            "" if stage in PLAIN_STAGES else upper_first(stages[stage].meaning),
            [make_bar(record) for record in group],
        )
        for stage, group in groupby(
            in_order(rows, "stage", "her2_status", "hr_status"), key=lambda row: str(row["stage"])
        )
    ]
    kinds = [note["kind"] for row in rows for note in row["notes"]]
    unit = UNITS.get(first.get("unit", "percent"), "")
    highest = max(bar.value for panel in panels for bar in panel.bars)
    return SeriesView(
        title=say_measure(first),
        common=say_common(first, citation["source"]["publisher"]),
        flags=[*flag_standing(citation["source"], base_url), *flag_kinds(kinds)],
        top=100 if unit == "%" else linear_axis(highest).ticks[-1],
        unit=unit,
        panels=panels,
        passage=read_passage(citation),
        url=first["url"],
    )


def say_stage(kind: str, stage: str) -> str:
    """The stage of a panel; statistics mostly have none, which need not be said each time."""
    if stage == "not-stated":
        return "Stage not stated" if kind == "survival" else ""
    if stage == "all":
        return "All stages"
    return field_words(kind)["stage"][stage].label


def say_measure(record: Mapping[str, Any]) -> str:
    """What a figure measures, as a heading."""
    if "years" not in record:
        return say_word(record["kind"], "measure", record["measure"])
    stated = record["measure"] != "not-stated"
    measure = f"{record['measure']} survival" if stated else "survival, measure not stated"
    return f"{upper_first(say_number_word(record['years']))}-year {measure}"


def say_measured(record: Mapping[str, Any]) -> str:
    """What a survival figure measures and after how long, as a cell: 5 years, relative."""
    measure = lower_first(say_word(record["kind"], "measure", record["measure"]))
    stated = record["measure"] != "not-stated"
    return f"{say_count(record['years'], 'year')}, {measure if stated else 'measure not stated'}"


def say_number_word(number: int) -> str:
    """A small number as a word."""
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return words[number] if number < len(words) else str(number)


def say_common(record: Mapping[str, Any], publisher: str) -> str:
    """What the figures of a series have in common, besides the measure."""
    name = "diagnosed" if "diagnosed_from" in record else "period"
    first, last = record[f"{name}_from"], record[f"{name}_to"]
    years = f"{name} {say_years(first, last)}" if first else "years not stated"
    counted = record.get("denominator") or record["population"] or "people counted not stated"
    return f"{publisher}, {years}, {counted}"
