"""The first page: what this is, one search, questions, how to read a page, all topics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.pages.finding import EXAMPLES, search_link
from app.pages.footnotes import Footnotes
from app.pages.releases import say_changes
from app.pages.views import Answers, Hyperlink, NoteView, NumberedSource, PageView, Piece
from app.pages.words import flag_kind, kind_labels, say_figure

HOME_TITLE = "HER2-positive breast cancer, fact by fact"
CLAIM = (
    "What sources say about HER2-positive breast cancer, each fact with the passage that says so."
)


@dataclass
class SampleView:
    """A real record in short, to show how a page is read."""

    text: str
    record: Hyperlink
    source: NumberedSource
    note: NoteView | None


@dataclass
class Door:
    """A question that many come with, and where its answers are."""

    question: str
    url: str
    text: str


@dataclass
class TopicBranch:
    """A topic with those below it."""

    link: Hyperlink
    children: list[Hyperlink]


@dataclass
class HomeView:
    """What the first page shows."""

    claim: str
    total: int
    examples: list[Hyperlink]
    specimen: SampleView | None
    doors: list[Door]
    topics: list[TopicBranch]
    collections: list[tuple[Hyperlink, str]]
    releases: list[tuple[Hyperlink, str, str]]
    base_url: str


def home_page(
    answer: Mapping[str, Any], answers: Answers, releases: Sequence[Mapping[str, Any]]
) -> PageView:
    """The view of the first page, from the index of the API."""
    base = answers.base_url
    totals = {c["kind"]: c["total"] for c in answer["collections"]}
    view = HomeView(
        claim=CLAIM,
        total=sum(totals.values()),
        examples=[search_link(answers, words) for words in EXAMPLES],
        specimen=make_specimen(answers),
        doors=make_doors(totals, answers),
        topics=make_topics(answers),
        collections=[
            (Hyperlink(kind_labels()[c["kind"]][1], c["url"], number=c["total"]), c["about"])
            for c in answer["collections"]
        ],
        releases=[
            (Hyperlink(r["version"], r["changes_url"]), r["date"], say_changes(r["changes"]))
            for r in releases[:3]
        ],
        base_url=base,
    )
    return PageView("home", HOME_TITLE, CLAIM, f"{base}/", content=view)


def make_specimen(answers: Answers) -> SampleView | None:
    """The figure with a note and a passage that comes first in reading order, if there is one."""
    for record in answers.records("statistics", {}):
        passages = [c for c in record["citations"] if c["passage"] and c["deep_link"]]
        if passages and record["notes"]:
            feet = Footnotes(dict(record, citations=passages[:1], notes=[]), answers.base_url)
            first = record["notes"][0]
            flag = flag_kind(first["kind"])
            note = NoteView(flag.kind, flag.label, [Piece(first["text"])], (), "")
            text = f"{record['name']}: {say_figure(record)}."
            return SampleView(
                text, Hyperlink(record["name"], record["url"]), feet.list_sources()[0], note
            )
    return None


def make_doors(totals: Mapping[str, int], answers: Answers) -> list[Door]:
    """Three questions with what there is to answer them."""
    base = answers.base_url
    comparisons = answers.records("comparisons", {})
    split = sum(not record["agree"] for record in comparisons)
    survival = f"{totals['survival']} figures by stage and receptors, drawn one series at a time."
    drugs = f"{totals['drugs']} drugs with approvals, trials and the warnings of their labels."
    answers_differ = (
        f"{split} of {len(comparisons)} questions get answers that differ. They stand side by "
        "side, with the reason."
    )
    return [
        Door("What is known about survival?", f"{base}/v1/survival?her2_status=positive", survival),
        Door("Which medicines are there?", f"{base}/v1/drugs", drugs),
        Door("Where do sources disagree?", f"{base}/v1/comparisons?agree=false", answers_differ),
    ]


def make_topics(answers: Answers) -> list[TopicBranch]:
    """All topics in reading order, with the number of records of each."""
    topics = answers.records("topics", {})
    links = {
        t["id"]: Hyperlink(
            t["name"], t["url"], number=len(answers.record("topics", t["id"])["records"])
        )
        for t in topics
    }
    return [
        TopicBranch(links[t["id"]], [links[c["id"]] for c in topics if c["parent"] == t["id"]])
        for t in topics
        if t["parent"] is None
    ]
