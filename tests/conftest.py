"""Fixtures: the real database, built once per run from the real seed by the real migrations.

Take `api` to send requests to the service, `settings` to look at the database behind it, and
`tiny_seed` (a few records written by the test itself) to show an odd case. `tiny` is a copy of the
database of the tiny seed, for tests that change it. Nothing that is shared is ever changed.

The service is imported where it is used: the process of pytest-xdist that only hands out tests
reads this file too, and no worker starts before.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import pytest
import yaml
from pydantic_core import from_json

from .order import (  # noqa: F401  (hooks)
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from .processes import stop_forking

if TYPE_CHECKING:
    from app.curation.seed import Seed
    from app.settings import Settings

gc.disable()  # until all is imported, which leaves no garbage
DOCUMENT = "Tea\n\nDrinking tea may lower the risk.\n\n  • Green tea\n  • Black tea\n"
# What the session closes at its end: the event loop of all clients, and their databases.
CLOSING = ExitStack()
# A loop for each request would cost more than the answer.
LOOP = CLOSING.enter_context(asyncio.Runner())
# Makes the requests of `Api`. To pack and unpack most answers would cost as much as to make them.
REQUESTS = CLOSING.enter_context(
    httpx.Client(verify=False, base_url="http://test", headers={"Accept-Encoding": "identity"})
)
# Over the network: `httpx.get` reads the certificates of all authorities at each call.
HTTP = CLOSING.enter_context(
    httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0))
)


class Answer(httpx.Response):
    """An answer whose JSON is read in half the time."""

    def json(self, **_: Any) -> Any:
        return from_json(self.content)


class Api:
    """The service as a client sees it, without a network."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.kept: dict[str, list[dict[str, Any]]] = {}

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        request = REQUESTS.build_request(method, url, **options)
        status, fields, body = self.send(request)
        return Answer(status, headers=fields, content=body, request=request)

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def raw(self, url: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        """The head of an answer, and its body as it is sent, in its coding."""
        status, fields, body = self.send(REQUESTS.build_request("GET", url, headers=headers))
        return httpx.Response(status, headers=fields), body

    def send(self, request: httpx.Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Send a request of httpx, whose own way to an application costs more than most answers."""
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        return self.ask(request.method, request.url.raw_path.decode(), headers, request.content)

    def ask(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[bytes, bytes]] = (),
        content: bytes = b"",
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Status, headers and body as the service gives them to its server; no client's work."""
        path, _, query = url.partition("?")
        sent = list(headers)
        if not any(name == b"host" for name, _ in sent):
            sent.append((b"host", b"test"))
        scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "root_path": "",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "headers": sent,
        }  # fmt: skip
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content}

        async def send(message: Any) -> None:
            messages.append(message)

        # Not by the runner, which takes the signal of an interrupt and gives it back each time.
        LOOP.get_loop().run_until_complete(self.service(scope, receive, send))
        start, body = messages
        return start["status"], start["headers"], body["body"]

    def items(self, url: str) -> list[dict[str, Any]]:
        """Every record of a list; those of a whole collection are kept, and nobody may change them."""
        if url in self.kept:
            return self.kept[url]
        pages = self.pages(f"{url}{'&' if '?' in url else '?'}limit=500")
        items = [item for page in pages for item in page["items"]]
        return items if "?" in url else self.kept.setdefault(url, items)

    def follow(self, url: str) -> list[httpx.Response]:
        """Every page of a list in any format, by following the header `Link`."""
        answers = [self.get(url)]
        while link := answers[-1].headers.get("link"):
            answers.append(self.get(link.split(">")[0][1:]))
        return answers

    def pages(self, url: str) -> list[dict[str, Any]]:
        """Every page of a list, by following `next`."""
        pages: list[dict[str, Any]] = []
        following: str | None = url
        while following:
            pages.append(self.get(following).raise_for_status().json())
            following = pages[-1]["next"]
        return pages


def serve(settings: Settings) -> Api:
    """A client of the service on a built database: the one place that puts the service together."""
    from app.main import create_app

    app = create_app(settings)
    CLOSING.callback(lambda: app.live.service.database.close())
    return Api(app)


def pytest_collection_finish() -> None:
    """Keep the collector from looking again and again at what stays as long as the process."""
    from app.serving.lifespan import COLLECT_AFTER

    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)  # as the service has it
    gc.enable()


@contextmanager
def once_for_all_workers(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A directory that all workers of pytest-xdist share; one at a time may write into it."""
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    directory = shared / name
    directory.mkdir(exist_ok=True)
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield directory


@pytest.fixture(scope="session", autouse=True)
def _close_all() -> Iterator[None]:
    with CLOSING:
        yield
    stop_forking()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    from app.build import ensure_built
    from app.settings import PROJECT, Settings

    with once_for_all_workers(tmp_path_factory, "real") as directory:
        settings = Settings(
            database=directory / "her2-facts.db",
            seed=PROJECT / "seed",
            host="127.0.0.1",
            port=8000,
            public_url="http://test",
        )
        ensure_built(settings)
    return settings


@pytest.fixture(scope="session")
def api(settings: Settings) -> Api:
    return serve(settings)


@pytest.fixture(scope="session")
def openapi(api: Api) -> dict[str, Any]:
    return api.get("/openapi.json").json()


def digest(text: str) -> str:
    """The digest of a document or passage."""
    return sha256(text.encode()).hexdigest()


SOURCE = {
    "id": "tea-paper",
    "title": "On tea",
    "publisher": "A publisher",
    "source_kind": "health-article",
    "standing": "current",
    "accessed": "2026-11-22",
    "terms": "Free.",
    "document_sha256": digest(DOCUMENT),
    "citations": [
        {
            "source": "tea-paper",
            "supports": ["title", "publisher"],
            "passage": {"start": "Tea", "suffix": "Drinking", "sha256": digest("Tea")},
        }
    ],
}
CITATION = {
    "source": "tea-paper",
    "supports": ["name", "effect", "applies_to", "summary"],
    "section": "Tea",
    "passage": {
        "start": "Drinking tea",
        "end": "the risk",
        "sha256": digest("Drinking tea may lower the risk"),
    },
}
TOPIC = {
    "id": "tea-topic",
    "title": "Tea",
    "summary": "Tea may lower the risk.",
    "citations": [CITATION | {"supports": ["summary"]}],
}
RISK_FACTOR = {
    "id": "tea",
    "name": "Drinking tea",
    "topic": "tea-topic",
    "applies_to": "breast-cancer",
    "category": "lifestyle",
    "effect": "may-lower",
    "citations": [CITATION | {"supports": ["name", "effect", "applies_to"]}],
}


class Dumper(yaml.CSafeDumper):
    """Writes out what stands in several places."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_yaml(content: Any) -> str:
    """The text of a seed file."""
    return yaml.dump(content, Dumper=Dumper, sort_keys=False)


@cache
def small_files() -> dict[str, str]:
    """The texts of a small valid seed, by the names of its files."""
    from app.resources import RESOURCES

    contents: dict[str, Any] = {resource.kind: [] for resource in RESOURCES}
    contents |= {
        "documents": [],
        "withdrawn": [],
        "release": {"version": "2026.1.0", "date": "2026-01-01"},
        "sources": [SOURCE],
        "topics": [TOPIC],
        "risk-factors": [RISK_FACTOR],
    }
    return {name: write_yaml(content) for name, content in contents.items()}


def list_faults(seed: Seed) -> list[str]:
    """The faults of a seed without their lines, which depend on how YAML was written."""
    return [str(replace(fault, line=None)) for fault in seed.faults]


def write_seed(seed: Path, **files: Any) -> Path:
    """Write a small valid seed; keyword arguments replace the content of a file.

    A string stands for the file's text, bytes for its bytes, anything else is written as YAML.
    """
    seed.mkdir(exist_ok=True)
    changed = {name.replace("_", "-"): content for name, content in files.items()}
    for name, content in (small_files() | changed).items():
        path = seed / f"{name}.yaml"
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(write_yaml(content))
    return seed


@pytest.fixture
def tiny_seed(tmp_path: Path) -> Callable[..., Path]:
    """Writes the small seed, or another version of it, into the test's directory."""

    def write(**files: Any) -> Path:
        return write_seed(tmp_path / "seed", **files)

    return write


@pytest.fixture(scope="session")
def tiny_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the small seed: building one takes a second, copying it nothing."""
    from app.build import ensure_built
    from app.settings import Settings

    with once_for_all_workers(tmp_path_factory, "tiny") as directory:
        seed = write_seed(directory / "seed")
        ensure_built(Settings(seed=seed, database=directory / "tiny.db"))
    return directory / "tiny.db"


@pytest.fixture
def tiny(tiny_seed: Callable[..., Path], tiny_database: Path, tmp_path: Path) -> Settings:
    """Settings of the small seed, with a copy of its built database."""
    from app.settings import Settings

    directory = tmp_path / "var"
    directory.mkdir()
    shutil.copy(tiny_database, directory)
    return Settings(seed=tiny_seed(), database=directory / "tiny.db", public_url="http://test")


@pytest.fixture
def environment(tiny: Settings) -> dict[str, str]:
    """That of a process on the small seed, with its database built."""
    return os.environ | {"HER2_SEED": str(tiny.seed), "HER2_DATABASE": str(tiny.database)}
