"""A bare ASGI application, to look at connections without a service behind them; and its server."""

import asyncio
import contextlib
import dataclasses
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.serving.connections import COUNTERS
from app.serving.errors import Problem
from app.serving.ready import ANSWER_AT_ONCE
from app.serving.refusals import LARGEST
from app.serving.representations import Reply
from app.serving.stopping import stop_gracefully

from . import processes
from .processes import Process

BIG = bytes(30_000_000)
# Two applications that answer the same: with a task for each request, and without.
APPS = ("tests.bare:app", "tests.bare:ready_app")


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        async with stop_gracefully(5):
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(0.3)
    if scope["path"] == "/busy":
        time.sleep(0.02)
    size = 0
    if scope["path"] == "/body":
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST or not message.get("more_body"):
                break
    made = reply(scope, size)
    await send(made.start)
    await send(made.end)


def reply(scope: Any, size: int = 0) -> Reply:
    """What is answered to a path; `size` is that of the body that was read."""
    counters = json.dumps(dataclasses.asdict(COUNTERS)).encode()
    bodies = {"/big": BIG, "/counters": counters, "/body": str(size).encode()}
    body = bodies.get(scope["path"], scope["raw_path"])
    return Reply(200, [(b"content-length", str(len(body)).encode())], body)


def answer_at_once(scope: Any) -> Reply | None:
    """What lies ready: all that takes no time and has no body to read."""
    return None if scope["path"] in ("/slow", "/busy", "/body") else reply(scope)


async def ready_app(scope: Any, receive: Any, send: Any) -> None:
    """The same, of which most lies ready."""
    if scope["type"] == "lifespan":
        scope["state"][ANSWER_AT_ONCE] = answer_at_once
    await app(scope, receive, send)


class Server(NamedTuple):
    """A running server and the way to it."""

    process: Process
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def send(self, data: bytes) -> bytes:
        """All that comes back until the server closes."""
        with self.connect() as connection:
            connection.sendall(data)
            return read_all(connection)

    def counters(self) -> dict[str, int]:
        answer = self.send(b"GET /counters HTTP/1.0\r\n\r\n")
        counters: dict[str, int] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return counters


@contextlib.contextmanager
def start(
    target: str = APPS[0], *, log: str = "--no-access-log", **settings: object
) -> Iterator[Server]:
    """uvicorn as anybody starts it, with our protocol; at the end it has logged nothing bad."""
    environment = os.environ | {f"HER2_{name.upper()}": str(settings[name]) for name in settings}
    options = ["--http", "app.serving.protocol:Protocol", "--no-use-colors", log]
    with processes.start(
        "uvicorn", target, "--port", "0", *options, environment=environment
    ) as process:
        try:
            for line in process.stderr:
                if found := re.search(r"running on http://127.0.0.1:(\d+)", line):
                    break
            assert found, "the server did not start"
            yield Server(process, int(found[1]))
        finally:
            process.terminate()
            said = process.stderr.read()
        assert all(line.startswith("INFO:") for line in said.splitlines()), said


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def read_answer(connection: socket.socket) -> bytes:
    """One answer with its length, and no more."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1) or b"\r\n\r\n"
    head = data.lower()
    rest = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while rest and (part := connection.recv(rest)):
        data, rest = data + part, rest - len(part)
    return data


def check_problem(answer: bytes, status: int) -> None:
    """One answer with a problem, after which the connection ends."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert int(first.split()[1]) == status
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert "date" in headers
    assert int(headers["content-length"]) == len(body)
    problem = json.loads(body)
    assert (problem["status"], problem.keys()) == (status, Problem.model_fields.keys())


def send_until_closed(connection: socket.socket, part: bytes, wait: float = 0) -> int:
    """How many bytes went before the server closed; the system takes some on its behalf."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 200_000_000:
            sent += connection.send(part)
            time.sleep(wait)
    return sent
