"""What only records of one kind show on their page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.pages.comparing import view_comparison
from app.pages.footnotes import Footnotes, make_anchor
from app.pages.frame import SEEK_HELP
from app.pages.linking import agreement, link_record
from app.pages.series import SeriesSet, make_series
from app.pages.tables import (
    RecordRows,
    find_resource,
    note_flags,
    say_approved,
    say_source_date,
    source_cell,
)
from app.pages.timeline import YEAR, YEAR_ONLY
from app.pages.trials import TrialsView, view_trials
from app.pages.views import (
    Answers,
    Cell,
    ColumnHead,
    Group,
    Hyperlink,
    Linked,
    NumberedSource,
    Piece,
    RecordView,
    TableView,
)
from app.pages.words import (
    field_label,
    field_words,
    find_main_citation,
    say_day,
    say_figure,
    say_word,
    upper_first,
)

JsonRecord = Mapping[str, Any]
Extra = Callable[[RecordView, JsonRecord, Answers, Footnotes], None]


@dataclass
class FigureView:
    """One figure, large, with what it measures in a sentence."""

    text: str
    interval: str
    marks: tuple[str, ...]
    places: list[str]
    said: str
    series: SeriesSet


def add_figure(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """The figure of a survival figure or statistic, and the series that it belongs to."""
    name = "value_percent" if "value_percent" in record else "low"
    meaning = field_words(view.kind)["measure"][record["measure"]].meaning
    citation = find_main_citation(record)
    after = f", {record['years']} years after diagnosis" if "years" in record else ""
    unknown = "the source does not say what it measures"
    said = unknown if record["measure"] == "not-stated" else meaning
    alike = answers.records(view.kind, {"series": [record["series"]]})
    shown = (name, "high", "ci_low", "ci_high")
    taken = [value for value in view.values if value.place in shown]
    view.values = [value for value in view.values if value.place not in shown]
    view.notes = [*(note for value in taken for note in value.notes), *view.notes]
    view.extra = FigureView(
        text=say_figure(record),
        interval=say_confidence(record),
        marks=feet.of(name),
        places=[value.place for value in taken],
        said=f"{upper_first(said)}{after}. Said by {citation['source']['publisher']}.",
        series=make_series(alike, answers.base_url),
    )


def say_confidence(record: JsonRecord) -> str:
    """The confidence interval of a figure that has one."""
    low, high = record.get("ci_low"), record.get("ci_high")
    return "" if low is None else f"95% confidence interval {low}% to {high}%"


def add_comparison(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """The answers of a comparison."""
    view.extra = view_comparison(record)
    view.flags = [agreement(record["agree"]), *view.flags]


def add_trial(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """The results of a trial."""
    view.extra = view_trials([record], answers, feet)
    if record["results"]:
        view.extra_contents = [Hyperlink("Results", "#results", number=len(record["results"]))]


def add_speakers(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """Who says the statement of a fact, with the passages."""
    marks = set(feet.marks.get("statement", []))
    view.extra = [
        NumberedSource(s.number, s.name, s.publisher, s.url, s.flags, shown)
        for s in view.sources
        if (shown := [passage for passage in s.passages if passage.mark in marks])
    ]


def add_help(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """One link from a symptom to what sources say on seeking help."""
    view.extra = Hyperlink(SEEK_HELP, f"{answers.base_url}/v1/facts?category=urgent-care")


@dataclass
class DrugView:
    """What belongs to a drug, in place."""

    boxed: list[tuple[Linked, Cell]]
    events: list[tuple[str, str, int]]
    undated: str  # how a date without its month is drawn, if there is one
    approvals: TableView | None
    trials: TrialsView | None
    products: TableView | None
    warnings: TableView | None


def add_drug(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """The approvals, trials, products and warnings of a drug."""
    approvals, products, trials, warnings = (
        [answers.record(name, part["id"]) for part in record[name]]
        for name in ("approvals", "products", "trials", "warnings")
    )
    approvals.sort(key=lambda approval: str(approval["date"]))
    boxed = [w for w in warnings if w["warning_kind"] == "boxed-warning"]
    others = [w for w in warnings if w["warning_kind"] != "boxed-warning"]
    view.extra = DrugView(
        boxed=[(link_record(w), dated_source(w, answers)) for w in boxed],
        events=[(a["date"], a["agency"], number) for number, a in enumerate(approvals, 1)],
        undated=YEAR_ONLY if any(len(a["date"]) == YEAR for a in approvals) else "",
        approvals=table_approvals(approvals, answers) if approvals else None,
        trials=view_trials(trials, answers) if trials else None,
        products=table_records("products", products, answers),
        warnings=table_records("warnings", others, answers),
    )
    for value in view.values:
        if value.place == make_anchor("setting"):
            value.parts = say_approved(record["id"], answers)
    treatments = answers.keep(("treatments",), lambda: link_treatments(answers))
    if found := treatments.get(record["id"]):
        view.groups.append(Group(make_anchor("treatments"), field_label("treatments"), found))
    parts = (
        ("boxed", "Boxed warnings", boxed), ("approvals", "Approvals", approvals),
        ("trials", "Trials", trials), ("products", "Products", products),
        ("warnings", "Other warnings", others),
    )  # fmt: skip
    view.extra_contents = [
        Hyperlink(title, f"#{place}", number=len(found)) for place, title, found in parts if found
    ]


def dated_source(warning: JsonRecord, answers: Answers) -> Cell:
    """Since when a warning stands so in its label, or of which date the source is; who says so."""
    revised = warning["label_revised"]
    said = f"Label revised {say_day(revised)}" if revised else say_source_date(warning) or "Undated"
    return Cell([Piece(f"{said}. "), *source_cell(warning, answers.base_url).parts])


def link_treatments(answers: Answers) -> Mapping[str, list[Linked]]:
    """The treatments and classes that each drug belongs to, by the id of the drug."""
    links: dict[str, list[Linked]] = {}
    for treatment in answers.records("treatments", {}):
        link = replace(link_record(treatment), flags=note_flags(treatment))
        for drug in treatment["drugs"]:
            links.setdefault(drug, []).append(link)
    return links


def table_approvals(approvals: Sequence[JsonRecord], answers: Answers) -> TableView:
    """Approvals in order of date, with the numbers of the timeline."""
    body = [
        [Cell([Piece(str(number))], style="stamp"), *approval_cells(approval, answers)]
        for number, approval in enumerate(approvals, 1)
    ]
    labels = ("Date", "Agency", "Setting", "For whom")
    caption = "Approvals in order of date; the numbers are those of the figure"
    return TableView(
        caption,
        [ColumnHead("No.", "narrow"), *map(ColumnHead, labels), ColumnHead("Who says so", "says")],
        body,
        "approvals",
        "Approvals",
    )


def approval_cells(approval: JsonRecord, answers: Answers) -> list[Cell]:
    """An approval as a row, without its number."""
    agency, setting = (say_word("approvals", n, approval[n]) for n in ("agency", "setting"))
    return answers.keep(
        ("approval", approval["id"]),
        lambda: [
            Cell(
                [Piece(say_day(approval["date"], short=True), approval["url"])],
                note_flags(approval),
            ),
            Cell([Piece(agency)]),
            Cell([Piece(setting)], below=say_type(approval)),
            Cell([Piece(approval["indication"])]),
            source_cell(approval, answers.base_url),
        ],
    )


def say_type(approval: JsonRecord) -> str:
    """On what evidence an approval rests, and what has become of it."""
    kind = approval["approval_type"] and f"{approval['approval_type']} approval"
    stated = approval["status"] != "not-stated"
    status = approval["status"].replace("-", " ") if stated else "status not stated"
    return ", ".join(filter(None, (kind, status)))


def table_records(kind: str, records: Sequence[JsonRecord], answers: Answers) -> TableView | None:
    """Records of a kind, in place, without the column of what they belong to."""
    if not records:
        return None
    resource = find_resource(kind)
    columns = [name for name in resource.columns if name != "drug"]
    rows = RecordRows(resource, answers, columns)
    title = upper_first(resource.plural)
    body = [rows.kept_row(record) for record in records]
    return TableView(title, rows.columns("", None), body, make_anchor(kind), title)


EXTRAS: dict[str, Extra] = {
    "comparisons": add_comparison,
    "drugs": add_drug,
    "facts": add_speakers,
    "statistics": add_figure,
    "survival": add_figure,
    "symptoms": add_help,
    "trials": add_trial,
}


def add_extra(view: RecordView, record: JsonRecord, answers: Answers, feet: Footnotes) -> None:
    """Add what only its kind has."""
    if add := EXTRAS.get(view.kind):
        add(view, record, answers, feet)
