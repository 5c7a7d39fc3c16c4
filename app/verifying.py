"""Compare the data with the documents: is every passage where its citation says?"""

from dataclasses import dataclass, field
from pathlib import Path

from app.passages import digest, find, fold
from app.records import CitationSeed, Loaded
from app.resources.sources import SourceSeed
from app.seeding import citations_of


@dataclass
class Report:
    """What `verify` found."""

    failures: list[str] = field(default_factory=list)
    passages: int = 0
    documents: int = 0

    @property
    def summary(self) -> str:
        return (
            f"{self.passages} passages in {self.documents} documents, {len(self.failures)} failures"
        )


def documents_by_digest(directory: Path) -> dict[str, str]:
    """The text of every file, by the SHA-256 of its bytes."""
    texts = (path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file())
    return {digest(text): text.decode("utf-8", "replace") for text in texts}


def verify_documents(records: list[Loaded], directory: Path) -> Report:
    """Find every passage of every citation in the documents."""
    report = Report()
    found = documents_by_digest(directory)
    texts: dict[str, str] = {}
    for source in (record.seed for record in records if isinstance(record.seed, SourceSeed)):
        if source.document_sha256 in found:
            texts[source.id] = fold(found[source.document_sha256])
        elif source.document_sha256:
            report.failures.append(
                f"sources/{source.id}: no file of {directory} has SHA-256 {source.document_sha256}"
            )
    report.documents = len(texts)
    for record in records:
        for place, citation in citations_of(record.seed):
            if citation.passage and citation.source in texts:
                report.passages += 1
                if message := fault_of(citation, texts[citation.source]):
                    where = f"{record.resource.kind}/{record.seed.id}: {place}"
                    report.failures.append(f"{where}: {citation.source}: {message}")
    return report


def fault_of(citation: CitationSeed, text: str) -> str | None:
    """What is wrong with a citation's passage, if anything."""
    passage = citation.passage
    assert passage is not None
    stretches = find(passage, text)
    words = f"{passage.start!r} … {passage.end!r}" if passage.end else repr(passage.start)
    if not stretches:
        return f"passage {words} not found"
    if len(stretches) > 1:
        return f"passage {words} found {len(stretches)} times; give a prefix or suffix"
    if digest(stretches[0]) != passage.sha256:
        return f"passage {words} has digest {digest(stretches[0])}, got {passage.sha256}"
    return None
