"""Say on a record that all its evidence is superseded: a note that no curator has to remember."""

from collections.abc import Iterator

from app.curation.seed import Seed
from app.model.citation import CitationSeed
from app.model.note import NoteKind, NoteSeed
from app.model.resource import Loaded
from app.model.source_ref import Standing
from app.resources.sources import SourceSeed


def add_outdated_notes(seed: Seed) -> None:
    """Add a note to each record that rests on superseded sources only, unless it has one."""
    sources = {r.seed.id: r.seed for r in seed.records if isinstance(r.seed, SourceSeed)}
    for record in seed.records:
        for source in find_superseded(record, sources):
            record.seed.notes.append(make_note(source, sources))


def find_superseded(record: Loaded, sources: dict[str, SourceSeed]) -> list[SourceSeed]:
    """The sources of a record that needs a note; a source itself says it by its `standing`."""
    cited = dict.fromkeys(citation.source for citation in record.seed.citations)
    found = [sources[name] for name in cited if name in sources]
    has_note = any(note.kind is NoteKind.OUTDATED for note in record.seed.notes)
    if has_note or isinstance(record.seed, SourceSeed):
        return []
    return found if all(s.standing is Standing.SUPERSEDED for s in found) else []


def make_note(source: SourceSeed, sources: dict[str, SourceSeed]) -> NoteSeed:
    """The note that a source is superseded, cited to what has taken its place."""
    newer = sources.get(source.superseded_by or "")
    by = f"; “{newer.title}” is newer" if newer else ", and a newer edition is out"
    return NoteSeed(
        kind=NoteKind.OUTDATED,
        text=f"The source “{source.title}” is superseded{by}.",
        citations=[c.model_copy(update={"supports": ["text"]}) for c in show_newer(source, newer)],
    )


def show_newer(source: SourceSeed, newer: SourceSeed | None) -> Iterator[CitationSeed]:
    """The citations that show a newer edition: of its title, or of the note on the standing."""
    if newer:
        yield from (citation for citation in newer.citations if "title" in citation.supports)
    else:
        for note in source.notes:
            if note.kind is NoteKind.OUTDATED:
                yield from note.citations
