"""Read seed/ and report every fault in one run."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from app.citing import CitationSeed, Slug, SourceId, Text, refers_to
from app.passages import Words
from app.records import Loaded, RecordSeed, Resource
from app.resources import RESOURCES
from app.resources.comparisons import ComparisonSeed, differing
from app.resources.sources import SourceSeed
from app.vocabulary import Strict

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """Something wrong in a seed file."""

    file: str
    record: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.record, self.place, self.message)))


class SeedInvalid(Exception):
    """The seed has faults; nothing was built."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Release(Strict):
    """`seed/release.yaml`: the version of the data."""

    version: str = Field(pattern=r"^\d{4}\.(1[0-2]|[1-9])\.\d+$")
    date: date


class Boilerplate(Words):
    """Words of a document that state no fact about the disease."""

    reason: Text


class Reading(Strict):
    """`seed/documents.yaml`: how a captured document is to be read."""

    source: SourceId
    headings: list[Text]
    boilerplate: list[Boilerplate]


class Withdrawn(Strict):
    """`seed/withdrawn.yaml`: a record that was released once and is no longer served."""

    id: Slug
    kind: Text
    reason: Text
    successor: Slug | None = None
    since: Text


@dataclass
class Seed:
    """All that was read, with the faults found on the way."""

    directory: Path
    records: list[Loaded] = field(default_factory=list)
    release: Release | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str, record: str, place: str, message: str) -> None:
        self.faults.append(Fault(f"{self.directory.name}/{kind}.yaml", record, place, message))


class _UniqueKeys(yaml.CSafeLoader):
    """YAML whose mappings have no duplicate keys: PyYAML itself silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"duplicate key {key.value!r}", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


def read_yaml(seed: Seed, kind: str) -> Any:
    """The content of a seed file, or None and a fault that names file and line."""
    path = seed.directory / f"{kind}.yaml"
    try:
        return yaml.load(path.read_text("utf-8"), _UniqueKeys)
    except FileNotFoundError:
        seed.fault(kind, "", "", "no such file")
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        byte = f"0x{error.object[error.start]:02x}"
        seed.fault(kind, "", f"line {number}", f"should be UTF-8, got byte {byte}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}" if mark else ""
        seed.fault(kind, "", line, f"should be YAML: {error.problem}")
    except yaml.YAMLError as error:
        seed.fault(kind, "", "", f"should be YAML: {error}")
    return None


def place_of(location: Sequence[int | str]) -> str:
    """`('approvals', 0, 'date')` as `approvals[0].date`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def complaints(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Place and message of each thing that a model refuses."""
    for item in error.errors(include_url=False):
        if item["type"] == "missing":
            yield place_of(item["loc"]), "should be given"
        elif item["type"] == "extra_forbidden":
            yield place_of(item["loc"]), "no such field"
        else:
            message = item["msg"].removeprefix("Value error, ").removeprefix("Input ")
            given = item["input"]
            told = isinstance(given, dict | list | BaseModel) or "got" in message
            yield place_of(item["loc"]), message if told else f"{message}, got {given!r}"


def read_records(seed: Seed, resource: Resource) -> None:
    """The records of one file; a bad one becomes faults."""
    content = read_yaml(seed, resource.kind)
    if content is None:
        return
    if not isinstance(content, list):
        seed.fault(resource.kind, "", "line 1", "should be a list of records")
        return
    for position, item in enumerate(content):
        name = f"record {position + 1}"
        if not isinstance(item, dict):
            seed.fault(resource.kind, name, "", f"should be a mapping, got {item!r}")
            continue
        name = str(item.get("id", name))
        try:
            record = resource.seed.model_validate(item)
        except ValidationError as error:
            for place, message in complaints(error):
                seed.fault(resource.kind, name, place, message)
            continue
        seed.records.append(Loaded(resource, record, position))


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


def read_release(seed: Seed) -> None:
    """The version of the data."""
    if (content := read_yaml(seed, "release")) is not None:
        try:
            seed.release = Release.model_validate(content)
        except ValidationError as error:
            for place, message in complaints(error):
                seed.fault("release", "", place, message)


def read_side_file(seed: Seed, name: str, model: type[Item]) -> Iterator[Item]:
    """The items of a file that holds no records."""
    content = read_yaml(seed, name)
    if content is not None and not isinstance(content, list):
        seed.fault(name, "", "line 1", "should be a list")
    for number, item in enumerate(content if isinstance(content, list) else []):
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            for place, message in complaints(error):
                seed.fault(name, f"record {number + 1}", place, message)


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


def read_seed(directory: Path) -> Seed:
    """Everything in the seed directory, with all its faults."""
    seed = Seed(directory)
    read_release(seed)
    readings = read_side_file(seed, "documents", Reading)
    seed.readings = {reading.source: reading for reading in readings}
    seed.withdrawn = {item.id: item for item in read_side_file(seed, "withdrawn", Withdrawn)}
    for resource in RESOURCES:
        read_records(seed, resource)
    check_ids(seed)
    check_references(seed)
    check_passages(seed)
    check_sections(seed)
    if not seed.faults:  # a record that could not be read would count as missing
        check_topics(seed)
        check_comparisons(seed)
    return seed
