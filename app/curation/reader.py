"""Read seed/ and report every fault in one run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from app.curation.checks import (
    check_comparisons,
    check_ids,
    check_passages,
    check_references,
    check_sections,
    check_topics,
)
from app.curation.seed import Reading, Release, Seed, Withdrawn
from app.model.resource import Loaded, Resource
from app.resources import RESOURCES

Item = TypeVar("Item", bound=BaseModel)


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
