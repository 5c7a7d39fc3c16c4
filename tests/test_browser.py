"""What headless Chromium does with a deep link and with the documentation pages."""

import http.server
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.model.passage import Passage, digest, text_fragment
from app.settings import Settings

from .test_stop import serve

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

# No request leaves for another host: every name but the loopback address fails to resolve.
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", OFFLINE,
]  # fmt: skip

SENTENCES = [
    "HER2-positive cells, ducts & lobules: about 20%.",
    "It isn’t inherited, studies say.",
    "The café’s HR+/HER2+ group (n=5) had “more”.",
]
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>A page</title>
<style>p { margin: 3000px 0; } </style>
%s
<script>
setTimeout(() => {
  const seen = [...document.querySelectorAll("p")].findIndex((paragraph) => {
    const box = paragraph.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= window.innerHeight;
  });
  document.body.dataset.seen = seen;
}, 1000);
</script>"""


def read_dom(url: str, profile: Path, wait: int = 4000) -> tuple[str, str]:
    """The page as Chromium has it after some time, and what Chromium logged."""
    assert CHROMIUM
    done = subprocess.run(
        [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", f"--virtual-time-budget={wait}",
         "--enable-logging=stderr", "--dump-dom", url],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """Address of a page with one sentence a screen."""
    content = PAGE % "".join(f"<p>{s.replace('&', '&amp;')}</p>" for s in SENTENCES)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            """Tests are silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        (0, "HER2-positive cells,", "about 20%."),
        (0, "cells, ducts & lobules: about 20%.", None),
        (1, "isn’t inherited,", "studies say."),
        (2, "The café’s HR+/HER2+", "had “more”."),
    ],
)
def test_a_deep_link_opens_the_page_at_the_passage(
    page: str, tmp_path: Path, number: int, start: str, end: str | None
) -> None:
    passage = Passage(start=start, end=end, sha256=digest(""))
    dom, _ = read_dom(page + text_fragment(passage), tmp_path)
    assert re.search(r'data-seen="(-?\d+)"', dom)[1] == str(number)  # type: ignore[index]


def test_without_a_fragment_the_page_stays_at_its_top(page: str, tmp_path: Path) -> None:
    dom, _ = read_dom(page, tmp_path)
    assert 'data-seen="-1"' in dom


@pytest.fixture(scope="module")
def served(settings: Settings) -> Iterator[str]:
    """Address of the real service, started by its command line."""
    with serve(os.environ | {"HER2_DATABASE": str(settings.database)}) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("path", "text"), [("/docs", "List survival figures"), ("/redoc", "List survival figures")]
)
def test_the_pages_work_with_the_network_cut(
    served: str, tmp_path: Path, path: str, text: str
) -> None:
    dom, log = read_dom(served + path, tmp_path, wait=8000)
    assert text in dom
    assert "Uncaught" not in log
    assert "Refused to" not in log
    outside = re.findall(r'(?:src|href)="(https?://(?!127\.0\.0\.1)[^"]*)"', dom)
    assert not [name for name in outside if re.search(r"\.(js|css|svg|png|woff2?)$", name)]
