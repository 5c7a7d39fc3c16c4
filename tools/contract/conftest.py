"""What the suite stands on: the real service, run by its own command line on a database of its own,
its OpenAPI document, and the tools of Node.js. Nothing but 127.0.0.1 is asked for anything.
"""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
BIN = HERE / ".venv" / "bin"
NODE_MODULES = HERE / "node_modules"
# Programs on generated clients.
CLIENTS = HERE / "clients"
README = (HERE.parents[1] / "README.md").read_text("utf-8").replace("\\\n", " ")
HER2_FACTS = HERE.parents[1] / ".venv" / "bin" / "her2-facts"
# Redocly would tell its maker of each run, and ask for a newer version.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints; if it fails, that is the failure's message."""
    path = {"PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | QUIET | path | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"{Path(command[0]).name} failed:\n{done.stdout[:20000]}", pytrace=False)
    return done.stdout


@pytest.fixture
def node(tmp_path: Path) -> Callable[..., str]:
    """Runs an installed tool of Node.js, or `node` itself, in a directory that can import them."""
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)

    def call(tool: str, *arguments: str | Path) -> str:
        command = "node" if tool == "node" else NODE_MODULES / ".bin" / tool
        return run(command, *arguments, cwd=tmp_path)

    return call


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The service's settings: a database that it has to build first."""
    return {"HER2_DATABASE": str(tmp_path_factory.mktemp("var") / "her2-facts.db")}


@pytest.fixture(scope="session")
def service(environment: dict[str, str]) -> Iterator[str]:
    """Address of the running service."""
    server = subprocess.Popen(
        [HER2_FACTS, "serve", "--port", "0"],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    try:
        told = ""
        while not (found := re.search(r"^HER2 Facts at ([^,]+),", told, re.M)):
            line = server.stdout.readline()
            assert line, f"the service did not start: {told}"
            told += line
        wait_until_ready(found[1])
        yield found[1]
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def wait_until_ready(address: str) -> None:
    """Ask until the service answers; raise what went wrong if it does not in ten seconds."""
    for _ in range(100):
        try:
            httpx.get(f"{address}/readyz").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    httpx.get(f"{address}/readyz").raise_for_status()


@pytest.fixture(scope="session")
def get(service: str) -> Iterator[Callable[..., httpx.Response]]:
    """Asks the service for a path; only a good answer comes back."""
    with httpx.Client(base_url=service) as client:
        yield lambda path, **options: client.get(path, **options).raise_for_status()


@pytest.fixture(scope="session")
def document(get: Callable[..., httpx.Response], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The OpenAPI document as the service gives it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_bytes(get("/openapi.json").content)
    return path


@pytest.fixture(scope="session")
def collections(get: Callable[..., httpx.Response]) -> list[str]:
    """The address of every list of records, as the OpenAPI document has them."""
    paths = get("/openapi.json").json()["paths"]
    return [path for path in paths if "{" not in path and f"{path}/{{id}}" in paths]


@pytest.fixture
def generate(
    get: Callable[..., httpx.Response], node: Callable[..., str], tmp_path: Path
) -> Callable[[str], str]:
    """Runs the line of README that has some words; returns what it printed."""
    (tmp_path / "openapi-client.json").write_bytes(get("/openapi-client.json").content)

    def call(words: str) -> str:
        (line,) = re.findall(rf"^.*{re.escape(words)}.*$", README, re.M)
        tool, *arguments = shlex.split(line.removeprefix("npx "), comments=True)
        if line.startswith("npx "):
            return node(Path(tool).name, *arguments)
        return run(BIN / tool, *arguments, cwd=tmp_path)

    return call


@pytest.fixture
def check_first(get: Callable[..., httpx.Response]) -> Callable[[str], None]:
    """Checks that a program printed, in its last line, the value of the first survival figure."""
    first = get("/v1/survival").json()["items"][0]["value_percent"]

    def check(printed: str) -> None:
        assert float(printed.split()[-1]) == first, printed

    return check
