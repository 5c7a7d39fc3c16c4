"""The tools over HTTP: the SDK's transport, behind the limits and in the words of this service."""

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Message, Receive, Scope, Send

from app.serving.agents.server import make_server
from app.serving.collected import Collected
from app.serving.errors import problem_response
from app.serving.live import Live
from app.serving.refusals import LARGEST
from app.settings import Settings

LOCAL = ("127.0.0.1", "localhost", "[::1]")
PORT = re.compile(r":\d*$")
DEFAULT_PORTS = {"http": 80, "https": 443}
JSON_TYPE = b"application/json"
# What the SDK refuses without a message of the protocol.
REFUSED = {
    400: "Content-Type should be application/json.",
    403: "A page of another origin may not call the tools: the origin of HER2_PUBLIC_URL may.",
    406: "Accept should allow application/json.",
    408: "The body did not arrive in time; send the request again.",
    413: f"The body has more than {LARGEST} bytes.",
    421: "The Host header is not that of HER2_PUBLIC_URL, nor of this machine.",
}


def list_hosts(settings: Settings) -> list[str]:
    """What a Host header may say: the public address, with its port or without, and this machine.

    A proxy may pass the name alone.
    """
    public = urlsplit(settings.base_url)
    address = public.netloc.rpartition("@")[2].lower()
    name = PORT.sub("", address)
    local = [host for name in LOCAL for host in (name, f"{name}:*")]
    return [name, address, f"{name}:{DEFAULT_PORTS[public.scheme]}", settings.address, *local]


def list_origins(settings: Settings) -> list[str]:
    """The origins whose pages may call the tools."""
    public = urlsplit(settings.base_url)
    local = [f"http://{name}{port}" for name in LOCAL for port in ("", ":*")]
    return [f"{public.scheme}://{public.netloc.lower()}", *local]


class Endpoint:
    """Answers the requests to `/mcp` (ASGI), while `run()` is entered."""

    def __init__(self, live: Live) -> None:
        self.seconds = live.settings.header_seconds
        # A call is milliseconds of work: between two of them other requests have their turn.
        self.turn = asyncio.Lock()
        self.manager = StreamableHTTPSessionManager(
            make_server(lambda: live.service),
            json_response=True,
            stateless=True,
            max_request_body_size=LARGEST,
            security_settings=TransportSecuritySettings(
                allowed_hosts=list_hosts(live.settings),
                allowed_origins=list_origins(live.settings),
            ),
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """The stretch of time in which requests are answered."""
        return self.manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one POST."""
        answer = Collected()
        body = await self.read_body(receive)
        if isinstance(body, int):
            answer.status = body
        else:
            async with self.turn:
                await asyncio.sleep(0)
                if await has_left(receive):
                    answer.status = 408  # nobody waits for the answer: others have their turn
                else:
                    await self.manager.handle_request(
                        lower_host(scope), once(body, receive), answer.send
                    )
        if answer.status >= 400 and not is_json(answer):
            problem = problem_response(scope, answer.status, REFUSED[answer.status])
            await problem(scope, receive, send)
            return
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"".join(answer.parts)})

    async def read_body(self, receive: Receive) -> bytes | int:
        """The body of a request, or the status that refuses it: too long, or too late."""
        body = bytearray()
        try:
            async with asyncio.timeout(self.seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return 408  # its client has gone
                    body += message.get("body", b"")
                    if len(body) > LARGEST:
                        return 413
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            return 408


async def has_left(receive: Receive) -> bool:
    """Whether the client of a request that has arrived has closed its connection."""
    message = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    if message.done():
        return bool(message.result()["type"] == "http.disconnect")
    message.cancel()
    return False


def once(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read already, and then what comes after it."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def lower_host(scope: Scope) -> Scope:
    """The request with its host in lower case, as hosts are compared (RFC 9110, 4.2.3)."""
    headers = [(n, v.lower() if n in (b"host", b"origin") else v) for n, v in scope["headers"]]
    return dict(scope, headers=headers)


def is_json(answer: Collected) -> bool:
    """Whether an answer is a message of the protocol."""
    types = [value for name, value in answer.headers if name == b"content-type"]
    return any(value.startswith(JSON_TYPE) for value in types)
