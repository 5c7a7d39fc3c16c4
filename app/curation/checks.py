"""The rules that a single record can't check: they look across the whole seed.

A rule yields a record, a place in it and a message for each fault that it finds.
"""

import re
from collections.abc import Callable

from app.curation.places import Location, find_references, list_citations, list_texts
from app.curation.rules_of_kinds import RULES_OF_KINDS
from app.curation.seed import Found, Seed
from app.model.resource import Loaded
from app.model.validation import format_place, suggest
from app.resources import RESOURCES
from app.resources.sources import SourceSeed

UNTIDY = re.compile(r"^\s|\s$|  |[\x00-\x1f\x7f]")
# Text fragments grow with the words at the ends of a passage, and links break when they are long.
LONGEST_END = 80
KINDS = tuple(resource.kind for resource in RESOURCES)


def duplicate_ids(seed: Seed) -> Found:
    """Records whose id another record has: an id stands once in the whole data set."""
    first: dict[str, Loaded] = {}
    for record in seed.records:
        if other := first.get(record.seed.id):
            yield record, ("id",), f"already used in {other.resource.kind}.yaml"
        first.setdefault(record.seed.id, record)


def references_without_record(seed: Seed) -> Found:
    """References that lead to no record of the right kind."""
    # Of a file that is no list nothing is known but what looks like an identifier.
    files = seed.files.items()
    known = {k: f.identifiers for k, f in files if f.identifiers or isinstance(f.data, list)}
    for kind, item in seed.raw:
        known[kind].add(str(item.get("id")))
    known["*"] = set().union(*(known.get(resource.kind, set()) for resource in RESOURCES))
    for record in seed.records:
        for place, kind, wanted in find_references(record.seed):
            if wanted not in known.get(kind, (wanted,)):  # without its file nothing is known
                near = suggest(wanted, known[kind])
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
                yield record, (*place, "section"), message


def long_passages(seed: Seed) -> Found:
    """Passages whose first or last words are too long for a link."""
    for record in seed.records:
        for place, citation in list_citations(record.seed):
            words = citation.passage.model_dump(exclude={"sha256"}) if citation.passage else {}
            for name, text in words.items():
                if text and len(text) > LONGEST_END:
                    message = f"should have at most {LONGEST_END} characters, got {len(text)}"
                    yield record, (*place, "passage", name), message


def duplicate_citations(seed: Seed) -> Found:
    """Places that a record or note cites twice: one citation supports several fields."""
    for record in seed.records:
        first: dict[tuple[Location, str], str] = {}
        for place, citation in list_citations(record.seed):
            cited = place[:-1], citation.model_dump_json(exclude={"supports"})
            if cited in first:
                yield record, place, f"cites the same place as {first[cited]}; join their supports"
            first.setdefault(cited, format_place(place))


def untidy_texts(seed: Seed) -> Found:
    """Texts with white space at an end, two spaces in a row or control characters."""
    for record in seed.records:
        for place, text in list_texts(record.seed.model_dump()):
            if UNTIDY.search(text):
                message = "should have single spaces inside, none at an end, no line breaks"
                yield record, place, f"{message}, got {text!r}"


def records_without_topic(seed: Seed) -> Found:
    """Records without a topic, other than topics and sources."""
    for record in seed.records:
        if record.resource.kind not in ("topics", "sources") and not record.seed.topic:
            yield record, ("topic",), "is required"


def is_whole(seed: Seed) -> bool:
    """Whether every file is a list of records and every reference leads to one."""
    data = [seed.files[kind].data if kind in seed.files else None for kind in KINDS]
    parsed = all(isinstance(d, list) and all(isinstance(r, dict) for r in d) for d in data)
    return parsed and not any((*references_without_record(seed), *records_without_topic(seed)))


def topics_without_records(seed: Seed) -> Found:
    """Topics that no record has."""
    used = {str(item.get("topic")) for _, item in seed.raw}
    for record in seed.records:
        if record.resource.kind == "topics" and record.seed.id not in used:
            yield record, ("id",), "no record has this topic"


# Where another record may name a source.
USES = ("citations", "notes", "derived_from", "superseded_by", "publications")


def sources_without_citation(seed: Seed) -> Found:
    """Sources that no other record cites and no other source derives from."""
    used: set[str] = set()
    for _, item in seed.raw:
        parts = {name: item.get(name) for name in USES}
        used |= {text for _, text in list_texts(parts) if text != item.get("id")}
    for record in seed.records:
        if isinstance(record.seed, SourceSeed) and record.seed.id not in used:
            yield record, ("id",), "no other record cites this source"


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
    *RULES_OF_KINDS,
)
# What is missing may stand in a file that can't be parsed, or under a name that leads nowhere.
RULES_OF_A_WHOLE_SEED: tuple[Rule, ...] = (topics_without_records, sources_without_citation)


def check_seed(seed: Seed) -> None:
    """Add a fault to the seed for everything that breaks a rule."""
    whole = is_whole(seed)
    for rule in (*RULES, *RULES_OF_A_WHOLE_SEED) if whole else RULES:
        for record, location, message in rule(seed):
            seed.faults.append(seed.locate(record, location, message))
