"""Answers as they stand on the wire, so that another server can send the very same."""

import json
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

# The server adds these by itself; the rest of an answer is the application's.
SERVERS = ("connection", "content-length", "date", "keep-alive", "transfer-encoding")


class Answer(NamedTuple):
    """Status, headers and body bytes of an answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


Answers = dict[str, Answer]


def fetch(port: int, targets: Iterable[str], headers: Mapping[str, str]) -> Answers:
    """The answer at each target, a path with its query, over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    answers: Answers = {}
    try:
        for target in targets:
            connection.putrequest("GET", target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            body = response.read()
            kept = [(k.lower(), v) for k, v in response.getheaders() if k.lower() not in SERVERS]
            answers[target] = Answer(response.status, kept, body)
    finally:
        connection.close()
    return answers


def fetch_json(port: int, target: str) -> Any:
    """The JSON at a target."""
    return json.loads(fetch(port, [target], {"Accept": "application/json"})[target].body)


def fetch_records(port: int, kind: str) -> list[dict[str, Any]]:
    """All records of a collection."""
    records, target = [], f"/v1/{kind}?limit=500"
    while target:
        page = fetch_json(port, target)
        records += page["items"]
        parts = urlsplit(page["next"] or "")
        target = f"{parts.path}?{parts.query}" if page["next"] else ""
    return records


def save(answers: Answers, path: Path) -> None:
    """Write answers to a file."""
    content = {t: (a.status, a.headers, a.body.decode("latin-1")) for t, a in answers.items()}
    path.write_text(json.dumps(content), "utf-8")


def load(path: Path) -> Answers:
    """The answers in a file."""
    content = json.loads(path.read_text("utf-8"))
    return {t: Answer(s, h, body.encode("latin-1")) for t, (s, h, body) in content.items()}
