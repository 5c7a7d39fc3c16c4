"""Starting and stopping: who has sent a request gets an answer, and the process ends."""

import os
import re
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from app.settings import Settings

from . import processes
from .bare import Server, read_all, read_answer, start
from .conftest import HTTP
from .processes import Process

GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
CLEAN = (0, -signal.SIGTERM)
OK = b"http/1.1 200 ok"
# A halted process wakes in any of its threads, and those of uvloop may take the signal: then Python
# hears of it only when the first requests are answered. So one of some tries has to show it.
TRIES = 4


def wait_to_the_end(server: Server) -> int:
    return server.process.wait(20)


def count_answers(server: Server, path: bytes, signal_: int) -> Counter[tuple[bytes, bool]]:
    """What 16 waiting clients get from a process that gets a signal meanwhile: the status lines,
    with whether the connection ends.

    The process is halted until all have sent their request: eight on connections that it has
    accepted, eight on connections that only the kernel knows.
    """
    known = [server.connect() for _ in range(8)]
    for connection in known:
        connection.sendall(GET % path)
        read_answer(connection)
    server.process.send_signal(signal.SIGSTOP)
    clients = known + [server.connect() for _ in range(8)]
    for client in clients:
        client.sendall(GET % path)
    server.process.send_signal(signal_)
    server.process.send_signal(signal.SIGCONT)
    answers = [read_all(client).lower() for client in clients]
    for client in clients:
        client.close()
    closing = b"\r\nconnection: close\r\n"
    return Counter((answer.partition(b"\r\n")[0], closing in answer) for answer in answers)


def check_answers(begin: Callable[[], AbstractContextManager[Server]], path: bytes) -> None:
    """All clients are answered, each time, and hear that the connection ends."""
    for _ in range(TRIES):
        with begin() as server:
            answers = count_answers(server, path, signal.SIGTERM)
            assert wait_to_the_end(server) in CLEAN
        assert {status for status, _ in answers} == {OK}
        if answers == {(OK, True): 16}:
            return
    pytest.fail(f"not all heard that the connection ends: {answers}")


@pytest.mark.parametrize("path", [b"a", b"busy", b"slow"])
def test_whose_request_had_arrived_is_answered_at_the_stop(path: bytes) -> None:
    check_answers(start, path)


def test_a_pipeline_is_answered_to_its_end_at_the_stop() -> None:
    with start() as server, server.connect() as client:
        client.sendall(GET % b"slow" * 3)
        time.sleep(0.1)
        server.process.terminate()
        assert read_all(client).count(b"HTTP/1.1 200 OK\r\n") == 3
        assert wait_to_the_end(server) in CLEAN


def test_neither_a_silent_client_nor_one_that_does_not_read_holds_the_stop() -> None:
    with start(graceful_seconds=1) as server, server.connect(), server.connect() as greedy:
        greedy.sendall(GET % b"big" * 3)
        greedy.recv(1)
        server.process.terminate()
        assert wait_to_the_end(server) in CLEAN


@contextmanager
def serve(environment: dict[str, str], *options: str, logs: str = "") -> Iterator[Server]:
    """`her2-facts serve` on a free port, once it has said its address; what it logs is a pattern."""
    with processes.start(
        "app.cli", "serve", "--port", "0", *options, environment=environment
    ) as process:
        try:
            lines = iter(process.stdout.readline, "")
            found = next(match for line in lines if (match := re.search(r":(\d+), docs", line)))
            yield Server(process, int(found[1]))
        finally:
            process.terminate()
        assert re.fullmatch(logs, process.stderr.read())


def test_the_service_answers_whom_it_has_heard(environment: dict[str, str]) -> None:
    check_answers(partial(serve, environment), b"v1/risk-factors")


def test_a_wildcard_is_said_as_an_address_and_an_interrupt_is_a_clean_end(
    environment: dict[str, str],
) -> None:
    with serve(environment, "--host", "0.0.0.0") as server:
        assert server.process.stdout.readline().startswith("Set HER2_PUBLIC_URL to the address")
        server.process.send_signal(signal.SIGINT)
        assert wait_to_the_end(server) == 0


def children(process: Process) -> list[int]:
    """The processes that it has started; one of them is multiprocessing's tracker."""
    return [
        int(pid)
        for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()
    ]


def ask_again_and_again(server: Server) -> None:
    while answer := server.send(GET % b"healthz"):
        assert answer.startswith(b"HTTP/1.1 200 OK")


def replace_a_worker(server: Server) -> list[int]:
    """Kill one of two workers, and wait until another has taken its place."""
    first, second = children(server.process)
    os.kill(first, signal.SIGKILL)
    for _ in range(100):
        assert HTTP.get(f"http://127.0.0.1:{server.port}/readyz").status_code == 200
        now = children(server.process)
        if len(now) == 2 and first not in now:
            break
        time.sleep(0.1)
    assert len(now) == 2
    assert second in now
    return now


def end_workers(server: Server, workers: list[int]) -> None:
    """End both, though a client holds one by reading nothing: nobody else waits for it."""
    with server.connect() as greedy:
        greedy.sendall(GET % b"assets/redoc.standalone.js" * 8)
        greedy.recv(1)
        server.process.terminate()
        with pytest.raises(ConnectionError):  # and no TimeoutError
            ask_again_and_again(server)
        assert server.process.poll() is None
    assert wait_to_the_end(server) in CLEAN
    for pid in workers:
        assert not Path(f"/proc/{pid}").exists()


def test_an_ipv6_address_and_a_wildcard_are_said_as_addresses() -> None:
    assert Settings(host="::1", port=80).base_url == "http://[::1]:80"
    for host in ("0.0.0.0", "::"):
        assert Settings(host=host, port=80).base_url == f"http://{socket.gethostname()}:80"


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://example.org/her2/", "https://example.org/her2"),
        ("https://example.org/", "https://example.org"),
        ("http://example.org:8080/a/b", "http://example.org:8080/a/b"),
    ],
)
def test_the_public_address_may_have_a_path(given: str, base: str) -> None:
    assert Settings(public_url=given).base_url == base


def test_a_misspelt_setting_is_said(environment: dict[str, str]) -> None:
    environment |= {"HER2_WORKRES": "2", "HER2_FACTS_PORT": "tcp://10.0.0.1:80", "HER2_ZZZZ": "1"}
    done = processes.run("app.cli", "serve", environment=environment)
    assert done.returncode == 1
    assert done.stderr == (
        "HER2_WORKRES: no such setting; did you mean HER2_WORKERS?\nHER2_ZZZZ: no such setting\n"
    )


def test_a_database_that_cannot_be_served_ends_before_it_listens(
    environment: dict[str, str], tiny: Settings
) -> None:
    tiny.database.write_text("my diary")
    serve = ("serve", "--port", "0", "--workers", "2")
    done = processes.run("app.cli", *serve, environment=environment)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
