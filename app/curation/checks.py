"""Rules that a single record can't check: they look across the whole seed."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel

from app.curation.seed import Seed
from app.model.citation import CitationSeed, refers_to
from app.model.record import RecordSeed
from app.model.resource import Loaded
from app.resources.comparisons import ComparisonSeed, differing
from app.resources.sources import SourceSeed


def check_ids(seed: Seed) -> None:
    """An identifier stands once in the whole data set."""
    first: dict[str, Loaded] = {}
    for record in seed.records:
        name, kind = record.seed.id, record.resource.kind
        if other := first.get(name):
            seed.fault(kind, name, "id", f"already used in {other.resource.kind}.yaml")
        first.setdefault(name, record)


def references(model: BaseModel, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Place, kind and identifier of every reference to another record, at any depth."""
    for name, info in type(model).model_fields.items():
        value, place = getattr(model, name), f"{path}{name}"
        kind = refers_to(Annotated[info.annotation, *info.metadata, None])
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            spot = f"{place}[{number}]" if isinstance(value, list) else place
            if isinstance(item, BaseModel):
                yield from references(item, f"{spot}.")
            elif kind and item is not None:
                yield spot, kind, str(item)


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The nearest of the known words, as the end of a message."""
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"; nearest: {near[0]!r}" if near else ""


def check_references(seed: Seed) -> None:
    """Every reference leads to a record of the right kind."""
    known: dict[str, set[str]] = {"*": {record.seed.id for record in seed.records}}
    for record in seed.records:
        known.setdefault(record.resource.kind, set()).add(record.seed.id)
    for record in seed.records:
        for place, kind, wanted in references(record.seed):
            if wanted not in known.get(kind, set()):
                near = nearest(wanted, known.get(kind, ()))
                where = "any file" if kind == "*" else f"{kind}.yaml"
                message = f"no record {wanted!r} in {where}{near}"
                seed.fault(record.resource.kind, record.seed.id, place, message)


def check_passages(seed: Seed) -> None:
    """A passage can only be of a source whose captured text is known by its digest."""
    uncaptured = {
        record.seed.id
        for record in seed.records
        if isinstance(record.seed, SourceSeed) and not record.seed.document_sha256
    }
    for record in seed.records:
        for place, citation in citations_of(record.seed):
            if citation.passage and citation.source in uncaptured:
                message = f"source {citation.source!r} has no document_sha256, so no passage"
                seed.fault(record.resource.kind, record.seed.id, place, message)


def citations_of(record: RecordSeed) -> Iterator[tuple[str, CitationSeed]]:
    """Place and content of every citation of a record and its notes."""
    for number, citation in enumerate(record.citations):
        yield f"citations[{number}]", citation
    for note_number, note in enumerate(record.notes):
        for number, citation in enumerate(note.citations):
            yield f"notes[{note_number}].citations[{number}]", citation


def check_sections(seed: Seed) -> None:
    """A section is a heading that its document prints, or is bracketed because it was lost."""
    for record in seed.records:
        for place, citation in citations_of(record.seed):
            reading = seed.readings.get(citation.source)
            section = citation.section or "["
            if not (reading and citation.passage) or section.startswith("["):
                continue
            if section not in reading.headings:
                near = nearest(section, reading.headings)
                message = f"{citation.source} has no heading {section!r}{near}"
                seed.fault(record.resource.kind, record.seed.id, f"{place}.section", message)


def check_topics(seed: Seed) -> None:
    """A topic leads to records."""
    used = {record.seed.topic for record in seed.records}
    for record in seed.records:
        if record.resource.kind == "topics" and record.seed.id not in used:
            seed.fault("topics", record.seed.id, "", "no record has this topic")


def check_comparisons(seed: Seed) -> None:
    """A comparison of figures that count different things says why they differ."""
    records = {record.seed.id: record for record in seed.records}
    for name, record in records.items():
        if isinstance(record.seed, ComparisonSeed):
            terms = differing([records[answer] for answer in record.seed.answers])
            if terms and record.seed.why_they_differ is None:
                message = f"should be given: the answers differ in {', '.join(terms)}"
                seed.fault("comparisons", name, "why_they_differ", message)
