"""Read seed/ and report every fault in one run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from app.curation.checks import check_seed
from app.curation.seed import Reading, Release, Seed, Withdrawn
from app.model.resource import Loaded, Resource
from app.model.validation import describe_with_input, format_place
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
    """Parse a seed file; if that fails, add a fault with file and line and return None."""
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


def add_faults(seed: Seed, kind: str, record: str, error: ValidationError) -> None:
    """Add a fault for each thing that a model refuses."""
    for item in error.errors(include_url=False):
        seed.fault(kind, record, format_place(item["loc"]), describe_with_input(item))


def read_records(seed: Seed, resource: Resource) -> None:
    """Read the records of one file; a bad one becomes faults."""
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
            add_faults(seed, resource.kind, name, error)
            continue
        seed.records.append(Loaded(resource, record, position))


def read_version(seed: Seed) -> None:
    """Read the version and date of the data from `release.yaml`."""
    if (content := read_yaml(seed, "release")) is not None:
        try:
            seed.release = Release.model_validate(content)
        except ValidationError as error:
            add_faults(seed, "release", "", error)


def read_side_file(seed: Seed, name: str, model: type[Item]) -> Iterator[Item]:
    """Read the items of a file that holds no records."""
    content = read_yaml(seed, name)
    if content is not None and not isinstance(content, list):
        seed.fault(name, "", "line 1", "should be a list")
    for number, item in enumerate(content if isinstance(content, list) else []):
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            add_faults(seed, name, f"record {number + 1}", error)


def read_seed(directory: Path) -> Seed:
    """Read the seed directory and check it; `faults` of the result lists all that is wrong."""
    seed = Seed(directory)
    read_version(seed)
    readings = read_side_file(seed, "documents", Reading)
    seed.readings = {reading.source: reading for reading in readings}
    seed.withdrawn = {item.id: item for item in read_side_file(seed, "withdrawn", Withdrawn)}
    for resource in RESOURCES:
        read_records(seed, resource)
    check_seed(seed)
    return seed
