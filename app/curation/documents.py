"""The captured documents: their folded text, lines, headings and sentences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.curation.seed import Seed
from app.model.passage import LIST_MARK, TextQuote, digest, spans
from app.resources.sources import SourceSeed

# A full stop ends a sentence unless it follows a single capital, as in "U.S.".
SENTENCE_BREAK = re.compile(r"(?<=[.!?:])(?<![ .][A-Z]\.) (?=[A-Z0-9“\"(])")
# Characters of a passage: a reader checks a longer one in more than ten seconds.
LONGEST_PASSAGE = 500


@dataclass(frozen=True)
class Stretch:
    """Where a line, or a sentence of it, stands in the folded text."""

    line: int
    start: int
    end: int


class Document:
    """A captured document, folded, with its lines and headings."""

    def __init__(self, text: str, headings: Iterable[str] = ()) -> None:
        self.lines: list[Stretch] = []
        self.text = ""
        for number, line in enumerate(LIST_MARK.sub("", text).splitlines(), 1):
            if folded := " ".join(line.split()):
                start = len(self.text) + bool(self.text)
                self.text = f"{self.text} {folded}" if self.text else folded
                self.lines.append(Stretch(number, start, len(self.text)))
        printed = set(headings)
        self.headings = [line for line in self.lines if self.words(line) in printed]

    def words(self, stretch: Stretch) -> str:
        """The text of a stretch."""
        return self.text[stretch.start : stretch.end]

    def line_at(self, place: int) -> int:
        """The number of the line that holds a character of the text."""
        return next(line.line for line in self.lines if place < line.end)

    def sentences(self) -> Iterator[Stretch]:
        """Every sentence and list item outside the headings."""
        for line in self.lines:
            if line not in self.headings:
                breaks = (match.end() for match in SENTENCE_BREAK.finditer(self.words(line)))
                offsets = [0, *breaks, line.end - line.start]
                for start, end in pairwise(offsets):
                    yield Stretch(line.line, line.start + start, line.start + end)

    def headings_above(self, place: int) -> list[str]:
        """The headings above a character of the text, the nearest last, without its own line."""
        return [self.words(heading) for heading in self.headings if heading.end <= place]

    def heading_at(self, place: int) -> str | None:
        """The heading that holds a character of the text, if it is of one."""
        found = (self.words(h) for h in self.headings if h.start <= place < h.end)
        return next(found, None)

    def describe_extent(self, start: int, end: int) -> str | None:
        """What keeps a stretch from being a passage: its length, or a heading inside; or None."""
        if end - start > LONGEST_PASSAGE:
            return f"takes in {end - start} characters, at most {LONGEST_PASSAGE}"
        for heading in self.headings:
            if start < heading.start < end:
                return f"crosses the heading {self.words(heading)!r}"
        return None


def read_documents(
    seed: Seed, directory: Path, only: str | None = None
) -> tuple[dict[str, Document], list[str]]:
    """The document of each source, matched by SHA-256, and a message for each that is missing."""
    texts = (path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file())
    found = {digest(text): text.decode("utf-8", "replace") for text in texts}
    documents, missing = {}, []
    for source in (record.seed for record in seed.records):
        if not isinstance(source, SourceSeed) or only not in (None, source.id):
            continue
        if wanted := source.document_sha256:
            if (text := found.get(wanted)) is None:
                missing.append(f"sources/{source.id}: no file of {directory} has SHA-256 {wanted}")
            else:
                documents[source.id] = Document(text, read_headings(seed, source.id))
    return documents, missing


def read_headings(seed: Seed, source: str) -> list[str]:
    """The headings of a source's document."""
    reading = seed.readings.get(source)
    return reading.headings if reading else []


def find_source(seed: Seed, text: bytes) -> SourceSeed | None:
    """The source whose captured text this is."""
    wanted = digest(text)
    sources = (record.seed for record in seed.records if isinstance(record.seed, SourceSeed))
    return next((source for source in sources if source.document_sha256 == wanted), None)


def find_places(document: Document, stretches: Iterable[TextQuote]) -> set[int]:
    """Positions of all characters of the document inside these stretches."""
    found = (span for words in stretches for span in spans(words, document.text))
    return {place for start, end in found for place in range(start, end)}


def measure_share(sentence: Stretch, places: set[int]) -> float:
    """Share of a sentence's characters that are among these positions."""
    inside = sum(place in places for place in range(sentence.start, sentence.end))
    return inside / (sentence.end - sentence.start)
