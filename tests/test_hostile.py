"""Hostile questions: whatever a client asks, its answer is small and costs little.

Costs are counted, not timed: an error within a number of bytes, work in proportion to a question.
"""

import cProfile
import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import Api

LARGEST = 20_000  # bytes of an error
MOST_CALLS = 50_000  # of functions, for an error: some five milliseconds
EMOJI = "\N{PILE OF POO}"
# One address of each route, good or not.
ADDRESSES = [
    "/v1", "/v1/facts", "/v1/drugs", "/v1/survival", "/v1/sources", "/v1/treatments", "/v1/facts/none",
    "/v1/drugs/trastuzumab", "/v1/search", "/v1/lookup", "/v1/releases", "/v1/releases/none",
    "/v1/releases/none/changes", "/v1/vocabularies", "/v1/vocabularies/none", "/v1/export",
    "/v1/export/none/none", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json", "/openapi.yaml",
    "/assets/none", "/robots.txt", "/favicon.ico", "/.well-known/api-catalog", "/", "/nothing",
]  # fmt: skip
NAMES = (
    "q",
    "id",
    "source",
    "topic",
    "stage",
    "sort",
    "fields",
    "facets",
    "limit",
    "cursor",
    "format",
)


def repeat(name: str, value: str, count: int) -> str:
    return "&".join(f"{name}={value}{number}" for number in range(count))


QUERIES = {
    "500 unknown": "&".join(f"a{number}=1" for number in range(500)),
    "400 unknown, short": "&".join(chr(97 + n // 26) + chr(97 + n % 26) for n in range(400)),
    "long unknown": f"{'a' * 32_000}=1",
    "long names": "&".join(f"{number}{'a' * 1500}=1" for number in range(20)),
    "emoji": "&".join(f"{n}" + quote(EMOJI * 120) + "=" + quote(EMOJI * 10) for n in range(20)),
    "control characters": "&".join(f"{n}{'%01' * 300}={'%01' * 200}" for n in range(20)),
    "all names wrong": "&".join(f"{name}=%01" for name in NAMES),
    "all names twice": "&".join(f"{name}=x&{name}=y" for name in NAMES),
    **{f"{name} of 32 KB": f"{name}={'a' * 32_000}" for name in NAMES},
    **{f"400 of {name}": repeat(name, "a-", 400) for name in NAMES},
    **{f"20 of {name}": repeat(name, "trastuzumap", 20) for name in NAMES},
    **{f"16,000 of {name}, with commas": f"{name}={',' * 32_000}" for name in NAMES},
    **{f"one of {name}, again and again": "&".join([f"{name}=a"] * 499) for name in NAMES},
}  # fmt: skip


def count_calls(action: Callable[[], Any]) -> tuple[int, Any]:
    """The number of calls of functions, Python's own among them, and what the action gives."""
    profile = cProfile.Profile()
    result = profile.runcall(action)
    return sum(entry.callcount for entry in profile.getstats()), result


def check_error(body: bytes) -> None:
    """An error has few parts, and each of them is short."""
    problem = json.loads(body)
    errors = problem["errors"] or []
    assert len(body) < LARGEST
    assert len(errors) <= 20
    assert len(problem["detail"]) < 1000
    explained = [error["parameter"] for error in errors if error.get("allowed")]
    assert len(explained) == len(set(explained))
    for error in errors:
        values = error.get("value")
        texts = [error["parameter"], *(values if isinstance(values, list) else [values])]
        assert len(texts) <= 6
        assert all(len(text or "") <= 201 for text in texts)
        assert len(error.get("allowed") or []) <= 50


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_error_is_small_and_cheap(api: Api, address: str) -> None:
    plain = api.get(f"{address}?x=1")  # what a process makes once is not counted
    for name, query in QUERIES.items():
        ask = partial(api.ask, "GET", f"{address}?{query}")
        if plain.status_code == 200 and ask()[0] == 200:
            continue  # it takes no parameters; to count calls takes three times as long as to ask
        calls, (status, _, body) = count_calls(ask)
        assert status in (200, 307, 404, 414, 422), name
        if status >= 400:
            check_error(body)
            assert calls < MOST_CALLS, (name, calls)
