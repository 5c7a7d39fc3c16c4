"""Transport: what goes for every answer, outside the application and its routing."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-expose-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class Transport:
    """Lets any origin read every answer, also a failed one, and answers HEAD like GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            elif is_head:
                message["body"] = b""
            await send(message)

        # A copy: the server compares the method in its own scope with what is sent.
        inner = dict(scope, method="GET") if is_head else scope
        await self.app(inner, receive, send_on)
