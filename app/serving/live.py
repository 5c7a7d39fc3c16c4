"""The state of the data that answers now, and how a new database file takes its place."""

import asyncio
import contextlib
import ctypes
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from app.serving.export import measure_files
from app.serving.library import warm_pages
from app.serving.ready import ReadyAnswers
from app.serving.service import Service
from app.settings import Settings
from app.store.database import DatabaseUnusable

# How often the database file is looked at.
SECONDS = 1.0
# What is made beside the first answers takes the processor from them, so it begins later.
BESIDE_AFTER = 0.3
# A clock of a file system is no finer: within it two writes may leave the same mark.
TICK_NANOSECONDS = 50_000_000

log = logging.getLogger("her2_facts")


def warm(service: Service) -> None:
    """Make what many answers need, so that no request waits for it."""
    measure_files(service)
    warm_pages(service)


def give_memory_back() -> None:
    """Give the system what the start has freed; glibc alone keeps it, and has this call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class FileMark(NamedTuple):
    """What tells one database file from the next, and from itself before it was written to."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int  # no program can set this time: `cp -p` and `rsync` set only the other

    @classmethod
    def read(cls, path: Path) -> "FileMark | None":
        """The mark of a file, or None if there is none to read."""
        try:
            status = path.stat()
        except OSError:
            return None
        times = status.st_mtime_ns, status.st_ctime_ns
        return cls(status.st_dev, status.st_ino, status.st_size, *times)

    def is_settled(self) -> bool:
        """Whether a write from now on would leave another mark."""
        return abs(time.time_ns() - max(self.modified, self.changed)) > TICK_NANOSECONDS


class Live:
    """The service that answers now, and its ready answers.

    A request takes the service once, so that it is answered from one state of the data.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises DatabaseUnusable if the database can't be served."""
        self.settings = settings
        mark = FileMark.read(settings.database)
        self.service = Service.open(self.settings)
        self.mark = mark if mark and mark.is_settled() else None
        self.ready = ReadyAnswers(settings.ready_bytes)
        self.reload_error: str | None = None
        self.reloads = self.reload_errors = 0
        self.former_hits = 0  # of the ready answers of former data

    def reload(self) -> None:
        """Take up a database file that has changed; a bad one leaves the last good data."""
        service = self.open_changed()
        if service is not None:
            self.take_up(service)

    def open_changed(self) -> Service | None:
        """Open the file if it has changed, or if it was bad; None where the data stay as they are.

        It is read whole, without a lock. One that is written to meanwhile is left for the next
        look, and so is the mark of one that changed just now.
        """
        mark = FileMark.read(self.settings.database)
        is_same_file = mark is not None and mark == self.mark
        if is_same_file and self.reload_error is None:
            return None
        try:
            service = Service.open(self.settings)
        except (DatabaseUnusable, MemoryError) as error:
            self.note_error(str(error) or "no memory for it")
            return None
        if mark is None or mark != FileMark.read(self.settings.database):
            return None
        self.mark = mark if mark.is_settled() else None
        if self.reload_error is not None:
            self.reload_error = None
            log.info("the database file is good again")
        if service.database.content() == self.service.database.content():
            return None
        warm(service)
        return service

    def note_error(self, error: str) -> None:
        """Tell a failure: once in the log, for as long as it lasts by `/readyz` and metrics."""
        if error != self.reload_error:
            self.reload_error = error
            self.reload_errors += 1
            log.error("the last good data stay in use: %s", error)

    def take_up(self, service: Service) -> None:
        """Answer from new data; in the thread of the requests, so that none sees half of it."""
        self.former_hits += self.ready.hits
        self.service, self.ready = service, ReadyAnswers(self.settings.ready_bytes)
        self.reloads += 1
        log.info("data %s are served now", service.database.release.version)

    async def watch(self) -> None:
        """Look for a new database file for as long as the process serves."""
        while True:
            await asyncio.sleep(SECONDS)
            try:
                service = await asyncio.to_thread(self.open_changed)
                if service is not None:
                    self.take_up(service)
            except Exception as error:  # the watch goes on, whatever is wrong with a file
                self.note_error(repr(error))

    async def warm_later(self) -> None:
        """Make what is missing, once the first requests have been answered."""
        await asyncio.sleep(BESIDE_AFTER)
        await asyncio.to_thread(warm, self.service)
        give_memory_back()

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """A stretch of time in which the file is watched; at its start what is missing is made."""
        making = asyncio.create_task(self.warm_later())
        watching = asyncio.create_task(self.watch())
        try:
            yield
        finally:
            watching.cancel()
            making.cancel()
