"""HTTP/1.1 on a socket: uvicorn's protocol, with limits that no client can pass.

The one place that touches uvicorn's insides; tests/test_protocol.py fails when they change. A
connection is *idle* while it is the client's turn: to send a request, or to read an answer.
"""

import asyncio
import functools
from math import inf
from typing import Any

import httptools
from uvicorn.protocols.http import httptools_impl as uvicorn_http

from app.serving import refusals
from app.serving.connections import COUNTERS, WATCH
from app.serving.ready import ANSWER_AT_ONCE
from app.serving.refusals import LARGEST, Refusal
from app.serving.representations import Reply
from app.settings import Settings

MOST_PIPELINED = 64
MOST_AT_ONCE = 2  # answers to one piece of data: more would keep all other connections waiting
# After the last words: how long, and how much, is still read and thrown away.
LINGER_SECONDS = 2
LINGER_BYTES = 1_000_000
cached_settings = functools.cache(Settings)


class Protocol(uvicorn_http.HttpToolsProtocol):
    """A connection that is bounded in bytes, in time and in number."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.settings = cached_settings()
        # Where uvicorn logs what it sends, it sends everything.
        lent = {} if self.access_log else self.app_state
        self.answer_at_once = lent.get(ANSWER_AT_ONCE, lambda scope: None)
        self.ws_protocol_class = None  # a request for another protocol is answered in HTTP/1.1
        # Bytes of a head so far; of all data since it began; of the last body; of one to skip.
        self.head = self.arrived = self.body = self.skipped = 0
        self.is_plain, self.at_once = True, 0  # the last request; answers to the last data
        self.answering: uvicorn_http.RequestResponseCycle | None = None
        self.last_words: bytes | None = None  # said after the answers; nothing more is read
        self.begun, self.half_closed = True, False  # whether the time for a head is running
        self.deadline, self.progress, self.unsent = inf, inf, 0

    # asyncio calls:

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.begin_head()
        WATCH.begun += 1
        WATCH.start(self.loop, self.connections)
        if not WATCH.make_room(self.connections, self.settings.connections):
            self.end(503, refusals.ALL_BUSY)
        WATCH.idle[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        WATCH.idle.pop(self, None)
        # uvicorn knows only the newest request of a pipeline; an older one must not be written.
        if self.answering:
            self.answering.disconnected = True
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.at_once = 0
        if self.last_words is not None:
            self.head += len(data)
            return self.transport.abort() if self.head > LINGER_BYTES else None
        try:
            self.read(data)
        except (httptools.HttpParserError, Refusal) as error:
            self.refuse(error)
        if self.answering is None and not self.begun and self.has_part():
            self.begin_head()
        if self.answering and self.answering.more_body:
            WATCH.idle.setdefault(self)  # it is the client's turn until the body is whole
        elif self.body and self.answering is self.cycle and not self.flow.write_paused:
            WATCH.idle.pop(self, None)
        if WATCH.stopping:
            self.stop()

    def read(self, data: bytes) -> None:
        """Feed the parser, but for a body that it would skip."""
        if self.skipped:
            body, data = data[: self.skipped], data[self.skipped :]
            self.skipped -= len(body)
            self.on_body(body)
            if not self.skipped:
                self.on_message_complete()
        is_held = self.has_part()
        begins_request = not is_held and not self.has_body_to_come()
        if begins_request and not data.isascii():
            data = refusals.encode_address(data)
        self.arrived = len(data) + (self.arrived if is_held else 0)
        self.head += len(data)
        try:
            self.parser.feed_data(data)
            if self.head:
                self.check_rest(data if begins_request else b"")
        except httptools.HttpParserUpgrade as upgrade:
            # The answer is in HTTP/1.1, and so is what follows: the body, then other requests.
            self.skipped = int(dict(self.headers).get(b"content-length", 0))
            self.cycle.more_body = self.skipped > 0
            self.read(data[upgrade.args[0] :])

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has said all, and closed its half, still gets its answers."""
        self.half_closed = True
        if self.answering:
            self.end()
        return self.answering is not None

    def pause_writing(self) -> None:
        super().pause_writing()
        WATCH.idle[self] = None
        WATCH.idle.move_to_end(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.answering:
            WATCH.idle.pop(self, None)

    # The parser calls; an exception ends it:

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        self.is_plain = refusals.check_head(self.url, self.headers, version, self.arrived)
        self.head = self.body = 0
        if len(self.pipeline) >= MOST_PIPELINED:
            raise Refusal
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.head = 0
        self.body += len(body)
        super().on_body(body)
        if self.body > LARGEST:  # who reads the body has seen that it is too long
            raise Refusal

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.cycle.more_body = False  # also where the answer came before the end of the body

    # uvicorn calls:

    def _start_asgi_task(self, cycle: uvicorn_http.RequestResponseCycle, app: Any) -> None:
        WATCH.begun += 1
        self.deadline = inf
        if not self.flow.write_paused:  # else it waits until the client reads
            WATCH.idle.pop(self, None)
            # The rest is left to uvicorn: it reads a body, takes turns, closes with a word.
            is_usual = self.is_plain and cycle.keep_alive and not WATCH.stopping
            has_turn = self.at_once < MOST_AT_ONCE
            if is_usual and has_turn and (made := self.answer_at_once(cycle.scope)):
                self.write_reply(cycle, made)
                return
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    def write_reply(self, cycle: uvicorn_http.RequestResponseCycle, made: Reply) -> None:
        """Write what lay ready as uvicorn would, without a task and a look at each header."""
        self.at_once += 1
        cycle.response_started = cycle.response_complete = True
        cycle.on_response = lambda: None  # else a circle, which is not freed at once
        common = self.server_state.default_headers
        self.transport.writelines(made.write(cycle.scope["method"], common))
        self.on_response_complete()

    def on_response_complete(self) -> None:
        self.answering = None
        WATCH.idle[self] = None
        if self.pipeline:
            super().on_response_complete()  # begins the next request, which ends here too
            return
        # Without uvicorn's timer for each answer: one look a second sees to all times.
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.last_words is not None:
            self.say_last_words()
            return
        self.begun = self.has_part()
        limits = self.settings.keep_alive_seconds, self.settings.header_seconds
        self.deadline = self.loop.time() + limits[self.begun]

    def shutdown(self) -> None:
        """End with the answer under way; what arrived just now is still answered."""
        WATCH.stopping = True
        begun = WATCH.stop_begun or self.loop.time()
        self.loop.call_at(begun + self.settings.graceful_seconds, self.transport.abort)
        self.loop.call_later(0.05, self.close_idle)
        self.stop()

    def begin_head(self) -> None:
        """Start the time within which a head has to be whole."""
        self.begun = True
        self.deadline = self.loop.time() + self.settings.header_seconds

    def has_part(self) -> bool:
        """Whether a part of a head has arrived: the scope gets its method at the end of it."""
        return self.scope is not None and "method" not in self.scope

    def has_body_to_come(self) -> bool:
        """Whether a part of a body is outstanding."""
        return self.cycle is not None and self.cycle.more_body

    def check_rest(self, first: bytes) -> None:
        """Bound what the parser holds, or skips; `first` is data that begin a request, or empty."""
        if self.has_part():
            refusals.check_part(self.url, self.head, first)
        elif self.has_body_to_come():
            refusals.check_size(b"", self.head)  # the frame of a chunked body
        else:
            self.head = 0  # empty lines, or the end of a body

    def refuse(self, error: Exception) -> None:
        """Read no further, and say why, unless the request has its answer already."""
        COUNTERS.bad_requests += 1
        refusal = refusals.find_refusal(error)
        self.end(0 if self.has_body_to_come() else refusal.status, refusal.detail)

    def end(self, status: int = 0, detail: str = "") -> None:
        """Read no more; close once all before is answered, and with a problem if there is one."""
        said = detail, self.settings.contact_url, self.server_state.default_headers
        self.last_words = refusals.write_problem(status, *said) if status else b""
        if self.answering is None:
            self.say_last_words()

    def say_last_words(self) -> None:
        """Close our half; a close with bytes unread would take the answer along (RFC 9112, 9.6)."""
        if self.last_words:
            self.transport.write(self.last_words)
        self.head = 0
        self.deadline = self.loop.time() + LINGER_SECONDS
        closes_whole = self.half_closed or not self.transport.can_write_eof()
        self.transport.close() if closes_whole else self.transport.write_eof()

    def stop(self) -> None:
        """Make the newest answer the last."""
        if self.answering and self.last_words is None:
            self.cycle.keep_alive = False

    def close_idle(self) -> None:
        """Close at the server's stop, unless a request has come meanwhile."""
        if self.answering is None:
            self.transport.close()
