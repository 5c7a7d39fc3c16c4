"""Render every record once: the JSON that is answered and the rows that are stored."""

import hashlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import SQLModel

from app.curation.releases import Manifest
from app.curation.seed import Release, Seed, SeedInvalid
from app.model.citation import Citation, CitationSeed, Note, NoteSeed, SourceRef
from app.model.passage import text_fragment
from app.model.record import Cited, RecordSeed
from app.model.resource import Graph, Loaded
from app.resources.comparisons import ComparisonSeed
from app.resources.sources import SourceSeed
from app.store.tables import CitationRow, NoteRow, RecordRow


class Renderer:
    """Turns seed records into the JSON that is answered and the rows that are stored."""

    def __init__(self, seed: Seed, release: Release) -> None:
        self.records = seed.records
        self.release = release
        self.sources = {r.seed.id: r.seed for r in seed.records if isinstance(r.seed, SourceSeed)}
        self.graph = Graph({r.seed.id: r for r in seed.records}, self.citation)
        self.comparisons: dict[str, list[str]] = {}
        for record in seed.records:
            if isinstance(record.seed, ComparisonSeed):
                for answer in record.seed.answers:
                    self.comparisons.setdefault(answer, []).append(record.seed.id)
        self.note_ids = itertools.count(1)
        self.citation_ids = itertools.count(1)

    def citation(self, seed: CitationSeed) -> Citation:
        """A citation as it is answered; its dates default to the source's."""
        source = self.sources[seed.source]
        url = str(source.document_url) if source.document_url else None
        return Citation(
            **seed.model_dump(exclude={"source", "as_of", "accessed"}),
            source=SourceRef(
                id=source.id,
                title=source.title,
                publisher=source.publisher,
                url=url,
                published=source.published,
            ),
            as_of=seed.as_of or source.reviewed or source.published,
            accessed=seed.accessed or source.accessed,
            deep_link=url and url + (text_fragment(seed.passage) if seed.passage else ""),
        )

    def note(self, seed: NoteSeed) -> Note:
        """A note as it is answered."""
        citations = [self.citation(citation) for citation in seed.citations]
        return Note(kind=seed.kind, text=seed.text, citations=citations)

    def answer(self, record: Loaded) -> Cited:
        """A record as it is answered, through its public model."""
        resource, seed = record.resource, record.seed
        citations = [self.citation(citation) for citation in seed.citations]
        as_of = max((c.as_of for c in citations if c.as_of), default=None)
        answer = resource.answer.model_validate(
            seed.model_dump(exclude={"citations", "notes"})
            | seed.derived()
            | (resource.expand(record, self.graph) if resource.expand else {})
            | record.ref.model_dump(exclude={"note_kinds"})
            | {
                "citations": citations,
                "notes": [self.note(note) for note in seed.notes],
                "as_of": as_of,
                "stale": self.is_stale(as_of) if resource.ages and as_of else None,
                "comparisons": self.comparisons.get(seed.id, []),
                "version": "",
            }
        )
        digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()
        answer.version = f"v{digest[:12]}"  # hex digits alone may look like a number
        return answer

    def is_stale(self, as_of: str) -> bool:
        """Whether evidence is more than 24 months older than the release; in doubt it is not."""
        release = self.release.date
        return f"{as_of}-12-31"[:10] < release.replace(year=release.year - 2).isoformat()

    def rows(self, record: Loaded) -> Iterator[SQLModel]:
        """The rows of a record."""
        resource, seed, answer = record.resource, record.seed, self.answer(record)
        detail = resource.detail(record, self.records) if resource.detail else None
        yield RecordRow(
            id=seed.id,
            kind=resource.kind,
            name=record.name,
            topic=seed.topic,
            applies_to=seed.applies_to,
            position=record.position,
            as_of=answer.as_of,
            document=answer.model_dump_json(),
            detail=detail.model_dump_json() if detail else None,
        )
        columns: dict[str, Any] = {n: getattr(seed, n, None) for n in resource.row.model_fields}
        yield resource.row(**columns | seed.derived())
        for citation in seed.citations:
            yield self.citation_row(seed, None, citation)
        for note in seed.notes:
            row = NoteRow(id=next(self.note_ids), record=seed.id, kind=note.kind, text=note.text)
            yield row
            for citation in note.citations:
                yield self.citation_row(seed, row.id, citation)

    def citation_row(
        self, record: RecordSeed, note: int | None, citation: CitationSeed
    ) -> CitationRow:
        """The row of a citation."""
        passage = citation.passage.model_dump() if citation.passage else {}
        return CitationRow(
            id=next(self.citation_ids),
            record=record.id,
            note=note,
            source=citation.source,
            supports=citation.supports,
            section=citation.section,
            **dict.fromkeys(("prefix", "start", "end", "suffix", "sha256")) | passage,
            seen=citation.seen,
            seen_at=str(citation.seen_at) if citation.seen_at else None,
            deep_link=self.citation(citation).deep_link,
        )


def digest_of(rows: list[SQLModel]) -> str:
    """SHA-256 over every record's answer, in the order of their identifiers."""
    records = sorted((row for row in rows if isinstance(row, RecordRow)), key=lambda row: row.id)
    sha = hashlib.sha256()
    for record in records:
        sha.update(f"{record.document}\n{record.detail or ''}\n".encode())
    return sha.hexdigest()


def render(seed: Seed) -> tuple[Manifest, list[SQLModel]]:
    """The manifest and all rows of a seed; raises SeedInvalid if it has faults."""
    if seed.faults or seed.release is None:
        raise SeedInvalid(seed.faults)
    renderer = Renderer(seed, seed.release)
    rows = [row for record in seed.records for row in renderer.rows(record)]
    answers = {row.id: json.loads(row.document) for row in rows if isinstance(row, RecordRow)}
    return Manifest.of(seed.release, digest_of(rows), answers), rows
