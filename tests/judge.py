"""A scripted judge of the tools for agents: no model, the same policy for every question.

It asks as a simple client would: it searches with the words of the question, and reads the two
records that came first. A question is answered if, in one of these answers, the right record stands with its value
and with the link to one of its passages.

    python -m tests.judge FILE    # YAML or JSON; see tests/agent_questions.yaml
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from app.build import ensure_built
from app.pages.markdown import link_target
from app.serving.agents.tools import TOOLS, call_tool
from app.serving.service import Service
from app.settings import Settings
from app.store.lookups import get_record, json_by_kind

MOST_CALLS = 3
Call = Callable[[str, dict[str, Any]], Any]


class Seen(NamedTuple):
    """What an answer says of a record, or of several."""

    text: str  # for a reader, and as data
    records: frozenset[str]  # `kind/id`


class Verdict(NamedTuple):
    """Whether a question was answered, and by how many calls."""

    question: str
    is_answered: bool
    calls: int
    bytes: int


def dump(result: Any) -> dict[str, Any]:
    fields: dict[str, Any] = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return fields


def ask(call: Call, question: str) -> Iterator[tuple[dict[str, Any], list[Seen]]]:
    """Yield each answer of the fixed policy, with what it says of which record."""
    found = dump(call("search", {"words": question}))
    hits = found["structuredContent"]["hits"]
    yield (
        found,
        [Seen(json.dumps(hit, ensure_ascii=False), frozenset([hit["record"]])) for hit in hits],
    )
    if not hits:
        return
    for hit in hits[: MOST_CALLS - 1]:
        read = dump(call("get_record", {"record": hit["record"]}))
        text = "".join(part["text"] for part in read["content"])
        # Links to other records are in brackets; what stands in place is not.
        told = frozenset(re.findall(r"(?<!\()`([a-z-]+/[a-z0-9-]+)`", text))
        yield read, [Seen(text, told | {hit["record"]})]


def right_records(service: Service, answer: Mapping[str, Any]) -> set[str]:
    """The records that answer a question: those named, and those that a hint describes."""
    named = [(answer["kind"], answer["id"]), *map(tuple, answer.get("or_record", []))]
    records = {f"{kind}/{name}" for kind, name in named}
    for hint in answer.get("wanted_hint", []):
        records |= find_hinted(service, hint["kind"], hint["name"])
    return records


def find_hinted(service: Service, kind: str, name: str) -> set[str]:
    """The records of a collection that have all the words of a hint."""
    words = re.findall(r"[\w.+/-]*\w", name.casefold())
    texts = [
        (json.loads(text), text.decode().casefold())
        for text in json_by_kind(service.database, kind)
    ]
    return {f"{kind}/{r['id']}" for r, text in texts if all(word in text for word in words)}


def passage_links(service: Service, record: str) -> set[str]:
    """The links to the passages of a record, as JSON and as Markdown have them."""
    kind, _, name = record.partition("/")
    stored = get_record(service.database, kind, name)
    links = re.findall(r'"deep_link":"([^"]+)"', stored.single.decode()) if stored else []
    return {text for link in links for text in (link, str(link_target(link)))}


def is_said(seen: Seen, records: set[str], values: list[str], links: set[str]) -> bool:
    """Whether an answer has the right record, its value and the link to its passage."""
    text = seen.text.casefold()
    has_value = any(value.casefold() in text for value in values)
    return bool(seen.records & records) and has_value and any(link in seen.text for link in links)


def judge(service: Service, call: Call, asked: Mapping[str, Any]) -> Verdict:
    """Whether the tools answer a question within three calls."""
    answer = asked["answer"]
    records = right_records(service, answer)
    links = {link for record in records for link in passage_links(service, record)}
    values = [answer["text"], *answer.get("or_text", [])]
    size = number = 0
    for number, (result, seen) in enumerate(ask(call, asked["question"]), 1):
        size += len(json.dumps(result))
        if any(is_said(one, records, values, links) for one in seen):
            return Verdict(asked["question"], True, number, size)
    return Verdict(asked["question"], False, number, size)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a file."""
    return list(yaml.safe_load(path.read_text("utf-8")))


def call_directly(service: Service) -> Call:
    """Calls the tools without a transport between."""
    return lambda name, arguments: call_tool(service, TOOLS[name], arguments)


def main() -> None:
    """Judge the questions of a file, and print the score."""
    settings = Settings()
    ensure_built(settings)
    service = Service.open(settings)
    questions = read_questions(Path(sys.argv[1]))
    verdicts = [judge(service, call_directly(service), asked) for asked in questions]
    for verdict, asked in zip(verdicts, questions, strict=True):
        mark = "answered" if verdict.is_answered else "MISSED"
        print(f"{mark} by {verdict.calls} calls, {verdict.bytes} bytes: {verdict.question}")
        for hint in asked["answer"].get("wanted_hint", []):
            if not find_hinted(service, hint["kind"], hint["name"]):
                print(f"    no record of {hint['kind']} has all words of {hint['name']!r}")
    answered = sum(verdict.is_answered for verdict in verdicts)
    print(f"{answered} of {len(verdicts)} answered")


if __name__ == "__main__":
    main()
