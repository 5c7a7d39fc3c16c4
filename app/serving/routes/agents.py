"""/mcp: tools for agents (Model Context Protocol), by POST alone; what answers is loaded apart."""

from fastapi import HTTPException, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.errors import problem_response, shorten_value
from app.serving.service import TOOLS_PATH

ALLOWED = "POST, OPTIONS"
OFF = "The tools for agents are off here: HER2_MCP is false."
POST_ONLY = "{} is not allowed: the tools for agents are called by POST ({})."
CORS = (b"access-control-allow-methods", ALLOWED.encode())


class AgentsRoute:
    """Leads requests to the tools, if they are on (ASGI)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_methods(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], CORS]
            await send(message)

        await self.choose(scope)(scope, receive, send_with_methods)

    def choose(self, scope: Scope) -> ASGIApp:
        """What answers a request; raises HTTPException 404 where the tools are off."""
        tools: ASGIApp | None = scope["state"]["tools"]
        if tools is None:
            raise HTTPException(404, OFF)
        if scope["method"] == "POST":
            return tools
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ALLOWED})
        detail = POST_ONLY.format(shorten_value(scope["method"]), ALLOWED)
        return problem_response(scope, 405, detail, headers={"Allow": ALLOWED})


ROUTES = [
    Route(path, AgentsRoute(), include_in_schema=False) for path in (TOOLS_PATH, f"{TOOLS_PATH}/")
]
