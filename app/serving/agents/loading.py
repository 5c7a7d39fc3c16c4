"""The tools for agents, loaded at the first request for them: their library is large."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from app.serving.live import Live

if TYPE_CHECKING:
    from app.serving.agents.endpoint import Endpoint


class Tools:
    """Answers the requests to `/mcp` (ASGI) while `run()` is entered; the first ones wait."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.endpoint: asyncio.Future[Endpoint]  # made by `run`
        self.is_wanted = asyncio.Event()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """A stretch of time in which requests are answered."""
        self.endpoint = asyncio.get_running_loop().create_future()
        end = asyncio.Event()
        answering = asyncio.create_task(self.answer(self.endpoint, end))
        try:
            yield
        finally:
            end.set()
            self.is_wanted.set()
            await answering

    async def answer(self, loaded: "asyncio.Future[Endpoint]", end: asyncio.Event) -> None:
        """Load the endpoint, and keep it running until the end; its sessions belong to one task."""
        await self.is_wanted.wait()
        if end.is_set():
            return
        try:
            endpoint = await asyncio.to_thread(load_endpoint, self.live)
        except Exception as error:  # who waits for it is answered with this fault
            loaded.set_exception(error)
            return
        async with endpoint.run():
            loaded.set_result(endpoint)
            await end.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one POST."""
        self.is_wanted.set()
        endpoint = await asyncio.shield(self.endpoint)
        await endpoint(scope, receive, send)


def load_endpoint(live: Live) -> "Endpoint":
    """Import what answers: the library takes half a second, and 20 MB of memory."""
    from app.serving.agents.endpoint import Endpoint

    return Endpoint(live)
