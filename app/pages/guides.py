"""Guide pages: how to read a figure, with examples from the data; for developers; privacy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.model.resource import Resource
from app.pages.frame import home_crumb
from app.pages.series import say_receptors
from app.pages.views import Answers, Hyperlink, PageView
from app.pages.words import kind_labels, say_figure, say_years, upper_first

FigureRecord = Mapping[str, Any]
# What makes two survival figures alike but for the years of diagnosis.
ALIKE = ("measure", "years", "stage_system", "stage", "hr_status", "her2_status")


@dataclass
class FigureExample:
    """A figure of the data, as it is printed."""

    text: str
    name: str
    url: str
    years: str = ""


@dataclass
class FiguresView:
    """Examples for what a reader should look at before comparing two figures."""

    measures: list[tuple[str, FigureExample]]
    years: list[FigureExample]
    systems: list[FigureExample]
    qualifiers: list[FigureExample]
    differ: list[Hyperlink]


def figures_page(answers: Answers) -> PageView:
    """How to read a figure."""
    survival = answers.records("survival", {})
    statistics = answers.records("statistics", {})
    view = FiguresView(
        measures=[
            (measure, first(survival, lambda r, m=measure: r["measure"] == m))  # type: ignore[misc]
            for measure in ("relative", "overall", "cancer-specific")
            if any(r["measure"] == measure for r in survival)
        ],
        years=find_years(survival),
        systems=[
            first(survival, lambda r, s=stage: r["stage"] == s)  # type: ignore[misc]
            for stage in ("distant", "stage-iv", "metastatic")
            if any(r["stage"] == stage for r in survival)
        ],
        qualifiers=[
            first([*statistics, *survival], lambda r, c=word: r["comparator"] == c)  # type: ignore[misc]
            for word in ("about", "more-than", "between")
            if any(r["comparator"] == word for r in (*statistics, *survival))
        ],
        differ=[
            Hyperlink(record["name"], record["url"])
            for record in answers.records("comparisons", {"agree": ["false"]})
            if "survival" in record["answer_kinds"]
        ][:3],
    )
    about = "What a survival figure says and what it does not, with examples from the data."
    return guide_page("figures", "How to read a figure", about, answers, view)


def make_example(record: FigureRecord) -> FigureExample:
    """A figure as an example."""
    years = ""
    if record.get("diagnosed_from"):
        years = say_years(record["diagnosed_from"], record["diagnosed_to"])
    return FigureExample(say_figure(record), record["name"], record["url"], years)


def first(
    records: Sequence[FigureRecord], is_wanted: Callable[[FigureRecord], bool]
) -> FigureExample:
    """The first record that is wanted, as an example."""
    return make_example(next(filter(is_wanted, records)))


def find_years(records: Sequence[FigureRecord]) -> list[FigureExample]:
    """Figures that differ in the years of diagnosis only, of those that count the most stages."""
    groups: dict[Any, dict[Any, FigureRecord]] = {}
    for record in records:
        if record["diagnosed_from"] and say_receptors(record) != "Receptors not stated":
            key = tuple(record[name] for name in ALIKE)
            groups.setdefault(key, {}).setdefault(record["diagnosed_from"], record)
    best = max(groups.values(), key=len, default={})
    return [make_example(best[year]) for year in sorted(best)] if len(best) > 1 else []


@dataclass
class DevelopersView:
    """What a developer needs first."""

    base_url: str
    version: str
    kinds: list[Hyperlink]
    tools_url: str | None


def developers_page(answers: Answers, api_version: str) -> PageView:
    """For developers: calls, types, tables, caching, and what will not change."""
    kinds = [
        Hyperlink(labels[1], f"{answers.base_url}/v1/{kind}")
        for kind, labels in kind_labels().items()
    ]
    view = DevelopersView(answers.base_url, api_version, kinds, answers.tools_url)
    about = "Ten calls to begin with, generated clients, tables, caching, and what stays as it is."
    return guide_page("developers", "For developers", about, answers, view)


def privacy_page(answers: Answers) -> PageView:
    """What is kept about who reads these pages: nothing."""
    about = "No cookies, nothing from third parties, nothing of what you search for in any log."
    return guide_page("privacy", "Privacy", about, answers, answers.contact)


def guide_page(name: str, title: str, about: str, answers: Answers, view: Any) -> PageView:
    """A page of the guide."""
    url = f"{answers.base_url}/guide/{name}"
    return PageView(f"guides/{name}", title, about, url, url, [home_crumb(answers)], content=view)


@dataclass
class EntryView:
    """The collections, each with what it has, and the address of the tools."""

    kinds: list[tuple[Hyperlink, str]]
    tools_url: str | None


def entry_page(answers: Answers, resources: Sequence[Resource]) -> PageView:
    """Where a program that reads begins: each entry point with a line on it."""
    kinds = [
        (Hyperlink(upper_first(r.plural), f"{answers.base_url}/v1/{r.kind}"), r.about)
        for r in resources
    ]
    url = f"{answers.base_url}/llms.txt"
    view = EntryView(kinds, answers.tools_url)
    return PageView("entry", "HER2 Facts", "Entry points.", url, content=view)


def list_addresses(answers: Answers, kinds: Mapping[str, Sequence[str]]) -> list[str]:
    """The addresses that a search engine should know: pages of content, each once."""
    base = answers.base_url
    fixed = ["/", "/guide/figures", "/guide/developers", "/guide/privacy", "/v1/vocabularies",
             "/v1/releases", "/v1/export"]  # fmt: skip
    lists = [f"/v1/{kind}" for kind in kinds]
    records = [f"/v1/{kind}/{name}" for kind, names in kinds.items() for name in names]
    return [f"{base}{path}" for path in (*fixed, *lists, *records)]
