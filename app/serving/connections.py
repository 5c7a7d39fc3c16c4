"""What the connections of a process share: how many wait for whom, and what became of them."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
            connection.check_time(loop.time())
        if connections:
            self.start(loop, connections)


COUNTERS = Counters()
WATCH = Watch()
