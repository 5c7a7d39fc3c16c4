"""The tool `search`: records by words, each with what it says and who says so."""

from mcp_types import CallToolResult

from app.model.json_text import read_json
from app.model.labels import say_count
from app.pages.markdown import escape_markdown
from app.pages.source_lines import say_sources_briefly
from app.pages.statements import StatementView, view_statement
from app.pages.words import end_sentence
from app.serving.agents.arguments import SearchArguments
from app.serving.agents.replies import (
    frame_short,
    place_digest,
    read_start,
    structured_result,
    take_items,
)
from app.serving.agents.statements import FoundStatement, SearchResult
from app.serving.cursors import encode_cursor
from app.serving.library import Library
from app.serving.search import search_records
from app.serving.service import Service
from app.serving.snippets import make_snippet
from app.store.lookups import get_record
from app.store.match import Query, parse_query
from app.store.search import Match

MOST_HITS = 10
# A record with one text says it whole up to this length; of a longer one the sentence that matches.
LONGEST_TEXT = 400
# The line beside the data repeats less of it.
LONGEST_TOLD = 160


def answer_search(service: Service, arguments: SearchArguments) -> CallToolResult:
    """The records that words mean, best first."""
    only = {"kind": [str(arguments.kind)]} if arguments.kind else {}
    digest = place_digest("search", arguments)
    start = read_start(arguments.cursor, digest)
    words = parse_query(arguments.words)
    found, all_words, nearer = search_records(service.database, words, only, MOST_HITS, start)
    library = Library(service)
    taken = take_items(describe_hit(library, match, words) for match in found.rows)
    end = start + len(taken)
    result = SearchResult(
        data_version=service.database.release.version,
        total=found.total,
        all_words=all_words,
        did_you_mean=nearer,
        hits=[hit for hit, _ in taken],
        next_cursor=encode_cursor(digest, end) if end < found.total else None,
    )
    text = frame_short(service, say_found(result), [text for _, text in taken], result.next_cursor)
    return structured_result(result, text)


def describe_hit(library: Library, match: Match, words: Query) -> tuple[FoundStatement, str]:
    """A hit as data, and as a line."""
    ref = read_json(match.ref)
    view = find_statement(library, ref["kind"], ref["id"])
    snippet = make_snippet(match.texts, words)
    whole = view.texts[0] if len(view.texts) == 1 else ""
    said = whole if 0 < len(whole) <= LONGEST_TEXT else snippet.text
    text = f"Curator's note: {said}" if said == snippet.text and snippet.column == "notes" else said
    is_new = said != ref["name"] and said not in dict(view.values).values()
    hit = FoundStatement.create(
        view, text if is_new else shorten_text(" ".join(view.texts), LONGEST_TEXT)
    )
    values = "; ".join(f"{label}: {text}" for label, text in view.values)
    flags = [f"Curator's notes: {', '.join(hit.notes).lower()}"] if hit.notes else []
    told_text = shorten_text(hit.text or "", LONGEST_TOLD)
    told = " ".join(end_sentence(text) for text in (view.name, values, told_text, *flags) if text)
    return hit, f"{hit.record}: {escape_markdown(told)} {say_sources_briefly(view)}"


def shorten_text(text: str, longest: int) -> str:
    """The sentences of a text that have room, or as many words of the first as have."""
    if len(text) <= longest:
        return text
    start, end, _ = text[:longest].rpartition(". ")
    return f"{start}{end.rstrip()} …" if end else f"{text[:longest].rpartition(' ')[0]} …"


def find_statement(library: Library, kind: str, record_id: str) -> StatementView:
    """The statement of a record that exists."""

    def make() -> StatementView:
        stored = get_record(library.service.database, kind, record_id)
        assert stored is not None
        return view_statement(read_json(library.service.public(stored.json)), library)

    return library.keep(("statement", kind, record_id), make)


def say_found(result: SearchResult) -> str:
    """How many records were found, and by which of the words."""
    if not result.total:
        near = f" Did you mean {result.did_you_mean!r}?" if result.did_you_mean else ""
        return f"Nothing has these words.{near} Try fewer or other words: a drug, a trial, a stage."
    which = "all the words" if result.all_words else "some of the words; none has all"
    found = say_count(result.total, "record")
    return f"{len(result.hits)} of {found} with {which}, best first."
