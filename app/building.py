"""Build the database: render every record once, load all in one transaction, rename into place."""

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlmodel import Session, SQLModel, select

from app.citing import Citation, CitationSeed, Note, NoteSeed, SourceRef
from app.db import APPLICATION_ID, DatabaseUnusable, is_ours, read_release
from app.fulltext import create_index
from app.lookup import key_rows
from app.main import create_app
from app.openapi import PUBLIC_URL, describe
from app.passages import text_fragment
from app.records import Cited, Graph, Loaded, RecordSeed
from app.releases import Manifest, release_rows
from app.resources.comparisons import ComparisonSeed
from app.resources.sources import SourceSeed
from app.seeding import Release, Seed, SeedInvalid, read_seed
from app.settings import PROJECT, Settings
from app.tables import BuildRow, CitationRow, NoteRow, RecordRow, ReleaseRow, WithdrawnRow


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


def fingerprint(seed: Path) -> str:
    """Tells whether a database is older than the seed or the code that built it."""
    sha = hashlib.sha256()
    code = [*(PROJECT / "app").rglob("*.py"), *(PROJECT / "migrations").rglob("*.py")]
    data = [*seed.glob("*.yaml"), *seed.glob("releases/*.json")]
    for path in sorted([*code, *data]):
        sha.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def migrate(connection: Connection) -> None:
    """Bring a database to the newest schema."""
    # Imported here: it takes half a second, which `serve` need not spend on a current database.
    from alembic import command
    from alembic.config import Config

    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def render(seed: Seed) -> tuple[Manifest, list[SQLModel]]:
    """The manifest and all rows of a seed; raises SeedInvalid if it has faults."""
    if seed.faults or seed.release is None:
        raise SeedInvalid(seed.faults)
    renderer = Renderer(seed, seed.release)
    rows = [row for record in seed.records for row in renderer.rows(record)]
    answers = {row.id: json.loads(row.document) for row in rows if isinstance(row, RecordRow)}
    return Manifest.of(seed.release, digest_of(rows), answers), rows


def build(settings: Settings) -> ReleaseRow:
    """Make the database from the seed; raises SeedInvalid and leaves the old one if that fails.

    A file that is not ours is never replaced: DatabaseUnusable says so.
    """
    path = settings.database
    if path.exists() and not is_ours(path):
        raise DatabaseUnusable(
            f"{path}: not a database of HER2 Facts; move it away or set HER2_DATABASE"
        )
    seed = read_seed(settings.seed)
    manifest, rows = render(seed)
    rows += [*release_rows(seed, manifest), *key_rows(seed)]
    rows += [WithdrawnRow(**item.model_dump()) for item in seed.withdrawn.values()]
    rows.append(BuildRow(fingerprint=fingerprint(settings.seed), release=manifest.version))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.building")
    try:
        write(draft, rows, seed)
        add_openapi(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return read_release(path).release


def write(path: Path, rows: list[SQLModel], seed: Seed) -> None:
    """A new database file with these rows, loaded in one transaction."""
    path.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=ON"))
        connection.execute(text(f"PRAGMA application_id={APPLICATION_ID}"))
        connection.commit()
        migrate(connection)
        connection.commit()
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        with Session(connection) as session:
            session.add_all(rows)
            session.flush()
            create_index(connection, seed)
            session.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()


def add_openapi(path: Path) -> None:
    """Store the OpenAPI document, with answers of the new database, so that no request waits."""
    app = create_app(Settings(database=path, public_url=PUBLIC_URL))
    document = json.dumps(describe(app))
    app.state.engine.dispose()
    engine = create_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        session.exec(select(BuildRow)).one().openapi = document
        session.commit()
    engine.dispose()


def ensure_built(settings: Settings) -> ReleaseRow:
    """The served database, built anew where it is missing, damaged or older than the seed."""
    with suppress(DatabaseUnusable):  # build() itself refuses a file that is not ours
        built = read_release(settings.database)
        if not settings.seed.exists() or built.fingerprint == fingerprint(settings.seed):
            return built.release
    return build(settings)
