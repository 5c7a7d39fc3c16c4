"""What the servers are asked: addresses and headers, with the aim for each."""

import re
from collections.abc import Iterator
from itertools import permutations, product
from random import Random
from typing import Any, NamedTuple

from benchmarks.answers import fetch, fetch_json, fetch_records

PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity"}
# As Python's clients ask.
ANY = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br, zstd"}
# As a browser asks; the coding is left out, as above.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "identity",
}
PAGE = "/v1/facts?limit=20"
FILTERED = "/v1/facts?category=treatment&limit=20"
FACETS = "/v1/facts?facets=category,topic&limit=1"
SEARCH = "/v1/search?q=trastuzumab"
MOST = 300  # addresses of one walk: the ceiling has to hold their answers
SORT = ("name", "-name", "id", "-id", "position", "-position", "as_of", "-as_of")
WORD = re.compile(r"[a-z]{5,}")


class Question(NamedTuple):
    """Addresses that are asked for in turn, with the same headers."""

    what: str
    targets: list[str]
    headers: dict[str, str] = PLAIN
    status: int = 200
    connections: int = 16
    aim: float | None = None  # requests per CPU second against the ceiling's


def fact_address(facts: list[dict[str, Any]]) -> str:
    """The address of a usual fact, with three citations."""
    return "/v1/facts/" + next(fact["id"] for fact in facts if len(fact["citations"]) == 3)


def cached(port: int, record: str) -> Iterator[Question]:
    """What a cache has: each is asked once before it is measured."""
    for what, encoding in (("record", "identity"), ("br", "br")):
        headers = PLAIN | {"Accept-Encoding": encoding}
        fetch(port, [record], headers)
        yield Question(what, [record], headers)


def ready(port: int) -> Iterator[Question]:
    """What has been asked before, so that the answer lies ready."""
    record = fact_address(fetch_records(port, "facts"))
    etag = dict(fetch(port, [record], PLAIN)[record].headers)["etag"]
    yield Question("record", [record], aim=0.90)
    yield Question("page of 20", [PAGE], aim=0.90)
    yield Question("304", [record], PLAIN | {"If-None-Match": etag}, 304, aim=0.90)
    yield Question("br", [record], PLAIN | {"Accept-Encoding": "br"}, aim=0.90)
    yield Question("range", [record], PLAIN | {"Range": "bytes=0-1023"}, 206, aim=0.80)
    yield Question("filtered list", [FILTERED])
    yield Question("facets", [FACETS])
    yield Question("search", [SEARCH])
    yield Question("record as a page", [record], BROWSER, aim=0.90)
    yield Question("list as a page", [PAGE], BROWSER, aim=0.90)
    yield Question("mix of all addresses", addresses(port), ANY)
    for what, target in (("record", record), ("page of 20", PAGE)):
        for connections in (64, 256):
            yield Question(what, [target], connections=connections)


def measured(port: int) -> Iterator[Question]:
    """What is asked of the service while it counts its requests."""
    yield Question("record", [fact_address(fetch_records(port, "facts"))], aim=0.87)
    yield Question("page of 20", [PAGE], aim=0.87)


def cold(port: int) -> Iterator[Question]:
    """Many different questions, of a service that keeps no answer."""
    facts = fetch_records(port, "facts")
    yield Question("record", [f"/v1/facts/{fact['id']}" for fact in facts][:MOST], aim=0.15)
    pages = [f"/v1/facts?sort={key}&limit={n}" for n, key in product(range(15, 26), SORT)]
    yield Question("page of 20", pages, aim=0.10)
    categories = sorted({fact["category"] for fact in facts})
    lists = [f"/v1/facts?category={c}&limit={n}" for n, c in product(range(10, 31), categories)]
    yield Question("filtered list", lists[:MOST], aim=0.10)
    pairs = [",".join(pair) for pair in permutations(("category", "topic", "applies_to"), 2)]
    counted = [f"/v1/facts?facets={pair}&limit={n}" for n, pair in product(range(1, 21), pairs)]
    yield Question("facets", counted, aim=0.05)
    yield Question(
        "record as a page", [f"/v1/facts/{fact['id']}" for fact in facts][:MOST], BROWSER
    )
    yield Question("list as a page", lists[:MOST], BROWSER)
    words = sorted({word for fact in facts for word in WORD.findall(fact["statement"])})
    yield Question("search", [f"/v1/search?q={word}" for word in words][:MOST], aim=0.03)


def addresses(port: int) -> list[str]:
    """Every record, list, vocabulary and release, and the index, in a fixed disorder."""
    kinds = [collection["kind"] for collection in fetch_json(port, "/v1")["collections"]]
    found = ["/v1", "/v1/vocabularies", "/v1/releases", SEARCH, FACETS, FILTERED]
    for kind in kinds:
        found += [f"/v1/{kind}", f"/v1/{kind}?limit=20", f"/v1/{kind}?format=csv"]
        found += [f"/v1/{kind}/{record['id']}" for record in fetch_records(port, kind)]
    for name in ("vocabularies", "releases"):
        items = fetch_json(port, f"/v1/{name}")["items"]
        found += [f"/v1/{name}/{item.get('name', item.get('version'))}" for item in items]
    Random(0).shuffle(found)
    return found
