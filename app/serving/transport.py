"""Transport: what goes for every answer, outside the application and its routing.

All that makes an answer cacheable stands here, so that a store of ready answers can later stand in
front of the application without touching a collection.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.serving.errors import PROBLEM_JSON, Problem, problem
from app.serving.formats import LINKSET, MEDIA_TYPES, PARTIAL_JSON

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, X-Request-ID, Allow",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# An answer is a page of data, never a page to run: the pages of the docs bring their own policy.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
CACHEABLE = "public, max-age=300, stale-while-revalidate=86400"
UNCACHED = ("/healthz", "/readyz")
# What is text, besides the types that the compression knows.
for media in (*MEDIA_TYPES.values(), PARTIAL_JSON, PROBLEM_JSON, "application/yaml", LINKSET):
    add_compress_type(media)
ENCODINGS = ("zstd", "br", "gzip")
WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
# Room for several hundred identifiers.
LONGEST_QUERY = 32_768
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
TAG = re.compile(r'(?:W/)?("[^"]*")')
# What a 304 repeats of the headers of the answer that it stands for.
KEPT_BY_304 = ("cache-control", "etag", "link", "vary", "x-request-id", "expires", "date")


class Transport:
    """Validators, compression, HEAD, and headers for any origin, on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        given = asked.get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        # A copy: the server compares the method in its own scope with what is sent.
        inner = dict(
            scope,
            method=method,
            headers=[*kept(scope["headers"]), *wanted_encoding(asked)],
            state={**scope.get("state", {}), "request_id": request_id},
        )
        answer = Answer()
        app = self.app if len(scope["query_string"]) <= LONGEST_QUERY else too_long
        try:
            await app(inner, receive, answer.collect)
        finally:
            if answer.start:
                answer.finish(scope, asked, request_id)
                await send(answer.start)
                await send({"type": "http.response.body", "body": answer.body})


async def too_long(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer to a query that is not worth reading."""
    detail = f"The query has more than {LONGEST_QUERY} characters; ask in several calls."
    await problem(Request(scope), 414, detail)(scope, receive, send)


def kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers that the application sees: no encodings, and no ranges, which none has."""
    return [header for header in headers if header[0] not in (b"accept-encoding", b"range")]


def wanted_encoding(asked: Headers) -> list[tuple[bytes, bytes]]:
    """The one encoding to use, for the compression, which itself honours no order of q-values."""
    weights = {"identity": 0.0}
    for part in ",".join(asked.getlist("accept-encoding")).lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        q = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        weights[name] = float(q) if WEIGHT.fullmatch(q) else 0.0
    given = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    best = max(ENCODINGS, key=lambda name: given[name])  # the first of equals
    wanted = given[best] > 0 and given[best] >= weights["identity"]
    return [(b"accept-encoding", best.encode())] if wanted else []


class Protocol(HttpToolsProtocol):
    """HTTP as the server speaks it; what can't be read as a request is a problem too."""

    def send_400_response(self, msg: str) -> None:
        detail = "This is no HTTP request: an unknown method, a raw character, or far too long."
        told = Problem(title="Bad Request", status=400, detail=detail, instance="")
        body = told.model_dump_json(exclude={"instance"}, exclude_none=True).encode()
        headers = HEADERS | {"Content-Type": PROBLEM_JSON, "Content-Length": str(len(body))}
        headers |= {"Cache-Control": "no-store", "Connection": "close"}
        lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {headers[name]}" for name in headers)]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()


class Answer:
    """A whole answer, collected so that its validator is known before it is sent."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""
        self.parts: list[bytes] = []

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.parts.append(message.get("body", b""))

    def finish(self, scope: Scope, asked: Headers, request_id: str) -> None:
        """Add the headers that go for every answer; make it a 304 or a HEAD if asked so."""
        self.body = b"".join(self.parts)
        headers = MutableHeaders(raw=list(self.start["headers"]))
        headers.update(HEADERS)
        headers["X-Request-ID"] = request_id
        headers["Content-Security-Policy"] = headers.get("content-security-policy", DATA_POLICY)
        headers["Vary"] = "Accept, Accept-Encoding"
        if headers.get("content-encoding") == "gzip":
            # Its header tells the time of day, and a validator should not change with it.
            self.body = self.body[:4] + bytes(4) + self.body[8:]
        headers["Content-Length"] = str(len(self.body))
        for name in ("accept-ranges", "transfer-encoding"):  # the body is whole, and only whole
            del headers[name]
        if self.start["status"] == 200 and scope["path"] not in UNCACHED:
            headers["Cache-Control"] = headers.get("cache-control", CACHEABLE)
            headers["ETag"] = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'
            if matches(", ".join(asked.getlist("if-none-match")), headers["ETag"]):
                self.start["status"] = 304
                for name in set(headers.keys()) - set(KEPT_BY_304):
                    if not name.startswith("access-control-"):
                        del headers[name]
                self.body = b""
        else:
            headers["Cache-Control"] = "no-store"
        if scope["method"] == "HEAD":
            self.body = b""
        self.start["headers"] = headers.raw


def matches(wanted: str, tag: str) -> bool:
    """Whether If-None-Match names this validator, by weak comparison."""
    return wanted.strip() == "*" or tag in TAG.findall(wanted)
