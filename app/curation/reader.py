"""Read seed/ and report every fault in one run."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.curation.checks import check_seed
from app.curation.messages import describe_fault
from app.curation.partial import read_record
from app.curation.seed import Fault, Reading, ReleaseSeed, Seed, Withdrawn
from app.curation.standing import add_outdated_notes
from app.curation.yaml_file import YamlFile
from app.model.record import RecordSeed
from app.model.resource import Loaded, Resource
from app.resources import RESOURCES

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(seed: Seed, kind: str) -> Any:
    """Parse a seed file; None if it can't be read, and what is wrong becomes faults."""
    path = seed.directory / f"{kind}.yaml"
    try:
        file = YamlFile(path.read_text("utf-8"))
    except FileNotFoundError:
        seed.fault(kind, "no such file")
        return None
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        byte = f"0x{error.object[error.start]:02x}"
        seed.fault(kind, f"should be UTF-8, got byte {byte}", line=number)
        return None
    seed.files[kind] = file
    for line, message in file.faults:
        seed.fault(kind, message, line=line)
    if file.data is None and not file.faults:
        hint = "" if kind == "release" else "; a list without items is written []"
        seed.fault(kind, f"is empty{hint}", line=1)
    return file.data


def read_items(seed: Seed, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and content of each item of a file that holds a list."""
    content = read_yaml(seed, kind)
    if content is not None and not isinstance(content, list):
        seed.fault(kind, "should be a list, each item after '- '", line=1)
    for number, item in enumerate(content if isinstance(content, list) else ()):
        if isinstance(item, dict):
            yield number, item
        else:
            seed.fault(kind, f"should be fields, got {item!r}", (number,), f"record {number + 1}")


def read_records(seed: Seed, resource: Resource) -> None:
    """Read the records of one file; a bad one becomes faults."""
    for position, item in read_items(seed, resource.kind):
        seed.raw.append((resource.kind, item))
        name = item.get("id", f"record {position + 1}")
        result = read_record(resource.seed, item)
        if isinstance(result, RecordSeed):
            seed.records.append(Loaded(resource, result, position))
            continue
        for location, message in result:
            seed.fault(resource.kind, message, (position, *location), str(name))


def read_version(seed: Seed, today: date) -> None:
    """Read the version and date of the data from `release.yaml`."""
    if (content := read_yaml(seed, "release")) is not None:
        try:
            seed.release = ReleaseSeed.model_validate(content)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                seed.fault("release", describe_fault(item, ReleaseSeed), item["loc"])
    if seed.release and seed.release.date > today:
        message = f"should not be after today, {today}, got {seed.release.date}"
        seed.fault("release", message, ("date",))


def read_side_file(seed: Seed, kind: str, model: type[Model]) -> Iterator[Model]:
    """Read the items of a file that holds no records."""
    for number, item in read_items(seed, kind):
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            name = item.get("id") or item.get("source") or f"record {number + 1}"
            for detail in error.errors(include_url=False):
                message = describe_fault(detail, model)
                seed.fault(kind, message, (number, *detail["loc"]), str(name))


def read_seed(directory: Path) -> Seed:
    """Read the seed directory and check it; `faults` of the result lists all that is wrong."""
    seed = Seed(directory)
    if not directory.is_dir():
        seed.faults.append(Fault(str(directory), None, "", "", "no such directory; set HER2_SEED"))
        return seed
    read_version(seed, date.today())
    readings = read_side_file(seed, "documents", Reading)
    seed.readings = {reading.source: reading for reading in readings}
    seed.withdrawn = {item.id: item for item in read_side_file(seed, "withdrawn", Withdrawn)}
    for resource in RESOURCES:
        read_records(seed, resource)
    check_seed(seed)
    if not seed.faults:
        add_outdated_notes(seed)
    return seed
