"""Ready answers: the same to the byte as without them, kept by use, bounded in memory.

What is asked is generated: any kind of address, method and header. `api` keeps answers, `plain`
serves the same database and keeps none.
"""

import asyncio
import gc
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from string import punctuation
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message
from uvicorn.server import ServerState

from app.main import create_app
from app.resources import RESOURCES
from app.serving.conditional import reply
from app.serving.formats import Format
from app.serving.headers import PROBES
from app.serving.protocol import Protocol
from app.serving.ready import ANSWER_AT_ONCE, LONGEST_SPELLING, Entry, ReadyAnswers, Spelling
from app.serving.representations import Answer, Reply
from app.serving.server import make_config
from app.serving.transport import Transport
from app.settings import Settings

from .conftest import CLOSING, LOOP, Api

Headers = list[tuple[bytes, bytes]]
KINDS = [resource.kind for resource in RESOURCES]
FORMATS = ["", *(f"format={form}" for form in Format)]
LISTS = [
    "", "limit=3", "limit=03", "&&limit=3", "limit=%33", "sort=-name&limit=4", "sort=name,id", "q=her2",
    "q=", "fields=name", "facets=topic", "facets=topic,applies_to&limit=1", "applies_to=breast-cancer",
    "applies_to=breast-cancer&applies_to=her2-positive", "source=dailymed-kadcyla", "has_note=conflict",
    "limit=0", "zz=1", "cursor=x", "topic=nothing", "id=nothing",
]  # fmt: skip
OTHERS = [
    "/v1", "/v1/", "/v1/search?q=trastuzumab", "/v1/search?q=trastuzumap", "/v1/search?q=her2&limit=2",
    "/v1/search?q=her2&kind=drugs&topic=treatment", "/v1/search", "/v1/lookup?name=kadcyla", "/v1/lookup",
    "/v1/lookup?code=HGNC:3430", "/v1/releases", "/v1/releases/2026.11.1", "/v1/releases/2026.11.2/changes",
    "/v1/vocabularies", "/v1/vocabularies/effect", "/v1/vocabularies/none", "/v1/export", "/docs", "/redoc",
    "/openapi.json", "/openapi.yaml", "/assets/docs.js", "/assets/icon.svg", "/assets/none", "/robots.txt",
    "/favicon.ico", "/.well-known/api-catalog", "/", "/?format=html", "/v1/search?q=her2&format=html", "/healthz", "/readyz", "/nothing", "/v1?x=1",
    "/v1/%64rugs?limit=2", "/v1/drugs/trastuzumab%20", "/v1/drugs/none", "/v1/Drugs/", "/v1/drugs/kadcyla",
    "/v1/drugs.csv?limit=2", "/v1/drugs?utm_source=a&limit=2", "/v1/drugs?limit=2&fbclid=b", "/v1?gclid=1",
    "/v1/drugs/lapatinib?mc_cid=c", "/v1/suggest?q=tras", "/v1/suggest?q=T", "/v1/suggest", "/docs?x=1",
    "/healthz?x=1", "/v1/lookup?name=TDM1&code=FOO:1&id=x", "/v1/search?q=\u0153strogen", "/v1/drugs?brand_names=herceptin",
    "/v1/search?q=%22heart%20failure%22%20-her2", "/v1/drugs?brand_names=nothing", "/v1/search?q=Herceptin%E2%84%A2",
]  # fmt: skip
ACCEPT = ["*/*", "application/json", "text/csv", "text/csv;header=present", "application/ld+json",
          "application/x-ndjson;q=0.5, */*;q=0.1", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "", "a" * 3000]  # fmt: skip
ENCODINGS = ["identity", "gzip", "br", "zstd", "gzip, deflate, br, zstd", "br;q=0", "*", "", "x"]
RANGES = ["bytes=0-9", "bytes=-5", "bytes=5-", "bytes=0-1,3-4", "bytes=9-1", "bytes=99999999-", "x"]


class Two:
    """The service with ready answers and without, asked the same."""

    def __init__(self, settings: Settings) -> None:
        self.kept = create_app(settings)
        self.plain = create_app(settings.model_copy(update={"ready_bytes": 0}))
        for app in (self.kept, self.plain):
            CLOSING.callback(app.live.service.database.close)
        ids = Api(self.plain).get("/v1/drugs?limit=3&fields=id").json()["items"]
        files = Api(self.plain).get("/v1/export").json()["items"]
        self.records = [f"/v1/drugs/{item['id']}" for item in ids]
        self.files = [item["url"].removeprefix("http://test") for item in files]
        first = Api(self.plain).get("/v1/facts?limit=2").json()["next"]
        self.pages = [first.removeprefix("http://test")]

    def addresses(self) -> st.SearchStrategy[str]:
        """Any address, good or bad."""
        kinds, queries, forms = map(st.sampled_from, (KINDS, LISTS, FORMATS))
        lists = st.builds("/v1/{}?{}&{}".format, kinds, queries, forms)
        records = st.builds("{}?{}".format, st.sampled_from(self.records), forms)
        known = st.sampled_from([*OTHERS, *self.files, *self.pages])
        return st.one_of(lists, records, known)


@pytest.fixture(scope="module")
def two(settings: Settings) -> Two:
    return Two(settings)


def ask(app: Transport, method: str, address: str, headers: Headers) -> tuple[int, Headers, bytes]:
    """The answer to a request, as it is given to the server."""
    return Api(app).ask(method, address, headers)


OPTIONAL: dict[bytes, st.SearchStrategy[str | None]] = {
    b"accept": st.none() | st.sampled_from(ACCEPT),
    b"accept-encoding": st.none() | st.sampled_from(ENCODINGS),
    b"if-none-match": st.none() | st.sampled_from(["*", "ETAG", 'W/"x", ETAG', '"x"']),
    b"range": st.none() | st.sampled_from(RANGES),
    b"if-range": st.none() | st.sampled_from(["ETAG", '"x"']),
    b"origin": st.none() | st.just("https://example.org"),
    b"x-request-id": st.just("the-same"),
}


@hypothesis.settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_ready_answer_is_the_answer(two: Two, data: st.DataObject) -> None:
    """Header for header and byte for byte; the second of two equal requests is a hit."""
    method = data.draw(st.sampled_from(["GET", "GET", "HEAD", "OPTIONS", "POST"]))
    address = data.draw(two.addresses())
    values = {name: data.draw(strategy) for name, strategy in OPTIONAL.items()}
    negotiated = [
        (n, v.encode()) for n, v in values.items() if v is not None and n[:6] == b"accept"
    ]
    tag = dict(ask(two.plain, "GET", address, negotiated)[1]).get(b"etag", b'"none"')
    headers = [(n, v.encode().replace(b"ETAG", tag)) for n, v in values.items() if v is not None]
    expected = ask(two.plain, method, address, headers)
    assert ask(two.kept, method, address, headers) == expected
    before = two.kept.live.ready.hits
    assert ask(two.kept, method, address, headers) == expected
    is_kept = method in ("GET", "HEAD") and b"public" in dict(expected[1]).get(
        b"cache-control", b""
    )
    assert two.kept.live.ready.hits - before == is_kept
    assert len(two.plain.live.ready) == two.plain.live.ready.bytes == 0


def test_each_kind_of_address_is_kept(two: Two) -> None:
    lists = [f"/v1/{kind}?{form}" for kind in KINDS for form in FORMATS]
    headers = [(b"x-request-id", b"the-same")]
    for address in [*lists, *two.records, *two.files, *two.pages, *OTHERS]:
        first = ask(two.kept, "GET", address, headers)
        before = two.kept.live.ready.hits
        assert ask(two.kept, "GET", address, headers) == first
        is_good = first[0] == 200 and address.partition("?")[0] not in PROBES
        assert two.kept.live.ready.hits - before == is_good, address


VARIANTS: list[tuple[str, Headers]] = [
    ("GET", []),
    ("HEAD", []),
    ("GET", [(b"Accept-Encoding", b"br")]),
    ("GET", [(b"Range", b"bytes=1-9")]),
    ("GET", [(b"Range", b"bytes=99999999-")]),
    ("GET", [(b"If-None-Match", b"*")]),
]


@asynccontextmanager
async def lifespan(app: Transport) -> AsyncIterator[dict[str, Any]]:
    """The state that a server has from an application while it runs."""
    state: dict[str, Any] = {}
    begun, end = asyncio.Event(), asyncio.Event()

    async def receive() -> Message:
        if begun.is_set():
            await end.wait()
        return {}

    async def send(_: Message) -> None:
        begun.set()

    running = asyncio.create_task(app({"type": "lifespan", "state": state}, receive, send))
    await begun.wait()
    yield state
    end.set()
    await running


def test_what_is_written_at_once_is_what_uvicorn_writes(two: Two, settings: Settings) -> None:
    """The first answer is that of a route, the second lies ready: on the wire they are the same."""
    config = make_config(two.kept, settings)
    config.load()

    async def send_all() -> None:
        async with lifespan(two.kept) as state:
            assert state[ANSWER_AT_ONCE] == two.kept.answer_at_once
            await ask_twice(partial(Protocol, config, ServerState(), state))

    async def ask_twice(connect: Callable[[], Protocol]) -> None:
        async with await LOOP.get_loop().create_server(connect, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for address, (method, headers) in product([*two.records, *OTHERS], VARIANTS):
                lines = [b"Host: test", *(b"%s: %s" % header for header in headers)]
                lines += [b"X-Request-ID: the-same", b"", b""]
                request = f"{method} {quote(address, safe=punctuation)} HTTP/1.1\r\n".encode()
                answers = []
                for _ in range(2):
                    misses = two.kept.meter.misses
                    writer.write(request + b"\r\n".join(lines))
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = re.search(rb"content-length: (\d+)", head)
                    sends_body = length and method == "GET"
                    body = (
                        await reader.readexactly(int(length[1])) if length and sends_body else b""
                    )
                    answers.append((re.sub(rb"date: .*", b"", head), body))
                assert answers[0] == answers[1], request
                if b"no-store" not in head:
                    assert two.kept.meter.misses == misses, request
            writer.close()

    two.kept.live.ready = ReadyAnswers(settings.ready_bytes)
    LOOP.run(send_all())


def test_a_header_that_would_end_its_line_is_not_written() -> None:
    for value in (b"a\r\nset-cookie: b", b"a\n", b"\0", b"\x7f"):
        with pytest.raises(ValueError, match="control character"):
            Reply(200, [(b"link", value)], b"").write("GET", [])
    written = Reply(200, [(b"link", b"a\t\xe9")], b"").write("GET", [])
    assert written == (b"HTTP/1.1 200 OK\r\nlink: a\t\xe9\r\n\r\n",)


def test_no_piece_of_what_is_written_is_empty() -> None:
    """On asyncio of Python 3.12 an empty piece is never written, and the loop turns for ever."""
    for method, body in product(("GET", "HEAD"), (b"", b"a")):
        for common in ([], [(b"date", b"x")]):
            assert all(Reply(200, [], body).write(method, common)), (method, body)


@pytest.mark.parametrize(
    "spellings",
    [
        ["/v1/facts?limit=20&sort=name", "/v1/facts?sort=name&limit=20", "/v1/facts?sort=name&limit=020",
         "/v1/facts?&&limit=%320&&sort=n%61me", "/v1/%66acts?sort=name&limit=20"],
        ["/v1/facts?category=biology&category=cause&limit=2&facets=category", "/v1/facts?limit=2&facets=category&category=cause&category=biology",
         "/v1/facts?limit=2&category=cause&category=biology&category=cause&facets=category"],
        ["/v1/risk-factors?modifiable=true&limit=50&q=", "/v1/risk-factors?modifiable=true&q=%20", "/v1/risk-factors?modifiable=true"],
        ["/v1/search?q=her2%20bone&limit=2", "/v1/search?limit=02&q=her2+bone", "/v1/search?q=her2+bone&&limit=2"],
        ["/v1/statistics?facets=data_provider,topic&limit=1", "/v1/statistics?limit=1&facets=data_provider&facets=topic"],
    ],
)  # fmt: skip
def test_spellings_of_one_question_share_one_answer(
    settings: Settings, spellings: list[str]
) -> None:
    app = create_app(settings)
    CLOSING.callback(app.live.service.database.close)
    answers = {Api(app).get(spelling).content for spelling in spellings}
    assert len(answers) == len(app.live.ready) == 1
    assert len(app.live.ready.by_spelling) == len(spellings)


def made_up(number: int, size: int = 10_000) -> Answer:
    """An answer that no other has."""
    return Answer([(b"content-type", b"image/png")], b"%d" % number * (size // len(str(number))))


def spelling(number: int = 0, accept: bytes = b"*/*") -> Spelling:
    """A spelling that no other number has."""
    return Spelling(b"/v1/search", b"q=%d" % number, accept, b"")


HOT = spelling(-1)
FLOODS: dict[str, Callable[[int], tuple[Spelling, Answer]]] = {
    "questions": lambda number: (spelling(number), made_up(number)),
    "spellings of the hot one": lambda number: (spelling(number), made_up(-1)),
    "accepts of the hot one": lambda number: (spelling(-1, b"a/b;q=0.%d" % number), made_up(-1)),
    "spellings of another": lambda number: (spelling(number), made_up(7)),
    "long spellings": lambda number: (spelling(number, b"a" * 4000), made_up(number % 100)),
    "large answers": lambda number: (spelling(number), made_up(number, 200_000)),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_no_flood_drives_out_what_is_used_now_and_then(flood: str) -> None:
    most = 1_000_000
    ready = ReadyAnswers(most)
    ready.keep(HOT, made_up(-1), "identity")
    for number in range(3_000):
        if number % 1000 == 0:
            assert ready.find(*HOT), number
        ready.keep(*FLOODS[flood](number), "identity")
        assert ready.bytes <= most
    assert ready.find(*HOT)
    assert ready.bytes == sum(e.measure() for e in (*ready.new.values(), *ready.proven.values()))
    assert ready.proven_bytes == sum(entry.bytes for entry in ready.proven.values()) <= most
    hits = [
        hit for queue in (ready.new, ready.proven) for e in queue.values() for hit in e.spellings
    ]
    assert ready.by_spelling == {hit.spelling: hit for hit in hits}


def test_a_flood_of_valid_questions_leaves_a_record_in_use(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"ready_bytes": 300_000}))
    CLOSING.callback(app.live.service.database.close)
    assert ask(app, "GET", "/v1/symptoms/breast-lump", [])[0] == 200
    for number in range(300):
        if number % 30 == 0:
            before = app.live.ready.hits
            ask(app, "GET", "/v1/symptoms/breast-lump", [])
            assert app.live.ready.hits == before + 1
        assert ask(app, "GET", f"/v1/facts?limit=1&q=her{number}", [])[0] == 200
        ask(app, "GET", f"/v1/facts?limit={number + 501}", [])
        assert app.live.ready.bytes <= 300_000


def test_what_is_dropped_is_freed_at_once() -> None:
    """A circle of references would wait for the garbage collector, with megabytes in it."""

    def count_entries() -> int:
        return sum(isinstance(found, Entry) for found in gc.get_objects())

    ready = ReadyAnswers(1_000_000)
    gc.collect()
    gc.disable()
    try:
        before = count_entries()
        for number in range(200):
            ready.keep(spelling(number), made_up(number), "identity")
        assert count_entries() - before == len(ready) < 200
    finally:
        gc.enable()


def test_what_is_wanted_again_stays_within_its_part() -> None:
    ready = ReadyAnswers(1_000_000)
    for number in range(1000):
        ready.keep(spelling(number), made_up(number), "identity")
        assert ready.find(*spelling(number))
        assert ready.proven_bytes <= 750_000
        assert ready.bytes <= 1_000_000
    assert len(ready) > 60


def test_an_answer_that_is_too_large_is_not_kept() -> None:
    ready = ReadyAnswers(1_000_000)
    ready.keep(spelling(1), made_up(1, 300_000), "identity")
    assert not ready.by_spelling
    assert len(ready) == ready.bytes == 0


def test_behind_a_long_spelling_an_answer_is_made_anew_but_encoded_once() -> None:
    ready = ReadyAnswers(1_000_000)
    long = spelling(2, b"a" * LONGEST_SPELLING)
    first = ready.keep(long, made_up(2), "br")
    assert ready.keep(long, made_up(2), "br") is first
    assert (len(ready), len(ready.by_spelling)) == (1, 0)
    assert ready.keep(spelling(2), made_up(2), "br") is first
    assert ready.find(*spelling(2))


def test_who_adds_what_trackers_read_makes_no_new_answer(settings: Settings) -> None:
    app = create_app(settings)
    CLOSING.callback(app.live.service.database.close)
    status, headers, body = ask(app, "GET", "/v1/facts?limit=2", [])
    for value in ("a", "b" * 30_000):
        for method, conditions, wanted in (
            ("GET", [], 200),
            ("GET", [(b"range", b"bytes=0-9")], 206),
            ("GET", [(b"if-none-match", b"*")], 304),
            ("HEAD", [], 200),
        ):
            address = f"/v1/facts?utm_source={value}&limit=2"
            status, tracked, part = ask(app, method, address, list(conditions))
            whole = body if method == "GET" else b""
            assert (status, part) == (wanted, {206: body[:10], 304: b""}.get(wanted, whole))
            link = b'<http://test/v1/facts?limit=2>; rel="canonical"'
            assert (b"link", link) in tracked
            assert dict(tracked)[b"etag"] == dict(headers)[b"etag"]
    assert len(app.live.ready) == len(app.live.ready.by_spelling) == app.meter.misses == 1


def test_a_part_of_a_body_is_no_copy() -> None:
    """A client may ask for many large parts, and read none."""
    made = made_up(1).represent("identity")
    part = reply(made, None, b"bytes=1-", None).body
    assert isinstance(part, memoryview)
    assert part.obj is made.whole.body


def test_only_good_answers_are_kept(settings: Settings) -> None:
    app = create_app(settings)
    CLOSING.callback(app.live.service.database.close)
    for address in (
        "/v1/drugs?zz=1",
        "/v1/drugs/none",
        "/v1/drugs?limit=0",
        "/healthz",
        "/nothing",
    ):
        for method in ("GET", "HEAD"):
            ask(app, method, address, [])
    for method in ("POST", "OPTIONS"):
        ask(app, method, "/v1/drugs", [])
    assert len(app.live.ready) == app.live.ready.bytes == 0
