"""nginx as it is shipped in deploy/, in front of two replicas of the service."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from benchmarks.shipped import NGINX, write_configuration

from . import processes
from .bare import Server
from .conftest import HTTP
from .processes import Process
from .test_observing import free_ports


def start_replica(database: Path, public_url: str) -> Server:
    """A replica that has said where it listens."""
    environment = os.environ | {
        "HER2_DATABASE": str(database),
        "HER2_SEED": str(database / "none"),
        "HER2_PUBLIC_URL": public_url,
    }
    port = free_ports()
    process = processes.start("app.cli", "serve", "--port", str(port), environment=environment)
    while line := process.stdout.readline():
        if line.startswith("HER2 Facts at"):
            return Server(process, port)
    raise AssertionError("the replica did not start")


@contextmanager
def running(process: Process | subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that ends with the test."""
    with process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


class Site:
    """What clients see: the address with the prefix, and the processes behind it."""

    def __init__(self, port: int, replicas: list[Server]) -> None:
        self.base = f"http://127.0.0.1:{port}/her2"
        self.replicas = replicas

    def get(self, path: str, **headers: str) -> httpx.Response:
        fields = {"Accept-Encoding": "identity"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return HTTP.get(f"{self.base}{path}", headers=fields)


@contextmanager
def serve_site(database: Path, directory: Path) -> Iterator[Site]:
    """Two replicas behind nginx."""
    assert NGINX
    port = free_ports()
    with ExitStack() as stack:
        replicas = []
        for _ in range(2):
            # With a slash at the end, as people write it.
            replicas.append(start_replica(database, f"http://127.0.0.1:{port}/her2/"))
            stack.enter_context(running(replicas[-1].process))
        command = [NGINX, "-p", str(directory), "-c"]
        ports = [replica.port for replica in replicas]
        command.append(str(write_configuration(directory, port, ports)))
        stack.enter_context(running(subprocess.Popen(command)))
        site = Site(port, replicas)
        client = stack.enter_context(
            httpx.Client(transport=httpx.HTTPTransport(retries=8))  # until it listens
        )
        client.get(f"{site.base}/readyz").raise_for_status()
        yield site
