"""Render every record once: its JSON and the rows that the database stores."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from app.curation.order import item_rows, sort_rows
from app.curation.releases import field_digest
from app.curation.seed import ReleaseSeed, Seed, SeedInvalid
from app.history.shapes import SHAPE
from app.history.state import Rendered, State, StateHead, data_digest, relative
from app.model.annotation import without_null
from app.model.citation import Citation, CitationSeed
from app.model.flat import record_columns, row_values, write_row
from app.model.json_text import read_json, write_json, write_model
from app.model.note import Note, NoteSeed
from app.model.passage import text_fragment
from app.model.record import Cited, Link, RecordSeed
from app.model.resource import AnyRow, Graph, Loaded, ManyRow
from app.model.source_ref import SourceRef
from app.resources import RESOURCES
from app.resources.comparisons import ComparisonSeed
from app.resources.sources import SourceSeed
from app.store.tables import CitationRow, NoteRow, RecordRow

# As Pydantic writes JSON.
COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


class Renderer:
    """Turns seed records into JSON and rows."""

    def __init__(self, seed: Seed, release: ReleaseSeed) -> None:
        self.release = release
        self.sources = {r.seed.id: r.seed for r in seed.records if isinstance(r.seed, SourceSeed)}
        self.graph = Graph({r.seed.id: r for r in seed.records}, self.citation, self.answer)
        self.answers: dict[str, Cited] = {}
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
        """A record as the API answers it, made once."""
        if record.seed.id not in self.answers:
            self.answers[record.seed.id] = self.make_answer(record)
        return self.answers[record.seed.id]

    def make_answer(self, record: Loaded) -> Cited:
        """The public model of a record, with a digest over the content."""
        resource, seed = record.resource, record.seed
        model = resource.model.model_validate(
            seed.model_dump(exclude={"citations", "notes"})
            | (resource.joined(record, self.graph) if resource.joined else {})
            | record.ref.model_dump(exclude={"note_kinds"})
            | self.evidence(record)
            | self.links(record)
            | {"revision": ""}
        )
        digest = hashlib.sha256(relative(write_model(model)).encode()).hexdigest()
        model.revision = f"r{digest[:12]}"  # hex digits alone may look like a number
        return model

    def links(self, record: Loaded) -> dict[str, Any]:
        """Links to the records that it names by their ids, and to those that belong to it."""
        records = self.graph.records
        found: dict[str, Link | list[Link]] = {}
        for name in link_fields(record.resource.model):
            value = getattr(record.seed, name, None)
            if isinstance(value, list):
                found[name] = [records[item].link for item in value]
            elif value:
                found[name] = records[value].link
        for relation in record.resource.relations:
            found[relation.name] = [r.link for r in self.graph.related(relation, record)]
        return found

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

    def rows(self, record: Loaded) -> Iterator[AnyRow]:
        """All rows of a record: itself, its typed columns, its citations and notes."""
        seed, row = record.seed, record.resource.row
        yield self.record_row(record)
        joined = record.resource.joined(record, self.graph) if record.resource.joined else {}
        values = dict(seed) | joined
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
        return RecordRow(
            id=seed.id,
            kind=resource.kind,
            name=record.name,
            topic=seed.topic,
            applies_to=seed.applies_to,
            position=record.position,
            as_of=answer.as_of,
            stale=answer.stale,
            json_text=write_model(answer),
            csv_text="",  # the version, which stands in it, is known once all are rendered
            single_text=self.single_text(record, answer),
            ref=record.ref.model_dump_json(),
        )

    def single_text(self, record: Loaded, answer: Cited) -> str | None:
        """The JSON of the single record where it shows more than a list does."""
        resource = record.resource
        if resource.links is None:
            return None
        more = read_json(write_model(resource.links(record, self.graph)))
        return write_json(read_json(write_model(answer)) | more, **COMPACT)

    def citation_row(self, record: RecordSeed, note: int | None, citation: CitationSeed) -> ManyRow:
        """The row of a citation."""
        passage = citation.passage.model_dump() if citation.passage else {}
        row = {
            "id": next(self.citation_ids),
            "record": record.id,
            "note": note,
            "source": citation.source,
            "supports": citation.supports,
            "section": citation.section,
            **dict.fromkeys(("prefix", "start", "end", "suffix", "sha256")) | passage,
            "seen": citation.seen,
            "seen_url": str(citation.seen_url) if citation.seen_url else None,
            "deep_link": self.citation(citation).deep_link,
        }
        return ManyRow(CitationRow, row)


@cache
def link_fields(model: type[Cited]) -> list[str]:
    """The fields of a public model that hold links to records."""
    types = {name: without_null(info.annotation) for name, info in model.model_fields.items()}
    return [name for name, kind in types.items() if kind in (Link, list[Link])]


def order_rows(rows: list[AnyRow], answers: Mapping[str, dict[str, Any]]) -> Iterator[AnyRow]:
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


def add_csv(rows: Iterable[AnyRow], version: str) -> None:
    """Add the row of each record in the table of its collection."""
    columns = {resource.kind: record_columns(resource.model) for resource in RESOURCES}
    for row in rows:
        if not isinstance(row, RecordRow):
            continue
        values = row_values(columns[row.kind], read_json(row.json_text), version)
        row.csv_text = write_row(values.values())


def render(seed: Seed) -> tuple[State, list[AnyRow]]:
    """The state of the data and all rows of a seed; raises SeedInvalid if it has faults."""
    if seed.faults or seed.release is None:
        raise SeedInvalid(seed.faults)
    renderer = Renderer(seed, seed.release)
    rows = [row for record in seed.records for row in renderer.rows(record)]
    records = [row for row in rows if isinstance(row, RecordRow)]
    answers = {row.id: read_json(relative(row.json_text)) for row in records}
    rows += order_rows(rows, answers)
    entries = {row.id: Rendered(row.kind, row.json_text, row.single_text) for row in records}
    head = StateHead(
        version=seed.release.version,
        date=seed.release.date,
        digest=data_digest(entries),
        shape=SHAPE,
        fields=field_digest(),
    )
    return State(head, entries), rows
