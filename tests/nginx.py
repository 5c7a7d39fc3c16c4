"""nginx as it is shipped in deploy/, in front of two replicas of the service."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from app.settings import PROJECT

from . import processes
from .bare import Server
from .conftest import HTTP
from .processes import Process
from .test_observing import free_ports

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")


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


def write_configuration(directory: Path, port: int, replicas: list[Server]) -> Path:
    """The shipped configuration, with the addresses and folders of this test."""
    text = CONFIGURATION
    changes = {
        "listen 8080": f"listen 127.0.0.1:{port}",
        "facts-1:8000": f"127.0.0.1:{replicas[0].port}",
        "facts-2:8000": f"127.0.0.1:{replicas[1].port}",
        "/tmp/nginx": str(directory / "nginx"),
        "worker_processes auto": "worker_processes 1",
        "http {\n": "http {\n" + "".join(
            f"{kind}_temp_path {directory}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
    }  # fmt: skip
    for old, new in changes.items():
        assert text.count(old) >= 1
        text = text.replace(old, new)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(f"{user}daemon off;\nerror_log stderr crit;\n{text}")
    return directory / "nginx.conf"


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
        command.append(str(write_configuration(directory, port, replicas)))
        stack.enter_context(running(subprocess.Popen(command)))
        site = Site(port, replicas)
        client = stack.enter_context(
            httpx.Client(transport=httpx.HTTPTransport(retries=8))  # until it listens
        )
        client.get(f"{site.base}/readyz").raise_for_status()
        yield site
