"""Settings, read from the environment with the prefix HER2_."""

import difflib
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import __version__

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent
# A wheel has the seed and the migrations inside the package; in a checkout they lie beside it.
IS_INSTALLED = (PACKAGE / "seed").is_dir()
SEED, MIGRATIONS = ((PACKAGE if IS_INSTALLED else PROJECT) / n for n in ("seed", "migrations"))
PREFIX = "HER2_"
# Listening there means listening everywhere, and is no address to call.
WILDCARDS = ("0.0.0.0", "::", "")


def default_database() -> Path:
    """Where the database is built: in the checkout, else where the user's programs keep such."""
    if IS_INSTALLED:
        folder = user_cache_path("her2-facts", appauthor=False, version=__version__)
    else:
        folder = PROJECT / "var"
    return folder / "her2-facts.db"


class Settings(BaseSettings):
    """Where the data lies and how it is served."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    database: Path = Field(default_factory=default_database, description="The built database.")
    seed: Path = Field(SEED, description="Directory of the YAML files.")
    ready_bytes: int = Field(
        64_000_000, ge=0, description="Bytes of memory for ready answers; 0 keeps none."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        description="Scheme, host, port and path that clients see; every address in an answer "
        "starts with it. Never taken from a request. Default: http://HOST:PORT.",
    )
    contact: str | None = Field(
        None,
        pattern=r"^(https?://[^\s<>\"]+|[^\s<>\":/?@]+@[^\s<>\":/?@]+\.[^\s<>\":/?@]+)$",
        description="Web or mail address for reports of mistakes; shown on each page, in `meta` "
        "and in errors. Default: none is shown.",
    )
    mcp: bool = Field(True, description="Answer agents at /mcp, by the Model Context Protocol.")
    workers: int = Field(1, ge=1, description="Processes that answer requests.")
    connections: int = Field(
        1000,
        ge=1,
        description="Most connections of a worker; keep it below its limit of open files. At the "
        "limit the one idle longest is closed for a new one.",
    )
    header_seconds: float = Field(10, gt=0, description="Time for the head of a request.")
    keep_alive_seconds: int = Field(15, ge=1, description="How long an idle connection is kept.")
    stall_seconds: float = Field(60, gt=0, description="How long a client may read nothing.")
    graceful_seconds: int = Field(10, ge=1, description="Time for the last answers at a stop.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="How it is logged.")
    access_log: bool = Field(False, description="Log a line of JSON for each request.")
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port for Prometheus, on HOST; each worker takes the next one that is free.",
    )

    @property
    def address(self) -> str:
        """Where the service listens."""
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def metrics_ports(self) -> range:
        """The ports that the workers share out among themselves; none if metrics are off."""
        first = self.metrics_port or 0
        return range(first, first + self.workers if first else first)

    @property
    def contact_url(self) -> str | None:
        """The address for reports of mistakes, as a link has it."""
        is_mail = self.contact is not None and "://" not in self.contact
        return f"mailto:{self.contact}" if is_mail else self.contact

    @property
    def base_url(self) -> str:
        """What every address in an answer starts with."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = socket.gethostname() if self.host in WILDCARDS else self.host
        return f"http://{bracketed(host)}:{self.port}"


def bracketed(host: str) -> str:
    """A host as a URL writes it: an address of IPv6 in brackets (RFC 3986)."""
    return f"[{host}]" if ":" in host else host


def check_names(environment: Iterable[str]) -> list[str]:
    """A message for each variable that looks like a setting and is none."""
    names = [PREFIX + name.upper() for name in Settings.model_fields]
    # Kubernetes sets HER2_FACTS_PORT and more for a Service named her2-facts.
    ours = [name for name in environment if name.upper().startswith(PREFIX)]
    unknown = [
        name for name in ours if name.upper() not in names and not name.startswith("HER2_FACTS_")
    ]
    return [f"{name}: no such setting{nearest(name, names)}" for name in sorted(unknown)]


def nearest(name: str, names: list[str]) -> str:
    """A hint at what may be meant, or nothing."""
    near = difflib.get_close_matches(name.upper(), names, n=1)
    return f"; did you mean {near[0]}?" if near else ""
