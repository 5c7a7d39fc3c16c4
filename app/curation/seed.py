"""The content of seed/ and its faults."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import Field

from app.model.citation import Slug, SourceId, Text
from app.model.field import Strict
from app.model.passage import TextQuote
from app.model.resource import Loaded


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
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str, record: str, place: str, message: str) -> None:
        """Add a fault in the file of this kind."""
        self.faults.append(Fault(f"{self.directory.name}/{kind}.yaml", record, place, message))
