"""Compare the data with the captured documents: passages, sections, and words that were copied."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.curation.documents import Document, read_documents
from app.curation.index import list_names
from app.curation.places import Location, list_citations, list_texts
from app.curation.seed import Report, Seed
from app.model.citation import CitationSeed
from app.model.passage import Passage, digest, match_whole, spans
from app.model.record import RecordSeed
from app.resources.sources import SourceSeed

PRINTED_WORD = re.compile(r"\w+(?:['’+-]\w+)*")
# As many words in a row as a sentence of our own has in common with a source by chance.
LONGEST_RUN = 10
# A shorter name may be another word.
SHORT_NAME = 3


def verify_passages(seed: Seed, directory: Path, only: str | None = None) -> Report:
    """Find every passage in the documents, of one source or of all, and words copied from them."""
    documents, failures = read_documents(seed, directory, only)
    passages = 0
    for record in seed.records:
        for location, citation in list_citations(record.seed):
            if citation.passage and citation.source in documents:
                passages += 1
                document = documents[citation.source]
                for part, message in find_passage_faults(citation, citation.passage, document):
                    text = f"{citation.source}: {message}"
                    failures.append(str(seed.locate(record, (*location, part), text)))
    failures += find_copies(seed, documents)
    failures += find_uncited(seed, documents)
    counts = f"{passages} passages in {len(documents)} documents, {len(failures)} failures"
    return Report(failures, counts)


def find_passage_faults(
    citation: CitationSeed, passage: Passage, document: Document
) -> Iterator[tuple[str, str]]:
    """What is wrong with a passage or its section."""
    found = list(spans(passage, document.text))
    words = f"{passage.start!r} … {passage.end!r}" if passage.end else repr(passage.start)
    if not found:
        yield "passage", f"{words} not found"
    elif len(found) > 1:
        yield "passage", f"{words} found {len(found)} times; give a prefix or suffix"
    else:
        start, end = found[0]
        if (actual := digest(document.text[start:end])) != passage.sha256:
            yield "passage", f"{words} has digest {actual}, got {passage.sha256}"
        if message := document.describe_extent(start, end):
            yield "passage", f"{words} {message}"
        if message := describe_wrong_section(citation.section, start, document):
            yield "section", f"{words} {message}"


def describe_wrong_section(section: str | None, start: int, document: Document) -> str | None:
    """What is wrong with the section of a passage; brackets mark a heading that was lost."""
    above = document.headings_above(start)
    if not document.headings or (section or "").startswith("["):
        return None
    # A heading stands under any heading above it: the text does not tell their levels.
    own = document.heading_at(start)
    allowed = [*above, own] if own else above[-1:]
    if section in allowed or (section is None and not above):
        return None
    nearest = f"stands under {above[-1]!r}" if above else "stands above all headings"
    lost = f"; [{section}] if the capture lost that heading" if section else ""
    return f"{nearest}, got {section!r}{lost}"


def find_copies(seed: Seed, documents: dict[str, Document]) -> Iterator[str]:
    """Each text of our own that has a run of words in common with a document."""
    known: dict[tuple[str, ...], str] = {}
    for source, document in documents.items():
        words = split_printed_words(document.text)
        known |= dict.fromkeys(runs(words), source)
    for record in seed.records:
        for location, text in list_own_texts(record.seed):
            words = split_printed_words(text)
            if run := next((run for run in runs(words) if run in known), None):
                message = f"repeats {known[run]} word for word: {' '.join(run)!r}"
                yield str(seed.locate(record, location, message))


def find_uncited(seed: Seed, documents: dict[str, Document]) -> Iterator[str]:
    """Each record that a document names and that cites no passage of that document.

    Only names that stand for one thing can be looked for: "distant" is also a plain word, and what
    a document says in other words no program finds.
    """
    for record in seed.records:
        if record.resource.cited_where_named:
            cited = {c.source for _, c in list_citations(record.seed) if c.passage}
            for source, document in documents.items():
                name = find_name(document, list_names(record))
                if name and source not in cited:
                    message = f"{source} names {name!r}, and no citation is of it"
                    yield str(seed.locate(record, ("citations",), message))


def find_name(document: Document, names: list[str]) -> str | None:
    """The first of these names that a document has; one of three letters only as it is written."""
    for name in names:
        flags = re.IGNORECASE if len(name) > SHORT_NAME else re.NOFLAG
        if len(name) >= SHORT_NAME and re.search(match_whole(name), document.text, flags):
            return name
    return None


def list_own_texts(record: RecordSeed) -> Iterator[tuple[Location, str]]:
    """The texts in the curator's words; titles and references of a source are as printed."""
    if not isinstance(record, SourceSeed):
        yield from list_texts(record.model_dump(exclude={"citations", "notes"}))
    for number, note in enumerate(record.notes):
        yield ("notes", number, "text"), note.text


def split_printed_words(text: str) -> list[str]:
    """The words of a text, without regard to case."""
    return [word.casefold() for word in PRINTED_WORD.findall(text)]


def runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Every run of words that is too long to be chance."""
    for start in range(len(words) - LONGEST_RUN):
        yield tuple(words[start : start + LONGEST_RUN + 1])
