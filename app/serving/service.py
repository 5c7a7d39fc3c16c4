"""`Service`: an open database and the public address at which it is served."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime
from functools import cached_property, wraps
from typing import TypeVar
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

from app.model.json_text import insert_base_url
from app.serving.answers import DISCLAIMER, Meta
from app.settings import Settings
from app.store.database import Database, open_database

TITLE = "HER2 Facts"
TOOLS_PATH = "/mcp"
SUMMARY = "Facts about HER2-positive breast cancer, each cited to its passage."
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Service:
    """One state of the data, and the base URL of all addresses in its answers."""

    database: Database
    base_url: str
    contact: str | None = None  # address of who answers for the data, if one is set
    has_tools: bool = True  # for agents

    @classmethod
    def open(cls, settings: Settings) -> "Service":
        """Open the built database; raises DatabaseUnusable if it can't be served.

        Its memory is freed once nothing uses the service.
        """
        database = open_database(settings.database)
        service = cls(database, settings.base_url, settings.contact_url, settings.mcp)
        weakref.finalize(service, database.close)
        return service

    @cached_property
    def origin(self) -> str:
        """The public address without its path: the origin in the sense of browsers (RFC 6454)."""
        return urljoin(self.base_url, "/").rstrip("/")

    @cached_property
    def prefix(self) -> str:
        """The path of the public address, which a proxy removes from each request."""
        return urlsplit(self.base_url).path

    @property
    def tools_url(self) -> str | None:
        """Where agents call tools, or None where they are off."""
        return f"{self.base_url}{TOOLS_PATH}" if self.has_tools else None

    @property
    def build(self) -> str:
        """The name of this build, in the addresses of files: these change with the code too."""
        return f"{self.database.release.version}-{self.database.fingerprint[:8]}"

    @cached_property
    def meta(self) -> bytes:
        """The JSON of `meta`, which is part of every JSON answer."""
        release = self.database.release
        return self.make_meta(release.version, release.date.isoformat(), release.digest)

    def cite_as(self, kind: str, record_id: str) -> str | None:
        """The address of a record in this release; None where the data are not released yet."""
        release = self.database.release
        if not release.is_recorded:
            return None
        return f"{self.base_url}/v1/releases/{release.version}/{kind}/{record_id}"

    def make_meta(self, version: str, day: str, digest: str) -> bytes:
        """The JSON of `meta` for a version of the data."""
        meta = Meta(
            version=version,
            date=day,
            digest=digest,
            license="CC-BY-4.0",
            disclaimer=DISCLAIMER,
            docs=f"{self.base_url}/docs",
            contact=self.contact,
        )
        return meta.model_dump_json().encode()

    @cached_property
    def last_modified(self) -> bytes:
        """The day of the release, as a header writes it."""
        midnight = datetime.combine(self.database.release.date, time(), UTC)
        return format_datetime(midnight, usegmt=True).encode()

    def public(self, text: bytes) -> bytes:
        """Put the base URL into a stored JSON text."""
        return insert_base_url(text, self.base_bytes)

    @cached_property
    def base_bytes(self) -> bytes:
        """The base URL as it is put into bytes."""
        return self.base_url.encode()


def keep_with_service(make: Callable[[Service], Made]) -> Callable[[Service], Made]:
    """Decorate a function so that its result is made once for each service and freed with it."""
    kept: WeakKeyDictionary[Service, Made] = WeakKeyDictionary()

    @wraps(make)
    def get(service: Service) -> Made:
        if service not in kept:
            kept[service] = make(service)
        return kept[service]

    return get
