"""The server process: how it starts, and how several share one socket."""

import contextlib
import os
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.serving.logs import describe_logging, log
from app.serving.protocol import Protocol
from app.settings import PREFIX, Settings

WORKER_START_SECONDS = 60
FACTORY = "app.main:create_app"


class Workers(Multiprocess):
    """uvicorn's supervisor of several processes, which says when all are up."""

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], announce: Callable[[], None]
    ) -> None:
        super().__init__(config, sockets)
        self.announce = announce
        self.ready = False

    def init_processes(self) -> None:
        super().init_processes()
        self.ready = all(
            process.wait_until_ready(WORKER_START_SECONDS, self.should_exit)
            for process in self.processes
        )
        if self.ready:
            self.announce()
        else:
            self.should_exit.set()

    def keep_subprocess_alive(self) -> None:
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            log.error("worker %s died, and another takes its place", pid)

    def terminate_all(self) -> None:
        super().terminate_all()
        # While this process held the socket open, who connects would wait for nobody.
        for listener in self.sockets:
            listener.close()


def make_config(service: Any, settings: Settings, **options: Any) -> uvicorn.Config:
    """How uvicorn runs the service; addresses and clients are never taken from headers."""
    return uvicorn.Config(
        service,
        http=Protocol,
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=describe_logging(settings),
        # The connections end by themselves before; this is for a handler that does not.
        timeout_graceful_shutdown=settings.graceful_seconds + 1,
        **options,
    )


class OneProcess(uvicorn.Server):
    """uvicorn's server, which says when it is up."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.announce()


def run(
    service: Any, settings: Settings, listener: socket.socket, announce: Callable[[], None]
) -> None:
    """Serve in this process, until a signal; Ctrl-C is a clean end."""
    config = make_config(service, settings, workers=1)
    with contextlib.suppress(KeyboardInterrupt):
        OneProcess(config, announce).run(sockets=[listener])


def run_workers(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> bool:
    """Serve in several processes, until a signal; False if one could not start."""
    for name in (
        "host",
        "port",
        "workers",
    ):  # where options have set them: a worker reads the environment
        os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))
    config = make_config(FACTORY, settings, factory=True, workers=settings.workers)
    workers = Workers(config, [listener], announce)
    workers.run()
    return workers.ready
