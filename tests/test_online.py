"""`verify --online` against pages that are served here: no test leaves this machine."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.curation.living import verify_online
from app.curation.reader import read_seed
from app.curation.web import Limits, Pace, Unreachable, Web, WebPage, extract_text, is_public

from .conftest import DOCUMENT, SOURCE

Write = Callable[..., Path]
HTML = "<html><head><title>Tea</title></head><body><nav>Home</nav><h1>Tea</h1>{}</body></html>"
PAGE = HTML.format("<p>Drinking <b>te</b>a may\n lower&nbsp;the risk.</p><script>x</script>")
OTHER = HTML.format("<p>Drinking tea may well lower the risk.</p>")
# What each path answers: status, headers, body.
ANSWERS: dict[str, tuple[int, dict[str, str], str]] = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /secret\n"),
    "/page": (200, {}, PAGE),
    "/plain": (200, {"Content-Type": "text/plain; charset=utf-8"}, DOCUMENT),
    "/pdf": (200, {"Content-Type": "application/pdf"}, "%PDF"),
    "/changed": (200, {}, OTHER),
    "/emptied": (200, {}, HTML.format("<p>We have moved on.</p>")),
    "/old": (301, {"Location": "/page"}, ""),
    "/page/": (301, {"Location": "/page"}, ""),
    "/gone": (410, {}, ""),
    "/missing": (404, {}, ""),
    "/broken": (503, {}, ""),
    "/secret": (200, {}, PAGE),
    "/to-secret": (302, {"Location": "/secret"}, ""),
    "/loop": (302, {"Location": "/loop"}, ""),
    "/inside": (302, {"Location": "http://inside.test/page"}, ""),
    "/file": (302, {"Location": "file:///etc/passwd"}, ""),
    "/big": (200, {}, "x" * 200_000),
}


class Handler(BaseHTTPRequestHandler):
    """Answers by path; `/slow` sends its head byte by byte and never comes to an end."""

    stopping = threading.Event()
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"].partition(":")[0], self.path))
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.stopping.wait(0.02):
                self.wfile.write(b"x")
            return
        status, headers, body = ANSWERS.get(self.path, ANSWERS["/missing"])
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Handler.stopping.clear()
    Handler.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield server.server_port
        finally:
            Handler.stopping.set()
            server.shutdown()
            thread.join()


HOSTS = {"page.test": ["127.0.0.1"], "inside.test": ["10.0.0.1"], "both.test": ["127.0.0.1", "::1"]}


def find_host(host: str) -> list[str]:
    if host not in HOSTS:
        raise OSError("no such host")
    return HOSTS[host]


def web(seconds: float = 10) -> Web:
    limits = Limits(seconds=seconds, bytes=100_000, pause=0)
    return Web(limits, find_host, lambda address: address == "127.0.0.1")


def fetch(address: str, seconds: float = 10) -> WebPage:
    async def run() -> WebPage:
        async with web(seconds) as pages:
            return await pages.fetch(address)

    return asyncio.run(run())


def test_a_page_is_read_as_its_reader_sees_it(port: int) -> None:
    url = f"http://page.test:{port}/page"
    assert fetch(url) == WebPage(url, 200, "Home Tea Drinking tea may lower the risk.")
    assert Handler.asked == [("page.test", "/robots.txt"), ("page.test", "/page")]


def test_the_text_of_a_page_keeps_words_apart_that_a_browser_shows_apart() -> None:
    assert extract_text("<ul><li>one<li>two</ul>thr<i>ee</i><br>four<style>x</style>") == (
        "one two three four"
    )
    assert extract_text("") == ""


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/secret", "asks robots to stay away"),
        ("/to-secret", "asks robots to stay away"),
        ("/loop", "redirects more than 5 times"),
        ("/inside", "inside.test is no public host"),
        ("/file", "leads to file:/etc/passwd, which is no plain http address"),
        ("/big", "more than 100000 bytes"),
    ],
)
def test_what_is_not_to_be_read_is_not_read(port: int, path: str, reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        fetch(f"http://page.test:{port}{path}")
    assert ("page.test", "/secret") not in Handler.asked
    assert all(host == "page.test" for host, _ in Handler.asked)


@pytest.mark.parametrize("host", ["inside.test", "both.test", "nowhere.test", "user:pw@page.test"])
def test_no_connection_is_made_to_a_host_that_is_not_public(port: int, host: str) -> None:
    with pytest.raises(Unreachable):
        fetch(f"http://{host}:{port}/page")
    assert Handler.asked == []


def test_an_answer_that_does_not_come_to_an_end_is_left(port: int) -> None:
    with pytest.raises(Unreachable, match=r"no whole answer in 0\.3 seconds"):
        fetch(f"http://page.test:{port}/slow", seconds=0.3)


def test_a_host_that_does_not_answer_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="ConnectError"):
        fetch("http://page.test:1/page")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::6810:84e5", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_requests_to_one_host_are_a_second_apart_and_others_do_not_wait() -> None:
    pace = Pace(1)
    assert [pace.delay("one", 10), pace.delay("one", 10), pace.delay("two", 10)] == [0, 1, 0]
    assert [pace.delay("one", 10.5), pace.delay("one", 20), pace.delay("one", 20.25)] == [
        1.5,
        0,
        0.75,
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/page", "found tea-paper: URL, 2 of 2 passages"),
        ("/page/", "found tea-paper: URL, 2 of 2 passages"),
        ("/plain", "found tea-paper: URL, 2 of 2 passages"),
        ("/pdf", "found tea-paper: URL, no text"),
        ("/old", "moved tea-paper: URL is now http://page.test:PORT/page, 2 of 2 passages"),
        ("/changed", "gone tea-paper: URL, 0 of 2 passages\n    other words inside: seed/topics.yaml:5: tea-topic: citations[0]: 'Drinking tea' … 'the risk'\n    other words inside: seed/risk-factors.yaml:8: tea: citations[0]: 'Drinking tea' … 'the risk'"),
        ("/emptied", "gone tea-paper: URL, 0 of 2 passages\n    gone: seed/topics.yaml:5: tea-topic: citations[0]: 'Drinking tea' … 'the risk'\n    gone: seed/risk-factors.yaml:8: tea: citations[0]: 'Drinking tea' … 'the risk'"),
        ("/gone", "gone tea-paper: URL answers 410"),
        ("/missing", "gone tea-paper: URL answers 404"),
        ("/broken", "unreachable tea-paper: URL answers 503"),
        ("/slow", "unreachable tea-paper: URL: no whole answer in 0.3 seconds"),
        ("/secret", "unreachable tea-paper: URL: http://page.test:PORT/robots.txt asks robots to stay away"),
    ],
)  # fmt: skip
def test_each_source_is_found_moved_gone_or_unreachable(
    tiny_seed: Write, port: int, path: str, line: str
) -> None:
    url = f"http://page.test:{port}{path}"
    title = {
        "supports": ["title", "publisher", "document_url"],
        "seen": "publisher-page",
        "passage": None,
        "section": "Title",
    }
    cited: dict[str, Any] = SOURCE["citations"][0] | title  # type: ignore[index]
    seed = read_seed(tiny_seed(sources=[SOURCE | {"document_url": url, "citations": [cited]}]))
    assert seed.faults == []
    before = {file: file.read_bytes() for file in seed.directory.iterdir()}
    report = verify_online(seed, web(0.3 if path == "/slow" else 10))
    fate = line.partition(" ")[0]
    wanted = line.replace("URL", url).replace("PORT", str(port))
    assert report.failures == [wanted] * (fate != "found")
    *found, counts = report.summary.splitlines()
    assert found == [wanted] * (fate == "found")
    names = ("found", "moved", "gone", "unreachable")
    numbers = ", ".join(f"{int(name == fate)} {name}" for name in names)
    assert counts == f"1 sources: {numbers}; 0 without address"
    assert {file: file.read_bytes() for file in seed.directory.iterdir()} == before


def test_a_source_without_address_is_counted(tiny_seed: Write) -> None:
    report = verify_online(read_seed(tiny_seed()), web())
    assert (report.failures, report.summary) == (
        [],
        "0 sources: 0 found, 0 moved, 0 gone, 0 unreachable; 1 without address",
    )
