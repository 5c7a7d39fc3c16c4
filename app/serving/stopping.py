"""How the server stops: whoever has sent a request by then is answered."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

from app.serving.connections import WATCH

# Three such stretches in which nothing arrives, and nothing waits in the kernel's queues.
QUIET_SECONDS = 0.01

Handler = Callable[[int, FrameType | None], Any]


@contextlib.asynccontextmanager
async def stop_gracefully(seconds: float) -> AsyncIterator[None]:
    """A lifespan in which a signal stops the server only once all that had arrived is taken in.

    At a signal uvicorn closes its sockets, and the kernel resets whoever waits in their queues.
    So its handler is called later: first everything that waits is accepted, read and answered.
    """
    stop = Stop(asyncio.get_running_loop(), seconds)
    stop.install()
    try:
        yield
    finally:
        stop.remove()


class Stop:
    """The way from a signal to the end of the server."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self.seconds = seconds
        self.handlers: dict[int, Handler] = {}
        self.task: asyncio.Task[None] | None = None

    def install(self) -> None:
        """Stand before the handlers that the server has set, where it has set any."""
        if threading.current_thread() is threading.main_thread():
            found = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
            self.handlers = {n: handler for n, handler in found.items() if callable(handler)}
        for number in self.handlers:
            signal.signal(number, self.handle)

    def remove(self) -> None:
        """Leave the handlers as they were."""
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Begin to stop; who presses Ctrl-C twice is in a hurry."""
        if not WATCH.stopping:
            WATCH.stopping = True
            self.loop.call_soon_threadsafe(self.start, number)
        elif number == signal.SIGINT:
            self.handlers[number](number, frame)

    def start(self, number: int) -> None:
        """Run the last part in the loop; a task needs somebody who holds it."""
        WATCH.stop_begun = self.loop.time()
        self.task = self.loop.create_task(self.finish(number))

    async def finish(self, number: int) -> None:
        """Wait until nothing more arrives, or for so long; then let the server stop."""
        end = self.loop.time() + self.seconds
        quiet = 0
        while quiet < 3 and self.loop.time() < end:
            begun = WATCH.begun
            await asyncio.sleep(QUIET_SECONDS)  # in it the loop looks at every socket
            quiet = quiet + 1 if WATCH.begun == begun else 0
        self.handlers[number](number, None)
