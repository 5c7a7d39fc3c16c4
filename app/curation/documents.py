"""Compare the data with the captured documents: find every passage, list uncovered sentences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.curation.places import list_citations
from app.curation.seed import Seed
from app.model.citation import CitationSeed
from app.model.passage import LIST_MARK, TextQuote, digest, spans
from app.model.validation import format_place
from app.resources.sources import SourceSeed

# A full stop ends a sentence unless it follows a single capital, as in "U.S.".
SENTENCE_BREAK = re.compile(r"(?<=[.!?:])(?<![ .][A-Z]\.) (?=[A-Z0-9“\"(])")
# Characters of a passage: a reader checks a longer one in more than ten seconds.
LONGEST_PASSAGE = 500
# A sentence is covered if at least this share of it is cited: qualifiers may stand outside.
COVERED_SHARE = 0.5


@dataclass(frozen=True)
class Stretch:
    """Where a line, or a sentence of it, stands in the folded text."""

    line: int
    start: int
    end: int


class Document:
    """A captured document, folded, with its lines and headings."""

    def __init__(self, text: str, headings: list[str]) -> None:
        self.lines: list[Stretch] = []
        self.text = ""
        for number, line in enumerate(LIST_MARK.sub("", text).splitlines(), 1):
            if folded := " ".join(line.split()):
                start = len(self.text) + bool(self.text)
                self.text = f"{self.text} {folded}" if self.text else folded
                self.lines.append(Stretch(number, start, len(self.text)))
        self.headings = [line for line in self.lines if self.words(line) in headings]

    def words(self, stretch: Stretch) -> str:
        """The text of a stretch."""
        return self.text[stretch.start : stretch.end]

    def sentences(self) -> Iterator[Stretch]:
        """Every sentence and list item outside the headings."""
        for line in self.lines:
            if line not in self.headings:
                breaks = (match.end() for match in SENTENCE_BREAK.finditer(self.words(line)))
                offsets = [0, *breaks, line.end - line.start]
                for start, end in pairwise(offsets):
                    yield Stretch(line.line, line.start + start, line.start + end)


def read_documents(seed: Seed, directory: Path) -> tuple[dict[str, Document], list[str]]:
    """The document of each source, matched by SHA-256, and a message for each that is missing."""
    texts = (path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file())
    found = {digest(text): text.decode("utf-8", "replace") for text in texts}
    documents, missing = {}, []
    for source in (record.seed for record in seed.records):
        if isinstance(source, SourceSeed) and source.document_sha256:
            if (text := found.get(source.document_sha256)) is None:
                missing.append(
                    f"sources/{source.id}: no file of {directory} has "
                    f"SHA-256 {source.document_sha256}"
                )
            else:
                reading = seed.readings.get(source.id)
                documents[source.id] = Document(text, reading.headings if reading else [])
    return documents, missing


@dataclass(frozen=True)
class Report:
    """The outcome of a comparison: a line for each failure, and one with the counts."""

    failures: list[str]
    summary: str


def verify_passages(seed: Seed, directory: Path) -> Report:
    """Find every passage of every citation in the documents."""
    documents, failures = read_documents(seed, directory)
    passages = 0
    for record in seed.records:
        for place, citation in list_citations(record.seed):
            if citation.passage and citation.source in documents:
                passages += 1
                if message := find_fault(citation, documents[citation.source]):
                    where = f"{record.resource.kind}/{record.seed.id}: {format_place(place)}"
                    failures.append(f"{where}: {citation.source}: passage {message}")
    counts = f"{passages} passages in {len(documents)} documents, {len(failures)} failures"
    return Report(failures, counts)


def find_fault(citation: CitationSeed, document: Document) -> str | None:
    """What is wrong with the passage of a citation, or None."""
    passage = citation.passage
    assert passage is not None
    found = list(spans(passage, document.text))
    words = f"{passage.start!r} … {passage.end!r}" if passage.end else repr(passage.start)
    if not found:
        return f"{words} not found"
    if len(found) > 1:
        return f"{words} found {len(found)} times; give a prefix or suffix"
    start, end = found[0]
    if (actual := digest(document.text[start:end])) != passage.sha256:
        return f"{words} has digest {actual}, got {passage.sha256}"
    if end - start > LONGEST_PASSAGE:
        return f"{words} takes in {end - start} characters, at most {LONGEST_PASSAGE}"
    for heading in document.headings:
        if start < heading.start < end:
            return f"{words} crosses the heading {document.words(heading)!r}"
    return None


def cover(seed: Seed, directory: Path) -> Report:
    """List the sentences and list items that no citation covers and that are not boilerplate."""
    documents, failures = read_documents(seed, directory)
    totals = {"covered": 0, "boilerplate": 0, "uncovered": 0}
    for source, document in documents.items():
        cited = find_places(document, list_passages(seed, source))
        reading = seed.readings.get(source)
        plain = find_places(document, reading.boilerplate if reading else [])
        for sentence in document.sentences():
            if (share := measure_share(sentence, cited)) >= COVERED_SHARE:
                totals["covered"] += 1
            elif measure_share(sentence, cited | plain) >= COVERED_SHARE:
                totals["boilerplate"] += 1
            else:
                totals["uncovered"] += 1
                part = " (in part covered)" if share else ""
                where = f"{source}: line {sentence.line}{part}"
                failures.append(f"{where}: {document.words(sentence)}")
    counts = ", ".join(f"{number} {name}" for name, number in totals.items())
    return Report(failures, f"{sum(totals.values())} sentences and list items: {counts}")


def list_passages(seed: Seed, source: str) -> Iterator[TextQuote]:
    """Every passage of a source that a record or note cites."""
    for record in seed.records:
        for _, citation in list_citations(record.seed):
            if citation.passage and citation.source == source:
                yield citation.passage


def find_places(document: Document, stretches: Iterable[TextQuote]) -> set[int]:
    """Positions of all characters of the document inside these stretches."""
    found = (span for words in stretches for span in spans(words, document.text))
    return {place for start, end in found for place in range(start, end)}


def measure_share(sentence: Stretch, places: set[int]) -> float:
    """Share of a sentence's characters that are among these positions."""
    inside = sum(place in places for place in range(sentence.start, sentence.end))
    return inside / (sentence.end - sentence.start)
