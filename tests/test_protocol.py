"""Connections: what is no request, too large, or too much at once.

Over real sockets, with uvicorn started as anybody starts it. When uvicorn changes under our
protocol, this file fails.
"""

import inspect
import re
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import zip_longest

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.serving.protocol import MOST_AT_ONCE, Protocol

from .bare import APPS, Server, check_problem, read_all, read_answer, send_until_closed, start

GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
LINE = b"GET / HTTP/1.1\r\n"
HEAD = LINE + b"Host: x\r\n"


@pytest.fixture(scope="module", params=APPS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with start(request.param) as server:
        yield server


def test_uvicorn_is_as_the_protocol_knows_it() -> None:
    methods = (
        "connection_made connection_lost data_received eof_received pause_writing resume_writing "
        "on_headers_complete on_body _start_asgi_task on_response_complete shutdown"
    )
    for name in methods.split():
        theirs, ours = getattr(HttpToolsProtocol, name), getattr(Protocol, name)
        assert list(inspect.signature(theirs).parameters) == list(
            inspect.signature(ours).parameters
        ), name
    source = inspect.getsource(HttpToolsProtocol.on_response_complete)
    # What stands in our own way of it, besides the timer that ours does without.
    assert "self.server_state.total_requests += 1" in source
    assert "self.flow.resume_reading()" in source
    assert uvicorn.__version__.startswith("0."), "read on_response_complete again"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"HELLO\r\n\r\n", 400),
        (b"GET /v1/\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/0.9\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400),
        (LINE + b"\r\n", 400),
        (HEAD + b"Host: x\r\n\r\n", 400),
        (GET % b"\xff", 400),
        (GET % b"v1/search?q=na\xefve", 400),
        (b"GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (HEAD + b"A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (HEAD + b"A: " + b"a" * 70_000, 431),
        (HEAD + (b"A: " + b"a" * 1000 + b"\r\n") * 70 + b"\r\n", 431),
        (HEAD + (b"a" * 1000 + b": \r\n") * 70 + b"\r\n", 431),
        (HEAD + b"a:\r\n" * 300 + b"\r\n", 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"a" * 70_000, 414),
        (HEAD + b"Content-Length: 100000\r\n\r\n", 413),
    ],
)  # fmt: skip
def test_what_is_no_request_or_too_large_is_refused(
    server: Server, request_: bytes, status: int
) -> None:
    before = server.counters()["bad_requests"]
    check_problem(server.send(request_), status)
    assert server.counters()["bad_requests"] == before + 1


@pytest.mark.parametrize(
    ("beginning", "status"), [(b"GET /", 414), (HEAD + b"A: ", 431), (HEAD + b"A", 431)]
)
def test_what_never_ends_is_refused_while_it_arrives(
    server: Server, beginning: bytes, status: int
) -> None:
    with server.connect() as connection:
        connection.sendall(beginning)
        assert send_until_closed(connection, b"a" * 65536) < 20_000_000
        answer = connection.recv(65536)
    check_problem(answer, status)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"\r\n" + HEAD + b"Connection: close\r\n\r\n",
        HEAD + b"Connection: close\r\nA: " + b"a" * 60_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        HEAD + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello",
        HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    ],
)
def test_what_is_odd_but_right_is_answered(server: Server, request_: bytes) -> None:
    assert server.send(request_).startswith(b"HTTP/1.1 200 OK\r\n")


def test_raw_utf_8_in_an_address_is_read_as_percent_encoded(server: Server) -> None:
    raw = "v1/\u0153?q=\N{TRADE MARK SIGN}&a=%20[]|".encode()
    answer = server.send(
        HEAD.replace(b"/ ", b"/" + raw + b" ") + b"X: \xe9\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n/v1/%C5%93")


def test_a_request_to_switch_protocols_is_answered_as_http(server: Server) -> None:
    switch = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(switch + GET % b"second")
        assert read_answer(connection).endswith(b"\r\n\r\n/")
        assert read_answer(connection).endswith(b"\r\n\r\n/second")


def test_a_body_may_come_piece_by_piece(server: Server) -> None:
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        for part in (chunked, b"5", b"\r\n", b"he", b"llo\r\n", b"0\r\n", b"\r\n", b"\r\n"):
            connection.sendall(part)
            time.sleep(0.01)
        connection.sendall(GET % b"second" + b"x\r\n\r\n")
        assert read_answer(connection).endswith(b"\r\n\r\n/")
        assert read_answer(connection).endswith(b"\r\n\r\n/second")


def test_a_client_that_closes_its_half_gets_its_answers(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(GET % b"slow" + GET % b"slow")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).count(b"HTTP/1.1 200 OK\r\n") == 2


@pytest.mark.parametrize("path", [b"slow", b"a"])
def test_answers_come_in_order_and_the_refusal_last(server: Server, path: bytes) -> None:
    answers = server.send(GET % path + GET % b"b" + b"rubbish\r\n\r\n")
    first, second, third = re.split(rb"(?=HTTP/1.1 \d)", answers)[1:]
    assert first.endswith(b"/" + path)
    assert second.endswith(b"/b")
    check_problem(third, 400)


def test_a_long_pipeline_is_cut(server: Server) -> None:
    answers = server.send(GET % b"slow" + GET % b"a" * 5000)
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 1 + 64


@pytest.mark.parametrize("more", [b"", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"])
def test_a_long_pipeline_of_what_lies_ready_is_cut(server: Server, more: bytes) -> None:
    answers = server.send((GET % b"a").replace(b"\r\n\r\n", b"\r\n" + more + b"\r\n") * 5000)
    assert 64 <= answers.count(b"HTTP/1.1 200 OK\r\n") <= MOST_AT_ONCE + 1 + 64


def send_pieces(server: Server, *pieces: bytes) -> list[bytes]:
    """The answers to what comes piece by piece, until the server closes."""
    return send_all_pieces(server, [pieces])[0]


def send_all_pieces(server: Server, many: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
    """The same, on many connections side by side."""
    with ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in many]
        for connection in connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for round_ in zip_longest(*many, fillvalue=b""):
            for connection, piece in zip(connections, round_, strict=True):
                connection.sendall(piece)
            time.sleep(0.005 + 0.0005 * len(many))  # until the server has read them
        for connection in connections:
            connection.shutdown(socket.SHUT_WR)
        return [re.split(rb"(?=HTTP/1.1 \d)", read_all(each))[1:] for each in connections]


UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
INNER = GET % b"inner"
# A request whose body looks like another request; its own answer says how much of it was read.
BODIES = {
    "of ASCII": INNER,
    "of UTF-8": b"GET /" + "\u00e9".encode() * 40 + b"\r\n" + INNER,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("more", [b"", UPGRADE])
@pytest.mark.parametrize("path", [b"body", b"a"])
def test_a_body_is_no_request(server: Server, path: bytes, more: bytes, body: bytes) -> None:
    head = b"POST /%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n"
    request = head % (path, more, len(body))
    said = b"%d" % len(body) if path == b"body" else b"/a"
    for place in (0, 1, len(body) - 1, len(body)):
        begun, rest = request + body[:place], body[place:]
        for pieces in ([begun + rest], [begun, rest] if rest else [begun]):
            answers = send_pieces(server, *pieces[:-1], pieces[-1] + GET % b"second")
            assert [answer.rpartition(b"\r\n\r\n")[2] for answer in answers] == [said, b"/second"]


def test_a_chunked_body_behind_an_upgrade_is_refused(server: Server) -> None:
    chunked = HEAD + UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    check_problem(server.send(chunked + INNER), 400)


PIPELINE = (
    GET % b"a"
    + b"\r\n"
    + HEAD.replace(b"GET", b"HEAD")
    + b"\r\n"
    + (GET % b"body")
    .replace(b"GET", b"POST")
    .replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\nabc")
    + HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    + GET % b"last"
)


def test_a_pipeline_may_be_cut_anywhere(server: Server) -> None:
    def drop_dates(answers: list[bytes]) -> list[bytes]:
        return [re.sub(rb"date: .*", b"", answer) for answer in answers]

    expected = drop_dates(send_pieces(server, PIPELINE))
    assert len(expected) == 5
    places = range(1, len(PIPELINE))
    many = [(PIPELINE[:n], PIPELINE[n : n + 9], PIPELINE[n + 9 :]) for n in places]
    for pieces, answers in zip(many, send_all_pieces(server, many), strict=True):
        assert drop_dates(answers) == expected, pieces


def test_a_large_head_behind_others_is_refused_too(server: Server) -> None:
    large = HEAD + b"A: " + b"a" * 70_000 + b"\r\n\r\n"
    for place in (0, 10, 60_000, 66_000, 70_020):
        first, second = send_pieces(server, GET % b"a" + large[:place], large[place:])
        assert first.endswith(b"/a")
        check_problem(second, 431)


def test_what_follows_a_body_that_nobody_reads_is_a_request(server: Server) -> None:
    post = HEAD + b"Content-Length: 5\r\n\r\n"
    for pieces in ([post + b"hello"], [post, b"hello"]):
        *before, last = pieces
        answers = send_pieces(server, *before, last + GET % b"second" + b"rubbish\r\n\r\n")
        first, second, third = answers
        assert first.endswith(b"\r\n\r\n/")
        assert second.endswith(b"/second")
        check_problem(third, 400)


def test_only_the_head_is_answered_to_head(server: Server) -> None:
    head = HEAD.replace(b"GET", b"HEAD") + b"\r\n"
    answers = server.send(head + HEAD + b"Connection: close\r\n\r\n")
    first, second = answers.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.endswith(b"content-length: 1\r\n\r\n")
    assert second == first.removesuffix(b"\r\n") + b"connection: close\r\n\r\n/"


def test_an_endless_body_is_not_read(server: Server) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    with server.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        assert send_until_closed(connection, chunk) < 20_000_000
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_who_reads_a_body_sees_that_it_is_too_long_before_it_ends(server: Server) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    post = HEAD.replace(b"GET /", b"POST /body") + b"Transfer-Encoding: chunked\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(post)
        assert send_until_closed(connection, chunk) < 20_000_000
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert int(answer.rpartition(b"\r\n")[2]) > 65_535


def test_a_body_that_is_read_is_whole(server: Server) -> None:
    post = HEAD.replace(b"GET /", b"POST /body") + b"Content-Length: 60000\r\n\r\n"
    with server.connect() as connection:
        for part in (post, b"a" * 59_999, b"a", GET % b"second"):
            connection.sendall(part)
            time.sleep(0.01)
        assert read_answer(connection).endswith(b"\r\n\r\n60000")
        assert read_answer(connection).endswith(b"\r\n\r\n/second")


def test_an_endless_frame_is_not_read(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;")
        assert send_until_closed(connection, b"a" * 65536) < 20_000_000


@pytest.mark.parametrize("target", APPS)
def test_uvicorn_logs_each_request_where_it_logs_at_all(target: str) -> None:
    with start(target, log="--access-log") as server:
        assert server.send(GET % b"a" * 3 + b"x\r\n\r\n").count(b"HTTP/1.1 200 OK\r\n") == 3
        for _ in range(3):
            assert '"GET /a HTTP/1.1" 200 OK' in server.process.stdout.readline()


@pytest.mark.parametrize("target", APPS)
def test_resets_leave_no_trace_in_the_log(target: str) -> None:
    """That the log is clean is what `start` checks at its end."""
    with start(target) as server:
        for path in (b"slow", b"big", b"a"):
            for number in (1, 2, 50, 100):
                for wait in (0.0, 0.02):
                    connection = server.connect()
                    reset = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                    connection.sendall(GET % path * number)
                    time.sleep(wait)
                    connection.close()
        assert server.send(GET % b"slow" * 3 + b"x\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
