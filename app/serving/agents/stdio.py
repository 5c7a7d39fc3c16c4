"""The tools over standard input and output: for a program that starts this one."""

from mcp.server.stdio import stdio_server

from app.serving.agents.server import make_server
from app.serving.live import Live
from app.serving.logs import configure_logging
from app.settings import Settings


async def serve_stdio(settings: Settings) -> None:
    """Answer until the input ends; raises DatabaseUnusable if the database can't be served."""
    configure_logging(settings)
    live = Live(settings)
    server = make_server(lambda: live.service)
    async with live.watched(), stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
