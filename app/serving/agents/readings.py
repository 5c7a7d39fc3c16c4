"""The tools that read records: whole, side by side, the approvals of a drug, how to cite one."""

from collections.abc import Iterator, Sequence

from mcp_types import CallToolResult

from app.model.json_text import read_json
from app.model.labels import say_count
from app.model.resource import Resource
from app.pages.cite import cite_work
from app.pages.glossary import Linker
from app.pages.markdown import fence
from app.pages.parts import Line, Section, record_parts
from app.pages.record import record_page
from app.pages.source_lines import write_statement
from app.pages.statements import view_statement
from app.pages.tables import find_resource
from app.pages.views import Piece
from app.serving.agents.arguments import (
    ApprovalArguments,
    Arguments,
    CitationArguments,
    ComparisonArguments,
    RecordArguments,
)
from app.serving.agents.finding import find_meant, find_near_records, name_record
from app.serving.agents.replies import (
    ToolFault,
    mark_data,
    parts_result,
    place_digest,
    read_start,
)
from app.serving.formats import list_works
from app.serving.library import Library
from app.serving.records import get_single
from app.serving.service import Service
from app.store.lookups import find_id_by_name

STYLES = {"text": "Text", "bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}
TitledParts = tuple[str, list[Section]]


class NoLinks(Linker):
    """Leaves texts as they are: a link at each term costs more than it tells a program."""

    def __init__(self) -> None:
        """Needs no glossary."""

    def link(self, text: str) -> list[Piece]:
        """The text."""
        return [Piece(text)]


def read_parts_of(service: Service, resource: Resource, record_id: str) -> TitledParts:
    """The title of a record and its parts: a long one is read in several calls."""
    library = Library(service)

    def make() -> TitledParts:
        record = read_json(get_single(service, resource, record_id))
        page = record_page(resource, record, library, NoLinks())
        return page.title, record_parts(page, record, library)

    return library.keep(("parts", resource.kind, record_id), make)


def answer_record_call(service: Service, arguments: RecordArguments) -> CallToolResult:
    """A record, part by part."""
    resource, record_id, others = find_meant(service, arguments.record, arguments.kind)
    return tell_record(service, "get_record", arguments, resource, record_id, others)


def tell_record(
    service: Service,
    tool: str,
    arguments: Arguments,
    resource: Resource,
    record_id: str,
    others: Sequence[str],
) -> CallToolResult:
    """As much of a record as has room, and other records that may be meant."""
    title, parts = read_parts_of(service, resource, record_id)
    also = Section("Others that may be meant", [Line(f"- {name}") for name in others])
    parts = [*parts, also] if others else parts
    state = service.database.release.digest
    digest = place_digest(tool, arguments, state)
    return parts_result(service, title, parts, read_start(arguments.cursor, digest), digest)


def answer_comparison_call(service: Service, arguments: ComparisonArguments) -> CallToolResult:
    """What each source answers to a question."""
    near, all_words = find_near_records(service, arguments.question, "comparisons")
    if not near:
        raise ToolFault(
            "No question that sources answer has these words. Say what is asked about, such as "
            "survival, share, inheritance or cure; search finds single statements."
        )
    names = list(map(name_record, near))
    if not all_words:
        raise ToolFault(
            "No question that sources answer has all these words. The nearest may ask "
            f"something else; get_record reads one of them:\n{mark_data('; '.join(names))}"
        )
    resource, others = find_resource("comparisons"), names[1:]
    return tell_record(service, "compare_sources", arguments, resource, near[0]["id"], others)


def answer_approvals(service: Service, arguments: ApprovalArguments) -> CallToolResult:
    """Approvals in the order of their dates."""
    given = {"agency": arguments.agency, "setting": arguments.setting}
    asked = {name: [str(word)] for name, word in given.items() if word is not None}
    if arguments.drug:
        known = find_id_by_name(service.database, "drugs", arguments.drug)
        asked["drug"] = [known or arguments.drug]
    library = Library(service)
    records = library.records("approvals", asked)
    if not records:
        raise ToolFault(say_no_approval(library, asked))
    records.sort(key=lambda record: str(record["date"]))
    lines = [Line(f"- {write_statement(view_statement(r, library))}") for r in records]
    digest = place_digest("drug_approvals", arguments, service.database.release.digest)
    title = f"{say_count(len(records), 'approval')} for breast cancer, by date"
    start = read_start(arguments.cursor, digest)
    return parts_result(service, title, [Section("", lines)], start, digest)


def say_no_approval(library: Library, asked: dict[str, list[str]]) -> str:
    """That there is none, and what there is of the drug."""
    said = ", ".join(f"{name} {words[0]}" for name, words in asked.items())
    found = library.records("approvals", {n: asked[n] for n in asked if n == "drug"})
    if not found:
        return (
            f"No approval of {asked['drug'][0]} for breast cancer is recorded. "
            f"get_record drugs/{asked['drug'][0]} says what is known of it elsewhere."
        )
    others = sorted({f"{record['agency']} {record['setting']}" for record in found})
    return f"No approval has {said}. There are: {', '.join(others)}."


def answer_citation(service: Service, arguments: CitationArguments) -> CallToolResult:
    """How to cite a record and the sources that support it."""
    resource, record_id, _ = find_meant(service, arguments.record, arguments.kind)
    record = read_json(get_single(service, resource, record_id))
    lines = list(write_works(service, record, STYLES[arguments.style]))
    digest = place_digest("cite", arguments, service.database.release.digest)
    start = read_start(arguments.cursor, digest)
    title = f"To cite {resource.kind}/{record_id}: the record, then the sources that it cites"
    return parts_result(service, title, [Section("", lines)], start, digest)


def write_works(service: Service, record: dict[str, object], label: str) -> Iterator[Line]:
    """Yield the citation of each work in one style."""
    for work in list_works(service, [record]):
        text = next(form.text for form in cite_work(work) if form.label == label)
        yield Line(str(fence(text.rstrip())))
