"""The rules that a single record can't check: they look across the whole seed.

A rule yields a record, a place in it and a message for each fault that it finds.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel

from app.curation.seed import Seed
from app.model.citation import CitationSeed, refers_to
from app.model.record import RecordSeed
from app.model.resource import Loaded
from app.model.validation import format_place
from app.resources.comparisons import ComparisonSeed, fields_that_differ
from app.resources.drugs import DrugSeed
from app.resources.sources import SourceKind, SourceSeed

Found = Iterator[tuple[Loaded, str, str]]

UNTIDY = re.compile(r"^\s|\s$|  |[\x00-\x1f\x7f]")
# Text fragments grow with the words at the ends of a passage, and links break when they are long.
LONGEST_END = 80
OFFICIAL = (SourceKind.DRUG_LABEL, SourceKind.REGULATOR_NOTICE)


@cache
def reference_kinds(model: type[BaseModel]) -> dict[str, str | None]:
    """The kind of record that each field of a model refers to, or None."""
    return {
        name: refers_to(Annotated[info.annotation, *info.metadata, None])
        for name, info in model.model_fields.items()
    }


def find_references(model: BaseModel, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Place, kind and identifier of every reference to another record, at any depth."""
    for name, kind in reference_kinds(type(model)).items():
        value, place = getattr(model, name), f"{path}{name}"
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            spot = f"{place}[{number}]" if isinstance(value, list) else place
            if isinstance(item, BaseModel):
                yield from find_references(item, f"{spot}.")
            elif kind and item is not None:
                yield spot, kind, str(item)


def list_citations(record: RecordSeed) -> Iterator[tuple[str, CitationSeed]]:
    """Place and content of every citation of a record and its notes."""
    for number, citation in enumerate(record.citations):
        yield f"citations[{number}]", citation
    for note_number, note in enumerate(record.notes):
        for number, citation in enumerate(note.citations):
            yield f"notes[{note_number}].citations[{number}]", citation


def list_texts(value: Any, location: tuple[int | str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Place and content of every text in plain data, at any depth."""
    if isinstance(value, str):
        yield format_place(location), value
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from list_texts(item, (*location, key))


def suggest(wanted: str, known: Iterable[str]) -> str:
    """Name the nearest of the known words, as the end of a message."""
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"; nearest: {near[0]!r}" if near else ""


def duplicate_ids(seed: Seed) -> Found:
    """Records whose id another record has: an id stands once in the whole data set."""
    first: dict[str, Loaded] = {}
    for record in seed.records:
        if other := first.get(record.seed.id):
            yield record, "id", f"already used in {other.resource.kind}.yaml"
        first.setdefault(record.seed.id, record)


def references_without_record(seed: Seed) -> Found:
    """References that lead to no record of the right kind."""
    known: dict[str, set[str]] = {"*": {record.seed.id for record in seed.records}}
    for record in seed.records:
        known.setdefault(record.resource.kind, set()).add(record.seed.id)
    for record in seed.records:
        for place, kind, wanted in find_references(record.seed):
            if wanted not in known.get(kind, set()):
                near = suggest(wanted, known.get(kind, ()))
                where = "any file" if kind == "*" else f"{kind}.yaml"
                yield record, place, f"no record {wanted!r} in {where}{near}"


def passages_without_document(seed: Seed) -> Found:
    """Passages of sources that have no captured text, known by its digest."""
    without_text = {
        record.seed.id
        for record in seed.records
        if isinstance(record.seed, SourceSeed) and not record.seed.document_sha256
    }
    for record in seed.records:
        for place, citation in list_citations(record.seed):
            if citation.passage and citation.source in without_text:
                message = f"source {citation.source!r} has no document_sha256, so no passage"
                yield record, place, message


def sections_without_heading(seed: Seed) -> Found:
    """Sections that are no heading of the document; brackets mark one that the capture lost."""
    for record in seed.records:
        for place, citation in list_citations(record.seed):
            reading = seed.readings.get(citation.source)
            section = citation.section or "["
            if not (reading and citation.passage) or section.startswith("["):
                continue
            if section not in reading.headings:
                near = suggest(section, reading.headings)
                message = f"{citation.source} has no heading {section!r}{near}"
                yield record, f"{place}.section", message


def long_passages(seed: Seed) -> Found:
    """Passages whose first or last words are too long for a link."""
    for record in seed.records:
        for place, citation in list_citations(record.seed):
            words = citation.passage.model_dump(exclude={"sha256"}) if citation.passage else {}
            for name, text in words.items():
                if text and len(text) > LONGEST_END:
                    message = f"should have at most {LONGEST_END} characters, got {len(text)}"
                    yield record, f"{place}.passage.{name}", message


def duplicate_citations(seed: Seed) -> Found:
    """Places that a record or note cites twice: one citation supports several fields."""
    for record in seed.records:
        first: dict[str, str] = {}
        for place, citation in list_citations(record.seed):
            holder = place.rpartition("citations")[0]
            cited = holder + citation.model_dump_json(exclude={"supports"})
            if cited in first:
                yield record, place, f"cites the same place as {first[cited]}; join their supports"
            first.setdefault(cited, place)


def untidy_texts(seed: Seed) -> Found:
    """Texts with white space at an end, two spaces in a row or control characters."""
    for record in seed.records:
        for place, text in list_texts(record.seed.model_dump(mode="json")):
            if UNTIDY.search(text):
                message = "should have single spaces inside, none at an end, no line breaks"
                yield record, place, f"{message}, got {text!r}"


def records_without_topic(seed: Seed) -> Found:
    """Records without a topic, other than topics and sources."""
    for record in seed.records:
        if record.resource.kind not in ("topics", "sources") and not record.seed.topic:
            yield record, "topic", "is required"


def topics_without_records(seed: Seed) -> Found:
    """Topics that no record has."""
    used = {record.seed.topic for record in seed.records}
    for record in seed.records:
        if record.resource.kind == "topics" and record.seed.id not in used:
            yield record, "", "no record has this topic"


def sources_without_citation(seed: Seed) -> Found:
    """Sources that no other record cites and no other source derives from."""
    used = {source for record in seed.records for source in record.sources - {record.seed.id}}
    for record in seed.records:
        if isinstance(record.seed, SourceSeed):
            used |= set(record.seed.derived_from)
    for record in seed.records:
        if isinstance(record.seed, SourceSeed) and record.seed.id not in used:
            yield record, "", "no other record cites this source"


def drugs_without_label(seed: Seed) -> Found:
    """Drugs that cite neither a label nor a regulator."""
    kinds = {r.seed.id: r.seed.source_kind for r in seed.records if isinstance(r.seed, SourceSeed)}
    for record in seed.records:
        if isinstance(record.seed, DrugSeed):
            cited = {kinds[citation.source] for citation in record.seed.citations}
            if cited.isdisjoint(OFFICIAL):
                message = f"should cite a source of kind {' or '.join(OFFICIAL)}"
                yield record, "citations", message


def comparisons_without_reason(seed: Seed) -> Found:
    """Comparisons of figures that count different things, without saying why they differ."""
    records = {record.seed.id: record for record in seed.records}
    for record in seed.records:
        if isinstance(record.seed, ComparisonSeed):
            terms = fields_that_differ([records[answer] for answer in record.seed.answers])
            if terms and record.seed.why_they_differ is None:
                message = f"is required: the answers differ in {', '.join(terms)}"
                yield record, "why_they_differ", message


Rule = Callable[[Seed], Found]
RULES: tuple[Rule, ...] = (
    duplicate_ids,
    references_without_record,
    passages_without_document,
    sections_without_heading,
    long_passages,
    duplicate_citations,
    untidy_texts,
    records_without_topic,
)
# They follow references, and a record that could not be read would count as missing.
RULES_OF_A_WHOLE_SEED: tuple[Rule, ...] = (
    topics_without_records,
    sources_without_citation,
    drugs_without_label,
    comparisons_without_reason,
)


def check_seed(seed: Seed) -> None:
    """Add a fault to the seed for everything that breaks a rule."""
    apply_rules(seed, RULES)
    if not seed.faults:
        apply_rules(seed, RULES_OF_A_WHOLE_SEED)


def apply_rules(seed: Seed, rules: Iterable[Rule]) -> None:
    """Add a fault to the seed for everything that breaks one of these rules."""
    for rule in rules:
        for record, place, message in rule(seed):
            seed.fault(record.resource.kind, record.seed.id, place, message)
