"""Which sentences of the documents the data cites, and by which records."""

from collections.abc import Iterator
from pathlib import Path

from app.curation.documents import (
    Document,
    Stretch,
    find_places,
    measure_share,
    read_documents,
    read_headings,
)
from app.curation.places import list_citations
from app.curation.seed import Report, Seed
from app.model.passage import TextQuote, spans

# A sentence is covered if at least this share of it is cited: qualifiers may stand outside.
COVERED_SHARE = 0.5


def cover(seed: Seed, directory: Path) -> Report:
    """List the sentences and list items that no citation covers and that are not boilerplate."""
    documents, failures = read_documents(seed, directory)
    totals = {"covered": 0, "boilerplate": 0, "uncovered": 0}
    for source, document in documents.items():
        cited = find_places(document, list_passages(seed, source))
        plain = find_places(document, list_boilerplate(seed, source))
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


def list_boilerplate(seed: Seed, source: str) -> list[TextQuote]:
    """The words of a document that state no fact."""
    reading = seed.readings.get(source)
    return list(reading.boilerplate) if reading else []


def list_citing(seed: Seed, source: str, text: str) -> Iterator[str]:
    """Lines with each sentence of a source's document and the records that cite it."""
    document = Document(text, read_headings(seed, source))
    citing = list(find_citing(seed, source, document))
    plain = find_places(document, list_boilerplate(seed, source))
    for sentence in document.sentences():
        yield f"{sentence.line}: {document.words(sentence)}"
        found = [who for span, who in citing if overlap(sentence, span)]
        is_plain = measure_share(sentence, plain) >= COVERED_SHARE
        for who in found or ["boilerplate" if is_plain else "no record cites it"]:
            yield f"    {who}"


def find_citing(
    seed: Seed, source: str, document: Document
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each cited stretch of a document, with the record or note and what it supports."""
    for record in seed.records:
        for location, citation in list_citations(record.seed):
            if citation.passage and citation.source == source:
                note = " (note)" if location[0] == "notes" else ""
                who = f"{record.resource.kind}/{record.seed.id}{note}"
                for span in spans(citation.passage, document.text):
                    yield span, f"{who}: {', '.join(citation.supports)}"


def overlap(sentence: Stretch, span: tuple[int, int]) -> bool:
    """Whether a sentence and a cited stretch have a character in common."""
    return sentence.start < span[1] and span[0] < sentence.end
