"""Render every record once: its JSON and the rows that the database stores."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import SQLModel

from app.curation.order import item_rows, sort_rows
from app.curation.releases import field_digest
from app.curation.seed import Release, Seed, SeedInvalid
from app.history.shapes import SHAPE
from app.history.state import Entry, Head, State, data_digest, relative
from app.model.citation import Citation, CitationSeed, Note, NoteSeed, SourceRef
from app.model.flat import record_columns, record_values, write_row
from app.model.passage import text_fragment
from app.model.record import Cited, Link, RecordSeed
from app.model.resource import Graph, Loaded
from app.resources import RESOURCES
from app.resources.comparisons import ComparisonSeed
from app.resources.sources import SourceSeed
from app.store.tables import CitationRow, NoteRow, RecordRow


class Renderer:
    """Turns seed records into JSON and rows."""

    def __init__(self, seed: Seed, release: Release) -> None:
        self.release = release
        self.sources = {r.seed.id: r.seed for r in seed.records if isinstance(r.seed, SourceSeed)}
        self.graph = Graph({r.seed.id: r for r in seed.records}, self.citation)
        self.comparisons: dict[str, list[Link]] = {}
        for record in seed.records:
            if isinstance(record.seed, ComparisonSeed):
                for answer in record.seed.answers:
                    self.comparisons.setdefault(answer, []).append(record.link)
        self.note_ids = itertools.count(1)
        self.citation_ids = itertools.count(1)

    def citation(self, seed: CitationSeed) -> Citation:
        """A citation of the public model; its dates default to the source's."""
        source = self.sources[seed.source]
        url = str(source.document_url) if source.document_url else None
        return Citation(
            **seed.model_dump(exclude={"source", "as_of", "accessed"}),
            source=SourceRef(
                id=source.id,
                title=source.title,
                publisher=source.publisher,
                document_url=url,
                published=source.published,
                standing=source.standing,
                superseded_by=source.superseded_by,
            ),
            as_of=seed.as_of or source.reviewed or source.published,
            accessed=seed.accessed or source.accessed,
            deep_link=url and url + (text_fragment(seed.passage) if seed.passage else ""),
        )

    def note(self, seed: NoteSeed) -> Note:
        """A note of the public model."""
        citations = [self.citation(citation) for citation in seed.citations]
        return Note(**seed.model_dump(exclude={"citations"}), citations=citations)

    def answer(self, record: Loaded) -> Cited:
        """A record as the API answers it: its public model, with a digest over the content."""
        resource, seed = record.resource, record.seed
        model = resource.model.model_validate(
            seed.model_dump(exclude={"citations", "notes"})
            | seed.compute_fields()
            | (resource.joined(record, self.graph) if resource.joined else {})
            | record.ref.model_dump(exclude={"note_kinds"})
            | self.evidence(record)
            | {"topic": self.topic(record), "revision": ""}
        )
        digest = hashlib.sha256(relative(model.model_dump_json()).encode()).hexdigest()
        model.revision = f"r{digest[:12]}"  # hex digits alone may look like a number
        return model

    def topic(self, record: Loaded) -> Link | None:
        """The topic of a record, with its name."""
        topic = record.seed.topic
        return self.graph.records[topic].link if topic else None

    def evidence(self, record: Loaded) -> dict[str, Any]:
        """The citations and notes of a record, and the date for which they speak."""
        citations = [self.citation(citation) for citation in record.seed.citations]
        as_of = max((c.as_of for c in citations if c.as_of), default=None)
        return {
            "citations": citations,
            "notes": [self.note(note) for note in record.seed.notes],
            "as_of": as_of,
            "stale": self.is_stale(as_of) if record.resource.ages and as_of else None,
            "comparisons": self.comparisons.get(record.seed.id, []),
        }

    def is_stale(self, as_of: str) -> bool:
        """Whether evidence is more than 24 months older than the release; in doubt it is not."""
        release = self.release.date
        # A text, as two years before 29 February there is no such day.
        return f"{as_of}-12-31"[:10] < f"{release.year - 2}-{release:%m-%d}"

    def rows(self, record: Loaded) -> Iterator[SQLModel]:
        """All rows of a record: itself, its typed columns, its citations and notes."""
        seed, row = record.seed, record.resource.row
        yield self.record_row(record)
        joined = record.resource.joined(record, self.graph) if record.resource.joined else {}
        values = dict(seed) | seed.compute_fields() | joined
        yield row(**{name: values[name] for name in row.model_fields})
        for citation in seed.citations:
            yield self.citation_row(seed, None, citation)
        for note in seed.notes:
            note_id = next(self.note_ids)
            yield NoteRow(id=note_id, record=seed.id, **note.model_dump(exclude={"citations"}))
            for citation in note.citations:
                yield self.citation_row(seed, note_id, citation)

    def record_row(self, record: Loaded) -> RecordRow:
        """The row that answers for a record, with its JSON texts."""
        resource, seed, answer = record.resource, record.seed, self.answer(record)
        links = resource.links(record, self.graph) if resource.links else None
        return RecordRow(
            id=seed.id,
            kind=resource.kind,
            name=record.name,
            topic=seed.topic,
            applies_to=seed.applies_to,
            position=record.position,
            as_of=answer.as_of,
            stale=answer.stale,
            json_text=answer.model_dump_json(),
            csv_text="",  # the version, which stands in it, is known once all are rendered
            links=links.model_dump_json() if links else None,
            ref=record.ref.model_dump_json(),
        )

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
            seen_url=str(citation.seen_url) if citation.seen_url else None,
            deep_link=self.citation(citation).deep_link,
        )


def order_rows(rows: list[SQLModel], answers: Mapping[str, dict[str, Any]]) -> Iterator[SQLModel]:
    """The rows by which lists are sorted and filtered."""
    positions = {row.id: row.position for row in rows if isinstance(row, RecordRow)}
    for resource in RESOURCES:
        values = {
            name: answer | {"position": positions[name]}
            for name, answer in answers.items()
            if answer["kind"] == resource.kind
        }
        yield from sort_rows(resource, values)
        yield from item_rows(resource, values)


def add_csv(rows: Iterable[SQLModel], version: str) -> None:
    """Add the row of each record in the table of its collection."""
    columns = {resource.kind: record_columns(resource.model) for resource in RESOURCES}
    for row in rows:
        if not isinstance(row, RecordRow):
            continue
        values = record_values(columns[row.kind], json.loads(row.json_text), version)
        row.csv_text = write_row(values.values())


def render(seed: Seed) -> tuple[State, list[SQLModel]]:
    """The state of the data and all rows of a seed; raises SeedInvalid if it has faults."""
    if seed.faults or seed.release is None:
        raise SeedInvalid(seed.faults)
    renderer = Renderer(seed, seed.release)
    rows = [row for record in seed.records for row in renderer.rows(record)]
    records = [row for row in rows if isinstance(row, RecordRow)]
    answers = {row.id: json.loads(relative(row.json_text)) for row in records}
    rows += order_rows(rows, answers)
    entries = {row.id: Entry(row.kind, row.json_text, row.links) for row in records}
    head = Head(
        version=seed.release.version,
        date=seed.release.date,
        digest=data_digest(entries),
        shape=SHAPE,
        fields=field_digest(),
    )
    return State(head, entries), rows
