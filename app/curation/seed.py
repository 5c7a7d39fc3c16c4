"""The content of seed/ and its faults."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from app.curation.places import Location
from app.curation.yaml_file import YamlFile
from app.model.citation import Slug, SourceId, Text
from app.model.field import Strict
from app.model.passage import TextQuote
from app.model.resource import Loaded
from app.model.validation import format_place


@dataclass(frozen=True)
class Fault:
    """Something wrong in a seed file."""

    file: str
    line: int | None
    record: str
    place: str
    message: str

    def __str__(self) -> str:
        file = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, (file, self.record, self.place, self.message)))


class SeedInvalid(Exception):
    """The seed has faults; nothing was built."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Release(Strict):
    """`seed/release.yaml`: the version of the data."""

    version: str = Field(pattern=r"^\d{4}\.(1[0-2]|[1-9])\.\d+$")
    date: date


class Boilerplate(TextQuote):
    """Words of a document that state no fact about the disease."""

    reason: Text


class Reading(Strict):
    """`seed/documents.yaml`: headings and boilerplate of a captured document."""

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
    """The records and side files of a seed directory, with their faults."""

    directory: Path
    records: list[Loaded] = field(default_factory=list)
    release: Release | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)
    raw: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # faulty records too
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self,
        kind: str,
        message: str,
        location: Location = (),
        record: str = "",
        line: int | None = None,
    ) -> None:
        """Add a fault in the file of this kind; of a record the location begins with its number."""
        if line is None and kind in self.files:
            line = self.files[kind].line(location)
        place = format_place(location[1:] if record else location)
        self.faults.append(
            Fault(f"{self.directory.name}/{kind}.yaml", line, record, place, message)
        )
