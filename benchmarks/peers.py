"""The servers that the service is compared with: how each is started on the same data."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.answers import Answers, save
from benchmarks.servers import PROJECT, Server, free_port, running
from benchmarks.shipped import NGINX, write_configuration

DATASETTE = PROJECT / "benchmarks" / ".venv" / "bin" / "datasette"
# Facts with their citations and notes nested, as JSON that SQLite makes.
FACTS = """
SELECT facts.id, facts.name, facts.category, facts.topic, facts.applies_to, facts.as_of,
  (SELECT json_group_array(json(cited)) FROM
    (SELECT json_object('source', source, 'title', sources.title, 'supports',
      json_group_array(field), 'section', section, 'start', passage_start, 'end', passage_end,
      'sha256', passage_sha256, 'seen', seen, 'deep_link', deep_link) AS cited
     FROM citations JOIN sources ON sources.id = source
     WHERE record = facts.id AND note IS NULL GROUP BY citation)) AS citations,
  (SELECT json_group_array(json_object('kind', kind, 'text', text))
   FROM notes WHERE notes.record = facts.id) AS notes
FROM facts
"""
QUERIES = {
    "fact": {"sql": f"{FACTS} WHERE facts.id = :id"},
    "facts": {"sql": f"{FACTS} ORDER BY facts.rowid LIMIT :limit"},
}
REST = 2.0  # seconds
PREFIX = "/her2"  # of the shipped configuration
NESTED = "_shape=array&_json=citations&_json=notes"
NGINX_CONF = """
{user}
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=1000;
    server {{ listen 127.0.0.1:{port}; root {directory}; }}
}}
"""


def run_cli(*arguments: str | Path, timeout: float = 120, **settings: str) -> None:
    """A command of the service, with these settings."""
    subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | environment(settings),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=timeout,
    )


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Settings of the service as it reads them."""
    return {f"HER2_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def start_service(core: int, **settings: str) -> Iterator[Server]:
    """The service itself, with these settings, once it has made what it makes after its start."""
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with running(command, port, environment(settings), core, "/readyz") as server:
        time.sleep(REST)
        yield server


def start_ceiling(answers: Answers, core: int, folder: Path) -> AbstractContextManager[Server]:
    """The bare ASGI function that sends these answers."""
    path, port = folder / "answers.json", free_port()
    save(answers, path)
    target = next(iter(answers))
    command = [sys.executable, "-m", "benchmarks.ceiling", str(path), str(port)]
    return running(command, port, core=core, path=target)


def start_tutorial(
    facts: list[dict[str, Any]], core: int | None, folder: Path
) -> AbstractContextManager[Server]:
    """The facts as FastAPI's and SQLModel's tutorials serve them."""
    path, port = folder / "facts.json", free_port()
    path.write_text(json.dumps(facts), "utf-8")
    database = folder / "tutorial.db"
    command = [sys.executable, "-m", "benchmarks.tutorial", path, database, str(port)]
    return running(command, port, core=core, path="/docs")


def start_datasette(core: int, folder: Path, database: str) -> AbstractContextManager[Server]:
    """Datasette on the exported database, with canned queries."""
    run_cli("export", folder / "export", database=database)
    metadata, port = folder / "metadata.json", free_port()
    metadata.write_text(json.dumps({"databases": {"her2-facts": {"queries": QUERIES}}}), "utf-8")
    command = [DATASETTE, "serve", "--port", str(port), "--metadata", metadata, "--immutable"]
    return running([*command, folder / "export" / "her2-facts.sqlite"], port, core=core)


def start_nginx(files: dict[str, bytes], core: int, folder: Path) -> AbstractContextManager[Server]:
    """nginx on static files with these names and bytes."""
    directory, port = folder / "static", free_port()
    directory.mkdir(exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    # As root, nginx would read the files as another user, who may not enter the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    conf = directory / "nginx.conf"
    conf.write_text(NGINX_CONF.format(user=user, directory=directory, port=port), "utf-8")
    return running([str(NGINX), "-c", conf, "-p", directory], port, core=core)


@contextmanager
def start_cache(core: int, folder: Path, database: str) -> Iterator[Server]:
    """nginx as it is shipped, in front of two replicas: what is measured is nginx alone."""
    directory, port = folder / "cache", free_port()
    directory.mkdir(exist_ok=True)
    with ExitStack() as stack:
        public = f"http://127.0.0.1:{port}{PREFIX}"
        replicas = [
            stack.enter_context(start_service(core, database=database, public_url=public)).port
            for _ in range(2)
        ]
        command = [
            str(NGINX),
            "-p",
            directory,
            "-c",
            write_configuration(directory, port, replicas),
        ]
        yield stack.enter_context(running(command, port, core=core))


def check_same_records(ours: bytes, theirs: bytes) -> None:
    """Raise unless two answers have the same records with as many citations."""
    if cited_records(ours) != cited_records(theirs):
        raise RuntimeError(f"not the same records: {theirs[:200]!r}")


def cited_records(body: bytes) -> list[tuple[str, int]]:
    """The id of each record in an answer, with the number of its citations."""
    content = json.loads(body)
    items: Sequence[Any] = content if isinstance(content, list) else content.get("items", [content])
    return [(item["id"], len(item["citations"])) for item in items]
