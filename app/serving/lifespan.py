"""The lifespan of the process (ASGI): what runs beside the requests, from startup to shutdown."""

import gc
import os
import resource
from contextlib import nullcontext

from starlette.types import Receive, Send

from app.serving.agents.loading import Tools
from app.serving.live import Live
from app.serving.logs import configure_logging, log
from app.serving.meter import Meter
from app.serving.stopping import stop_gracefully
from app.settings import check_names

# Objects of a request are freed without the collector, and its pauses should be short.
COLLECT_AFTER = (20_000, 50, 100)
# What a process has open besides its connections.
OTHER_FILES = 20


async def run_lifespan(
    live: Live, meter: Meter, tools: Tools | None, receive: Receive, send: Send
) -> None:
    """Set logs and metrics up, watch the database file, and stop so that nobody is cut off."""
    await receive()
    configure_logging(live.settings)
    # The command line has refused misspelled names already.
    for message in (*check_names(os.environ), *check_open_files(live.settings.connections)):
        log.warning(message)
    try:
        start_metrics(live, meter)
    except OSError as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    # What is loaded by now stays as long as the process: the collector need not look at it again.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    answering = tools.run() if tools else nullcontext()
    async with stop_gracefully(live.settings.graceful_seconds / 2), live.watched(), answering:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


def check_open_files(connections: int) -> list[str]:
    """What is wrong with the limit of open files, if it is."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or connections + OTHER_FILES <= limit:
        return []
    return [
        f"HER2_CONNECTIONS is {connections}, but a process may open only {limit} files here: raise "
        "that limit, or clients beyond it are turned away without an answer"
    ]


def start_metrics(live: Live, meter: Meter) -> None:
    """Serve metrics where a port is set; raises OSError if none is free."""
    if live.settings.metrics_ports:
        # Imported here: the library takes a tenth of a second.
        from app.serving.metrics import serve_metrics

        serve_metrics(live, meter)
