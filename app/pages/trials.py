"""Results of trials: each as it is printed, hazard ratios drawn with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.pages.drawings import Axis, is_ratio, mark_ratio, ratio_results, trials_axis
from app.pages.footnotes import Footnotes, make_anchor
from app.pages.tables import source_cell
from app.pages.values import UNSTATED
from app.pages.views import Answers, Cell, ColumnHead, Flag, Hyperlink, Piece, TableView
from app.pages.words import say_number, say_word, upper_first

Result = Mapping[str, Any]
HOW_TO_READ = (
    "Where a result names two treatments, its first figure is of the first. A hazard ratio below 1 "
    "means fewer events with the first-named treatment, above 1 more. The line is its interval; "
    "where it crosses 1, the trial shows no clear difference. That does not say that two "
    "treatments are equally good: whether one is not much worse, its noninferiority, is another "
    "question, with a limit of its own and its own P value. Results of two trials, analyses or "
    "groups of patients are not to be compared with each other."
)
RESULT_COLUMNS = ("What was measured", "Result", "Analysis and follow-up")
UNREACHED = "not reached"


@dataclass
class TrialView:
    """A trial with its results in one table."""

    link: Hyperlink
    population: str
    facts: str
    flags: list[Flag]
    table: TableView
    sources: Sequence[Piece] = ()  # who says the results, where no footnote does


@dataclass
class TrialsView:
    """Trials whose hazard ratios share one axis."""

    how_to_read: str
    axis: Axis | None
    trials: list[TrialView]


def view_trials(
    trials: Sequence[Mapping[str, Any]], answers: Answers, feet: Footnotes | None = None
) -> TrialsView:
    """Trials with their results; of each, what is drawn is also printed."""
    ratios = [find_ratios(trial, answers) for trial in trials]
    axis = trials_axis(ratios)
    if feet:
        shown = [view_trial(trial, trial["results"], axis, feet) for trial in trials]
    else:
        shown = [keep_trial("results", trial, axis, answers) for trial in trials]
    return TrialsView(HOW_TO_READ, axis, shown)


def view_ratios(trials: Sequence[Mapping[str, Any]], answers: Answers) -> TrialsView | None:
    """The hazard ratios alone, of the trials that have one: a forest plot."""
    ratios = {trial["id"]: find_ratios(trial, answers) for trial in trials}
    axis = trials_axis(ratios.values())
    shown = [keep_trial("ratios", t, axis, answers) for t in trials if ratios[t["id"]]]
    return TrialsView(HOW_TO_READ, axis, shown) if shown else None


def find_ratios(trial: Mapping[str, Any], answers: Answers) -> list[Result]:
    """The hazard ratios of a trial, found once."""
    return answers.keep(("found", trial["id"]), lambda: list(ratio_results(trial)))


def keep_trial(
    part: str, trial: Mapping[str, Any], axis: Axis | None, answers: Answers
) -> TrialView:
    """A trial with its `results`, or with its `ratios` alone, made once for an axis."""
    key = (part, trial["id"], str(axis and axis.ticks))
    return answers.keep(key, lambda: view_cited(part, trial, axis, answers))


def view_cited(
    part: str, trial: Mapping[str, Any], axis: Axis | None, answers: Answers
) -> TrialView:
    """A trial among others, with who says its results."""
    sources = cite_results(trial, answers.base_url)
    if part == "results":
        return replace(view_trial(trial, trial["results"], axis), sources=sources)
    ratios = find_ratios(trial, answers)
    return replace(view_trial(trial, ratios, axis), population="", sources=sources)


def view_trial(
    trial: Mapping[str, Any],
    results: Sequence[Result],
    axis: Axis | None,
    feet: Footnotes | None = None,
) -> TrialView:
    """One trial with some of its results, on its own page with footnotes."""
    columns = [ColumnHead(label) for label in RESULT_COLUMNS]
    rows = [say_cells(result) for result in results]
    if axis and any(True for _ in ratio_results(trial)):
        columns.append(ColumnHead("Hazard ratio, drawn", "draw", axis=axis))
        drawn = (draw_cell(trial, result, axis) for result in results)
        rows = [[*cells, cell] for cells, cell in zip(rows, drawn, strict=True)]
    if feet:
        add_footnotes(rows, results, feet)
    phase = trial["phase"]
    facts = [
        *([say_word("trials", "phase", phase)] if phase else []),
        *([f"{trial['enrolled']:,} patients"] if trial["enrolled"] else []),
        *trial["nct_ids"],
    ]
    name = trial["name"]
    caption = f"{name}: results"
    link = Hyperlink(upper_first(name), trial["url"])
    table = TableView(caption, columns, rows, style="cards results")
    return TrialView(link, trial["population"], ", ".join(facts), [], table)


def cite_results(trial: Mapping[str, Any], base_url: str) -> list[Piece]:
    """Who says the results of a trial."""
    cited = [c for c in trial["citations"] if any(p.startswith("results") for p in c["supports"])]
    return source_cell({"url": trial["url"], "citations": cited}, base_url).parts


def add_footnotes(
    rows: Sequence[Sequence[Cell]], results: Sequence[Result], feet: Footnotes
) -> None:
    """Say of each result where it was read."""
    for cells, result in zip(rows, results, strict=True):
        place = f"results[{result['key']}]"
        cells[0].place, cells[0].marks = make_anchor(place), feet.of(place)


def say_cells(result: Result) -> list[Cell]:
    """A result as a row in words."""
    analysis = say_analysis(result)
    return [
        Cell([Piece(result["endpoint"])], below=say_group(result)),
        Cell([Piece(say_result(result))], below=say_arms(result)),
        Cell([Piece(analysis or UNSTATED.text, is_absent=not analysis)]),
    ]


def draw_cell(trial: Mapping[str, Any], result: Result, axis: Axis) -> Cell:
    """A hazard ratio on the axis; another result has none."""
    if not is_ratio(result):
        return Cell([])
    title = f"{trial['name']}, {result['endpoint']}: {say_result(result)}"
    return Cell([], drawing=mark_ratio(result, title, axis))


def say_group(result: Result) -> str:
    """Who was counted, and for which time."""
    group = result["subgroup"] and upper_first(result["subgroup"])
    time = result["time_point"] and f"at {result['time_point']}"
    return ", ".join(filter(None, (group, time)))


def say_result(result: Result) -> str:
    """The numbers of a result with their intervals."""
    unit = {"percent": "%", None: ""}.get(result["unit"], f" {result['unit']}")
    what = (
        ""
        if result["statistic"] == "percent"
        else say_word("trials", "results.statistic", result["statistic"])
    )
    value = say_end(result, "value") + (unit if result["value"] is not None else "")
    text = value + say_interval(result, "ci", "value")
    if result["control"] is not None or "control" in result["unreached"]:
        control = say_end(result, "control") + (unit if result["control"] is not None else "")
        text += f" against {control}{say_interval(result, 'control_ci', 'control')}"
    before = (
        "" if result["comparator"] == "exactly" else f"{result['comparator'].replace('-', ' ')} "
    )
    return f"{what} {before}{text}".strip() if what else f"{before}{text}"


def say_end(result: Result, name: str) -> str:
    """A number, or that it was not reached."""
    return UNREACHED if result[name] is None else say_number(result[name])


def say_interval(result: Result, start: str, of: str) -> str:
    """The interval of a number, in brackets."""
    low, high = f"{start}_low", f"{start}_high"
    words = {low.replace("_", "-"), high.replace("_", "-")}
    if result[low] is None and result[high] is None and not words & set(result["unreached"]):
        return ""
    level = f"{say_number(result['ci_level'])}% interval " if result["ci_level"] else ""
    return f" ({level}{say_end(result, low)} to {say_end(result, high)})"


def say_arms(result: Result) -> str:
    """Which groups the numbers are of."""
    names = [name for name in (result["arm"], result["control_arm"]) if name]
    p_value = result["p_value"] and f"P {result['p_value']}"
    return "; ".join(filter(None, (" against ".join(names), p_value)))


def say_analysis(result: Result) -> str:
    """Which analysis it is, and how long patients were followed."""
    analysis = result["analysis"] and say_word("trials", "results.analysis", result["analysis"])
    follow_up = result["median_follow_up"] and f"median follow-up {result['median_follow_up']}"
    return upper_first(", ".join(filter(None, (analysis, follow_up))))
