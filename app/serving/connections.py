"""What the connections of a process share: how many wait for whom, and what became of them."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.serving.refusals import TOO_LATE

if TYPE_CHECKING:
    from app.serving.protocol import Protocol


@dataclass
class Counters:
    """What happened to connections; counted, never logged one by one."""

    bad_requests: int = 0
    timeouts: int = 0
    evictions: int = 0
    refused_connections: int = 0


class Watch:
    """All connections of one server: a process runs one."""

    def __init__(self) -> None:
        self.idle: OrderedDict[Protocol, None] = OrderedDict()  # the longest idle first
        self.begun = 0  # connections and requests
        self.stopping = False
        self.stop_begun: float | None = None  # the loop's time at the signal
        self.timer: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop, connections: set[Any]) -> None:
        """Look at every connection once a second, for as long as there is one."""
        if self.timer is None:
            self.timer = loop.call_later(1, self.sweep, loop, connections)

    def make_room(self, connections: set[Any], most: int) -> bool:
        """Close the connection that is idle longest if there are too many; False if none is."""
        if len(connections) <= most:
            return True
        busy = len(connections) - 1 - len(self.idle)
        if self.idle:
            longest, _ = self.idle.popitem(last=False)
            connections.discard(longest)
            # With an answer that its client does not read, a close would wait for ever.
            unread = longest.transport.get_write_buffer_size()
            longest.transport.abort() if unread else longest.transport.close()
            COUNTERS.evictions += 1
        COUNTERS.refused_connections += busy >= most
        return busy < most

    def sweep(self, loop: asyncio.AbstractEventLoop, connections: set[Any]) -> None:
        """One look; closing a connection changes the set."""
        self.timer = None
        for connection in list(connections):
            self.check_time(connection, loop.time())
        if connections:
            self.start(loop, connections)

    def check_time(self, connection: "Protocol", now: float) -> None:
        """Close what is over its time: to read an answer, to send a head, to be idle."""
        before, unsent = connection.unsent, connection.transport.get_write_buffer_size()
        connection.unsent = unsent
        if not unsent:
            connection.progress = now
            if now > connection.deadline and not connection.transport.is_closing():
                self.time_out(connection)
        elif unsent < before or not before:
            connection.progress = now
            if connection in self.idle:
                self.idle.move_to_end(connection)
        elif now > connection.progress + connection.settings.stall_seconds:
            COUNTERS.timeouts += 1
            connection.transport.abort()

    def time_out(self, connection: "Protocol") -> None:
        """Close; who has begun a request hears that it is too late."""
        if connection.last_words is not None:
            connection.transport.abort()
            return
        COUNTERS.timeouts += connection.begun
        if connection.has_part():
            connection.end(408, TOO_LATE)
        else:
            connection.transport.close()


COUNTERS = Counters()
WATCH = Watch()
