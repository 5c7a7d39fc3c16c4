"""What clients can read beside the tools: topics and vocabularies, as Markdown."""

import json
from collections.abc import Iterator

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from app.model.json_text import read_json
from app.pages.markdown import escape_markdown, write_markdown
from app.pages.tables import find_resource
from app.pages.vocabularies import vocabulary_page
from app.serving.agents.readings import read_parts_of
from app.serving.agents.replies import frame, list_rest, take_lines
from app.serving.answers import add_meta
from app.serving.library import Library
from app.serving.routes.vocabularies import all_vocabularies
from app.serving.service import Service
from app.store.lookups import get_record

SCHEME = "her2-facts://"
MARKDOWN = "text/markdown"
TEMPLATES = [
    ResourceTemplate(
        uri_template=f"{SCHEME}topics/{{id}}",
        name="topic",
        title="Topic",
        description="A topic: what it says and the first of its records.",
        mime_type=MARKDOWN,
    ),
    ResourceTemplate(
        uri_template=f"{SCHEME}vocabularies/{{name}}",
        name="vocabulary",
        title="Vocabulary",
        description="A closed list of words, with the meaning of each.",
        mime_type=MARKDOWN,
    ),
]


def list_readable(service: Service) -> Iterator[Resource]:
    """Yield all topics and vocabularies."""
    for topic in Library(service).records("topics", {}):
        uri, name = f"{SCHEME}topics/{topic['id']}", f"topics/{topic['id']}"
        yield Resource(uri=uri, name=name, title=topic["name"], mime_type=MARKDOWN)
    for name, info in all_vocabularies().items():
        uri, title = f"{SCHEME}vocabularies/{name}", info.about.partition(". ")[0]
        yield Resource(uri=uri, name=f"vocabularies/{name}", title=title, mime_type=MARKDOWN)


def read_resource(service: Service, uri: str) -> ReadResourceResult:
    """A topic or a vocabulary as Markdown; raises MCPError for an address that names nothing."""
    kind, _, name = uri.removeprefix(SCHEME).partition("/")
    text = write_resource(service, kind, name) if uri.startswith(SCHEME) else None
    if text is None:
        allowed = f"{SCHEME}topics/ID and {SCHEME}vocabularies/NAME"
        raise MCPError(INVALID_PARAMS, f"No such resource: {uri[:200]!r}. There are {allowed}.")
    contents = TextResourceContents(uri=uri, mime_type=MARKDOWN, text=text)
    return ReadResourceResult(contents=[contents])


def write_resource(service: Service, kind: str, name: str) -> str | None:
    """A topic, as much of it as a tool would answer with, or a vocabulary; None for neither."""
    if kind == "topics" and get_record(service.database, kind, name):
        title, parts = read_parts_of(service, find_resource(kind), name)
        shown, place = take_lines(parts, 0)
        rest = list_rest(parts, place)
        more = (
            f"Not shown yet: {rest}. The tool get_record reads topics/{name} whole." if rest else ""
        )
        return frame(service, "\n\n".join([f"# {escape_markdown(title)}", *shown]), more)
    if kind == "vocabularies" and name in all_vocabularies():
        text = all_vocabularies()[name].model_dump_json().encode()
        answer = read_json(add_meta(service.public(text), service.meta))
        page = vocabulary_page(answer, Library(service), answer["url"])
        return write_markdown(page, json.loads(service.meta), service.base_url)
    return None
