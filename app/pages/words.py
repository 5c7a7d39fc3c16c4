"""Words for people: labels of fields and kinds, dates, and figures as a person writes them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from app.model.annotation import word_fields
from app.model.labels import make_label
from app.model.note import NoteKind
from app.model.record import Cited
from app.model.vocabulary import Vocabulary
from app.pages.views import Flag
from app.resources import RESOURCES
from app.resources.vocabularies import ReceptorStatus

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# Fields whose name alone does not say to a reader what the value is.
FIELD_LABELS = {
    "accessed": "Read on", "agree": "Answers", "aliases": "Also called",
    "answer_kinds": "Kinds of records", "applicant": "License holder", "applies_to": "Speaks of",
    "measured": "Survival after",
    "ci_high": "Upper end of its interval", "ci_low": "Lower end of its interval",
    "combined_with": "May be combined with", "comparator": "Printed as",
    "data_provider": "Data from", "derived_from": "Data taken from",
    "document_sha256": "Digest of the captured text", "document_url": "Address",
    "er": "Estrogen receptor", "has_note": "Curator’s notes", "her2_status": "HER2",
    "hr": "Hormone receptors", "hr_status": "Hormone receptors", "low": "Figure",
    "nct_id": "ClinicalTrials.gov", "pr": "Progesterone receptor",
    "source_kind": "What it is", "sources": "Who says so", "standing": "Standing of the source",
    "stale": "Age of the evidence", "term_kind": "What it is", "value_percent": "Survival",
    "years": "Years after diagnosis",
}  # fmt: skip
# Of a kind of record: a product has the day of its own agency, a drug that of the US one.
KIND_LABELS = {
    ("drugs", "approved"): "First US approval",
    ("drugs", "setting"): "Approved for",
}
# What a yes and a no mean, where they would read as the answer to a question.
YES_AND_NO = {"agree": ("Sources agree", "Sources differ")}
KEPT_CAPITALS = re.compile(r"^(?:[A-Z0-9]{2}|US |ClinicalTrials|First US)")
# What stands behind a figure in each unit.
UNITS = {"percent": "%", "per-100000": " per 100,000", "people": " people"}
# Where an agency approves.
AGENCY_PLACES = {"FDA": "US (FDA)", "EMA": "EU (EMA)"}
RECEPTOR_NAMES = {
    "hr_status": "HR", "her2_status": "HER2", "hr": "HR", "her2": "HER2", "er": "ER", "pr": "PR",
}  # fmt: skip
RECEPTOR_WORDS = {
    "any": "positive or negative",
    "unknown": "not recorded",
    "not-stated": "not stated",
}


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it stands in the middle of a sentence; an abbreviation keeps its capitals."""
    return text if KEPT_CAPITALS.match(text) else text[:1].lower() + text[1:]


def end_sentence(text: str) -> str:
    """A title with a full stop, unless it ends a sentence already."""
    return text if text[-1:] in ".?!" else f"{text}."


def field_label(name: str, kind: str = "") -> str:
    """The label of a field, of a kind of record where it matters; of `quantity.value` "Value"."""
    known = KIND_LABELS.get((kind, name)) or FIELD_LABELS.get(name)
    return known or make_label(name.rpartition(".")[2])


@cache
def kind_labels() -> Mapping[str, tuple[str, str]]:
    """For each kind of record its label for one, and for many."""
    return {r.kind: (upper_first(r.singular), upper_first(r.plural)) for r in RESOURCES}


@cache
def field_words(kind: str) -> Mapping[str, Mapping[str, Vocabulary]]:
    """For each field of a kind that holds words of a vocabulary: its words by value."""
    shared = dict(word_fields(Cited))
    own = next((dict(word_fields(r.model)) for r in RESOURCES if r.kind == kind), {})
    return {name: {str(w): w for w in words} for name, words in (shared | own).items()}


@cache
def flag_kind(kind: str) -> Flag:
    """The kind of a note as a flag."""
    return Flag(kind, find_word(NoteKind, kind).label)


def find_word(words: type[Vocabulary], value: str) -> Vocabulary:
    """The word of a vocabulary that has this value."""
    return next(word for word in words if word.value == value)


def say_word(kind: str, field: str, value: Any) -> str:
    """A word of a vocabulary for people; a receptor's status keeps the receptor's name."""
    word = field_words(kind).get(field, {}).get(str(value))
    if word is None:
        return say_plain(field, value)
    if isinstance(word, ReceptorStatus) and field in RECEPTOR_NAMES:
        name = RECEPTOR_NAMES[field]
        return f"{name} {RECEPTOR_WORDS[word]}" if word in RECEPTOR_WORDS else f"{name}-{word}"
    return word.label


def say_plain(field: str, value: Any) -> str:
    """A value that is no word of a vocabulary."""
    if isinstance(value, bool):
        yes, no = YES_AND_NO.get(field, ("Yes", "No"))
        return yes if value else no
    if field == "answer_kinds" and value in kind_labels():
        return kind_labels()[value][1]
    return str(value)


def say_agency(agency: str) -> str:
    """An agency with the place where it approves."""
    return AGENCY_PLACES.get(agency, agency)


def say_day(iso: str, *, short: bool = False) -> str:
    """A date as precise as it is stored: 23 November 2026, December 2022, 2017; short: 23 Nov."""
    year, *rest = iso.split("-")
    month = [MONTHS[int(rest[0]) - 1][: 3 if short else None]] if rest else []
    return " ".join([*(str(int(day)) for day in rest[1:]), *month, year])


def say_years(first: Any, last: Any) -> str:
    """A span of years with a dash, or the year if it is one."""
    return f"{first}" if first == last or last is None else f"{first}–{last}"


def say_number(value: Decimal | float) -> str:
    """A number with separators and the digits that its source prints: 84.0 is not 84."""
    return f"{value:,}"


def say_figure(figure: Mapping[str, Any]) -> str:
    """The figure of a record, with the source's own qualifier and its unit."""
    low = figure.get("value_percent", figure.get("low"))
    high, comparator = figure.get("high"), figure["comparator"]
    unit = UNITS.get(figure.get("unit", "percent"), "")
    if low is None:
        return "most; no number"
    if high is not None:
        return f"{say_number(low)} to {say_number(high)}{unit}"
    before = "" if comparator == "exactly" else f"{comparator.replace('-', ' ')} "
    return f"{before}{say_number(low)}{unit}"


def find_main_citation(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The citation that supports most fields of a record."""
    citation: Mapping[str, Any] = max(record["citations"], key=lambda c: len(c["supports"]))
    return citation


def say_size(size: int) -> str:
    """A number of bytes."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(size / 1e3, 0.1):.1f} kB"
