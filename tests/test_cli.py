"""The command line: what each command prints, and its exit status."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import httpx
import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from app.cli import cli
from app.serving.errors import Problem
from app.settings import Settings

from . import processes
from .conftest import HTTP

Write = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs a command of `her2-facts` on a tiny seed, in this process."""

    def her2_facts(*arguments: str, **more: str) -> Result:
        env = environment | more
        return CliRunner().invoke(cli, arguments, env=env, catch_exceptions=False)

    return her2_facts


def test_build_says_what_it_built_and_fails_without_a_trace(run: Run, tiny_seed: Write) -> None:
    done = run("build")
    assert done.exit_code == 0
    assert "tiny.db: data 2026.1.0+dev, digest " in done.stdout
    tiny_seed(drugs="no\n")
    done = run("build")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "seed/drugs.yaml:1: should be a list, each item after '- '",
        "the seed has faults: nothing was built",
    ]


def test_serve_refuses_a_foreign_database(environment: dict[str, str], tiny: Settings) -> None:
    tiny.database.write_text("my diary")
    done = processes.run("app.cli", "serve", "--port", "0", environment=environment)
    assert done.returncode == 1
    assert "not a database of HER2 Facts; move it away or set HER2_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr
    assert tiny.database.read_text() == "my diary"


def test_serve_says_that_the_port_is_taken(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = processes.run("app.cli", "serve", "--port", port, environment=environment)
    assert done.returncode == 1
    assert done.stderr == (
        f"can't listen on 127.0.0.1:{port}: Address already in use; set HOST or PORT\n"
    )


def raw(address: str, line: bytes) -> httpx.Response:
    """What the server answers to a first line that no client would send."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as connection:
        connection.sendall(line + b"\r\nHost: x\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in headers)]
    return httpx.Response(int(status.split()[1]), headers=pairs, content=body)


def test_serve_builds_says_where_it_is_and_ends_on_a_signal(
    environment: dict[str, str], tiny: Settings
) -> None:
    """The command itself, as it is installed, and not as a fork."""
    tiny.database.unlink()
    command = [Path(sys.executable).with_name("her2-facts"), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline().startswith("data 2026.1.0+dev, digest ")
            line = server.stdout.readline()
            assert line.startswith("HER2 Facts at http://127.0.0.1:")
            address = line.split()[3].rstrip(",")
            ready = {"status": "ok", "data_version": "2026.1.0+dev", "reload_error": None}
            assert HTTP.get(f"{address}/readyz").json() == ready
            long = b"GET /v1?q=" + b"x" * 10**5 + b" HTTP/1.1"
            for line, status in ((b"GET /v1/\0 HTTP/1.1", 400), (long, 414)):
                answer = raw(address, line)
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json().keys() == Problem.model_fields.keys()
                assert (answer.status_code, answer.json()["status"]) == (status, status)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(10)


def test_the_version_is_that_of_the_package(run: Run) -> None:
    done = run("--version")
    assert (done.exit_code, done.stdout) == (0, f"her2-facts {metadata.version('her2-facts')}\n")


@pytest.mark.parametrize("command", get_command(cli).commands)  # type: ignore[attr-defined]
def test_every_command_says_that_a_setting_is_misspelt(run: Run, command: str) -> None:
    arguments = {"migration": ["x"], "passage": [__file__, "x"], "export": ["x"]}
    arguments |= {"verify": ["."], "coverage": ["."], "cites": [__file__], "new": ["x"]}
    arguments |= {"schema": ["x"], "guide": [__file__]}
    done = run(command, *arguments.get(command, []), HER2_SEEDS="x")
    assert done.exit_code == 1
    assert done.stderr == "HER2_SEEDS: no such setting; did you mean HER2_SEED?\n"


@pytest.mark.parametrize("first", [0, 1])
def test_metrics_are_never_on_the_public_port(environment: dict[str, str], first: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment |= {"HER2_METRICS_PORT": str(port - first), "HER2_WORKERS": "2"}
    done = processes.run("app.cli", "serve", "--port", str(port), environment=environment)
    assert done.returncode == 1
    assert done.stderr == f"HER2_METRICS_PORT: the service itself is at {port}\n"


def test_a_server_without_a_database_ends_with_one_line(tmp_path: Path) -> None:
    factory = ("--factory", "app.main:create_app", "--port", "0")
    environment = os.environ | {"HER2_DATABASE": str(tmp_path / "none.db")}
    done = processes.run("uvicorn", *factory, environment=environment)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}/none.db: no such database; `her2-facts build` makes it\n"
