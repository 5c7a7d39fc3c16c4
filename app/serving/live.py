"""The state of the data that answers now, and how a new database file takes its place."""

import asyncio
import logging
from pathlib import Path
from typing import NamedTuple

from starlette.types import Receive, Send

from app.serving.ready import ReadyAnswers
from app.serving.service import Service
from app.serving.stopping import stop_gracefully
from app.settings import Settings
from app.store.database import DatabaseUnusable

# How often the database file is looked at.
SECONDS = 1.0

log = logging.getLogger("her2_facts")


class FileMark(NamedTuple):
    """What tells one database file from the next."""

    inode: int
    size: int
    changed: int

    @classmethod
    def read(cls, path: Path) -> "FileMark | None":
        """The mark of a file, or None if there is none."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


class Live:
    """The service that answers now, and its ready answers.

    A request takes the service once, so that it is answered from one state of the data.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises DatabaseUnusable if the database can't be served."""
        self.settings = settings
        self.mark = FileMark.read(settings.database)
        self.service = Service.open(settings)
        self.ready = ReadyAnswers(settings.ready_bytes)
        self.reload_error: str | None = None

    def reload(self) -> None:
        """Take up a database file that has changed; a bad one leaves the last good data."""
        mark = FileMark.read(self.settings.database)
        if mark == self.mark:
            return
        self.mark = mark
        try:
            service = Service.open(self.settings)
        except DatabaseUnusable as error:
            self.reload_error = str(error)
            log.error("the last good data stay in use: %s", error)
            return
        self.service, self.ready = service, ReadyAnswers(self.settings.ready_bytes)
        self.reload_error = None
        log.info("data %s are served now", service.database.release.version)

    async def watch(self) -> None:
        """Look for a new database file for as long as the process serves."""
        while True:
            await asyncio.sleep(SECONDS)
            await asyncio.to_thread(self.reload)

    async def run(self, receive: Receive, send: Send) -> None:
        """The lifespan of the process (ASGI): watch the file from startup to shutdown."""
        await receive()
        async with stop_gracefully(self.settings.graceful_seconds / 2):
            task = asyncio.create_task(self.watch())
            await send({"type": "lifespan.startup.complete"})
            await receive()
            task.cancel()
        await send({"type": "lifespan.shutdown.complete"})
