"""The content of seed/ and its faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date as date_type
from pathlib import Path
from typing import Any

from pydantic import Field

from app.curation.places import Location
from app.curation.yaml_file import YamlFile
from app.model.field import Strict
from app.model.passage import TextQuote
from app.model.resource import Loaded, SeedType
from app.model.validation import format_place
from app.model.value import Slug, SourceId, Text

# What a rule over the whole seed finds: a record, a place in it, and what is wrong.
Found = Iterator[tuple[Loaded, Location, str]]


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


@dataclass(frozen=True)
class Report:
    """The outcome of a comparison: a line for each failure, and one with the counts."""

    failures: list[str]
    summary: str


class SeedInvalid(Exception):
    """The seed has faults; nothing was built."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))

    def __reduce__(self) -> tuple[type[Exception], tuple[list[Fault]]]:
        """Let it pass from a process that builds to the one that serves."""
        return SeedInvalid, (self.faults,)


class ReleaseSeed(Strict):
    """`seed/release.yaml`: the version of the data."""

    version: str = Field(
        pattern=r"^\d{4}\.(1[0-2]|[1-9])\.\d+$",
        description="Year, month, number of the release in that month, in quotes.",
    )
    date: date_type = Field(description="Day of the release.")


class Boilerplate(TextQuote):
    """Words of a document that state no fact about the disease."""

    reason: Text = Field(description="Why no record has to cite it.")


class Reading(Strict):
    """`seed/documents.yaml`: headings and boilerplate of a captured document."""

    source: SourceId = Field(description="The source whose captured text it is.")
    headings: list[Text] = Field(description="The lines that are headings, as printed.")
    boilerplate: list[Boilerplate] = Field(description="Words that state no fact.")


class Withdrawn(Strict):
    """`seed/withdrawn.yaml`: a record that was released once and is no longer served."""

    id: Slug = Field(description="Identifier of the record.")
    kind: Text = Field(description="The collection that it belonged to.")
    reason: Text = Field(description="Why it was withdrawn.")
    successor: Slug | None = Field(None, description="The record to use instead.")
    since: Text = Field(description="The first release without it.")


@dataclass
class Seed:
    """The records and side files of a seed directory, with their faults."""

    directory: Path
    records: list[Loaded] = field(default_factory=list)
    release: ReleaseSeed | None = None
    readings: dict[str, Reading] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)
    raw: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # faulty records too
    faults: list[Fault] = field(default_factory=list)

    def of(self, kind: type[SeedType]) -> list[SeedType]:
        """The records of one seed class."""
        return [record.seed for record in self.records if isinstance(record.seed, kind)]

    def fault(
        self,
        kind: str,
        message: str,
        location: Location = (),
        record: str = "",
        line: int | None = None,
    ) -> None:
        """Add a fault in the file of this kind; of a record the location begins with its number."""
        self.faults.append(self.make_fault(kind, message, location, record, line))

    def locate(self, record: Loaded, location: Location, message: str) -> Fault:
        """A fault at a place of a record."""
        place = (record.position, *location)
        return self.make_fault(record.resource.kind, message, place, record.seed.id)

    def make_fault(
        self, kind: str, message: str, location: Location, record: str, line: int | None = None
    ) -> Fault:
        """A fault with its file and line."""
        if line is None and kind in self.files:
            line = self.files[kind].line(location)
        place = format_place(location[1:] if record else location)
        return Fault(f"{self.directory.name}/{kind}.yaml", line, record, place, message)
