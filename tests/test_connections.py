"""Connections in time and number: who is slow or many leaves room for everybody else.

Over real sockets, with a bare application that says nothing itself.
"""

import time
from collections.abc import Iterator

import pytest

from .bare import APPS, BIG, Server, check_problem, read_all, read_answer, send_until_closed, start

GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module", params=APPS)
def small(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server with little room and little patience."""
    seconds = {"header_seconds": 0.5, "keep_alive_seconds": 1, "stall_seconds": 1}
    with start(request.param, connections=10, **seconds) as server:
        yield server


def test_who_sends_nothing_or_too_slowly_is_left(small: Server) -> None:
    silent, idle = small.connect(), small.connect()
    idle.sendall(GET % b"a")
    read_answer(idle)
    dripping = [small.connect(), small.connect()]
    dripping[0].sendall(HEAD)
    dripping[1].sendall(HEAD + b"Content-Length: 60000\r\n\r\n")
    for connection in dripping:
        assert send_until_closed(connection, b"a", 0.01) < 1000
    assert silent.recv(1) == idle.recv(1) == b""
    for connection in (silent, idle, *dripping):
        connection.close()


def test_a_head_that_does_not_end_is_too_late(small: Server) -> None:
    befores = (b"", GET % b"a", GET % b"slow")
    timeouts = small.counters()["timeouts"]
    connections = [small.connect() for _ in befores]
    for connection, before in zip(connections, befores, strict=True):
        connection.sendall(before + HEAD)
    for connection, before in zip(connections, befores, strict=True):
        with connection:
            if before:
                assert read_answer(connection).startswith(b"HTTP/1.1 200 OK\r\n")
            check_problem(read_all(connection), 408)
    assert small.counters()["timeouts"] == timeouts + len(befores)


def test_who_has_its_answer_may_wait_for_longer_than_for_a_head(small: Server) -> None:
    before = small.counters()["timeouts"]
    with small.connect() as idle:
        idle.sendall(GET % b"a" * 2)
        read_answer(idle)
        read_answer(idle)
        assert idle.recv(1) == b""  # after a second, at the next look
    assert small.counters()["timeouts"] == before


def test_who_does_not_read_is_left(small: Server) -> None:
    before = small.counters()["timeouts"]
    with small.connect() as connection:
        connection.sendall(GET % b"big")
        for _ in range(100):
            if small.counters()["timeouts"] > before:
                break
            time.sleep(0.1)
        else:
            pytest.fail("the connection is still there")
        assert len(read_all(connection)) < len(BIG)


def test_idle_connections_make_room(small: Server) -> None:
    before = small.counters()["evictions"]
    with small.connect() as oldest:
        others = [small.connect() for _ in range(9)]
        for connection in others:
            connection.sendall(GET % b"a")
            read_answer(connection)
        for _ in range(5):
            others.append(small.connect())
            assert small.send(GET % b"" + b"x\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
        for connection in (oldest, others[0]):
            connection.settimeout(0.5)  # sooner than its own time is over
            assert connection.recv(1) == b""
    assert small.counters()["evictions"] > before
    for connection in others:
        connection.close()


def test_who_has_not_sent_its_body_makes_room(small: Server) -> None:
    post = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
    waiting = [small.connect() for _ in range(10)]
    for number, connection in enumerate(waiting):
        connection.sendall(post + b"a" * (number % 2))
    time.sleep(0.2)
    assert small.send(GET % b"" + b"x\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
    waiting[-1].sendall(b"a")
    assert read_answer(waiting[-1]).endswith(b"\r\n\r\n2")
    for connection in waiting:
        connection.close()


def test_only_where_all_are_answering_one_is_turned_away(small: Server) -> None:
    busy = [small.connect() for _ in range(10)]
    for connection in busy:
        connection.sendall(GET % b"slow" * 5)
    time.sleep(0.2)
    check_problem(small.send(b""), 503)
    for connection in busy:
        for _ in range(5):
            assert read_answer(connection).startswith(b"HTTP/1.1 200 OK\r\n")
        connection.close()
    assert small.counters()["refused_connections"] == 1


def test_who_does_not_read_makes_room_though_much_is_asked(small: Server) -> None:
    greedy = [small.connect() for _ in range(10)]
    for connection in greedy:
        connection.sendall(GET % b"big" * 3)
    time.sleep(0.3)
    assert small.send(GET % b"" + b"x\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
    for connection in greedy:
        connection.close()
