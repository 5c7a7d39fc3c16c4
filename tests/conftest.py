"""Fixtures: the real database, built once per run from the real seed by the real migrations.

Take `api` to ask the service, `settings` to look at the database behind it, and `tiny_seed` (a few
records written by the test itself) to show an odd case. Nothing here is ever changed by a test.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app.build import build
from app.main import create_app
from app.model.passage import digest
from app.resources import RESOURCES
from app.serving.transport import Transport
from app.settings import PROJECT, Settings

DOCUMENT = "Tea\n\nDrinking tea may lower the risk.\n\n  • Green tea\n  • Black tea\n"


class Api:
    """The service as a client sees it, without a network."""

    def __init__(self, service: Transport) -> None:
        self.service = service

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.service, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, url, **options)

        return asyncio.run(ask())

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def pages(self, url: str) -> list[dict[str, Any]]:
        """Every page of a list, by following `next`."""
        pages: list[dict[str, Any]] = []
        following: str | None = url
        while following:
            pages.append(self.get(following).raise_for_status().json())
            following = pages[-1]["next"]
        return pages


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(
        database=tmp_path_factory.mktemp("var") / "her2-facts.db",
        seed=PROJECT / "seed",
        host="127.0.0.1",
        port=8000,
        public_url="http://test",
    )
    build(settings)
    return settings


@pytest.fixture(scope="session")
def service(settings: Settings) -> Transport:
    return Transport(create_app(settings))


@pytest.fixture(scope="session")
def api(service: Transport) -> Api:
    return Api(service)


@pytest.fixture(scope="session")
def openapi(api: Api) -> dict[str, Any]:
    return api.get("/openapi.json").json()


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


@pytest.fixture
def tiny_seed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small valid seed; keyword arguments replace the content of a file.

    A string stands for the file's text, bytes for its bytes, anything else is written as YAML.
    """

    def write(**files: Any) -> Path:
        seed = tmp_path / "seed"
        seed.mkdir(exist_ok=True)
        contents: dict[str, Any] = {resource.kind: [] for resource in RESOURCES}
        contents |= {
            "documents": [],
            "withdrawn": [],
            "release": {"version": "2026.1.0", "date": "2026-01-01"},
            "sources": [SOURCE],
            "topics": [TOPIC],
            "risk-factors": [RISK_FACTOR],
        }
        contents |= {name.replace("_", "-"): content for name, content in files.items()}
        for name, content in contents.items():
            path = seed / f"{name}.yaml"
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif isinstance(content, str):
                path.write_text(content)
            else:
                path.write_text(yaml.safe_dump(content, sort_keys=False))
        return seed

    return write
