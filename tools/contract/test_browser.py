"""In a real browser: pages of other origins read the API, and the documentation works offline."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE


@pytest.fixture
def browse(service: str, node: Callable[..., str]) -> Callable[..., dict[str, Any]]:
    """What the browser saw in a scene, which is to be without an error and a request elsewhere."""

    def call(scene: str, more: str | Path = "") -> dict[str, Any]:
        seen = json.loads(node("node", HERE / "browser.mjs", scene, service, more))
        assert seen["errors"] == []
        assert seen["outside"] == []
        return seen

    return call


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Address of an empty page of another origin."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><link rel=icon href=data:,>")

        def log_message(self, *_: object) -> None:
            """Tests are silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_page_of_another_origin_reads_answers_headers_and_revalidates(
    browse: Callable[..., dict[str, Any]], service: str, elsewhere: str
) -> None:
    seen = browse("elsewhere", elsewhere)
    assert seen["items"] == 1
    assert seen["headers"]["ETag"].startswith('"')
    assert seen["headers"]["Link"].endswith('rel="next"')
    assert seen["request"]
    assert seen["preflights"] == [f"{service}/v1/drugs?limit=1"]
    assert seen["again"] == 304


def test_swagger_ui_tries_an_operation_out(
    browse: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    seen = browse("execute", tmp_path / "answer.png")
    assert seen["status"] == "200"
    assert '"items"' in seen["body"]
    assert (tmp_path / "answer.png").stat().st_size > 0


def test_execute_answers_as_it_opens_in_every_operation(
    browse: Callable[..., dict[str, Any]], document: Path
) -> None:
    paths = json.loads(document.read_text())["paths"]
    pressed = {answer.pop("path"): answer for answer in browse("execute_all")["pressed"]}
    assert pressed.keys() == paths.keys()
    for path, answer in pressed.items():
        assert answer["status"] == 200, path
        content = paths[path]["get"]["responses"]["200"]["content"]
        is_list = "items" in content.get("application/json", {}).get("example", {})
        assert is_list == ("items" in answer), path
        assert answer.get("items") != 0, path


def test_a_deep_link_opens_its_operation_in_swagger_ui(
    browse: Callable[..., dict[str, Any]],
) -> None:
    seen = browse("deep_link")
    assert seen["open"] == 1
    assert 0 <= seen["top"] < 450  # in the upper half of the window


def test_redoc_shows_the_whole_document(
    browse: Callable[..., dict[str, Any]], document: Path
) -> None:
    assert browse("redoc")["operations"] == len(json.loads(document.read_text())["paths"])
