"""HTTP around every answer: validators, ranges, codings, headers for any origin, faults.

The routes see GET requests and answer whole bodies. What is kept ready is answered here, before
any route is looked for.
"""

import re
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from app.serving.agents.loading import Tools
from app.serving.collected import Collected
from app.serving.conditional import reply
from app.serving.errors import problem_response
from app.serving.headers import DATA_POLICY, DEFAULT_HEADERS, PROBES, RAW_HEADERS, SAFE
from app.serving.lifespan import run_lifespan
from app.serving.live import Live
from app.serving.logs import log_fault, log_request
from app.serving.meter import Meter
from app.serving.negotiation import best_encoding
from app.serving.pages import page_format
from app.serving.ready import ANSWER_AT_ONCE, Spelling
from app.serving.representations import NO_BODY, Answer, Headers, Reply, encode_body
from app.serving.request_id import read_request_id

# Parameters that newsletters, advertisements and social networks add to an address.
TRACKING = re.compile(
    rb"(?:(?<=&)|^)(?:utm_[^=&]*|mc_[^=&]*|fbclid|gclid|msclkid)(?:=[^&]*)?(?:&|$)"
)
# Room for several hundred identifiers.
LONGEST_QUERY = 32_768
MOST_PARAMETERS = 500
# `Accept` and `Accept-Encoding` together; a browser sends about 200 bytes.
LONGEST_ACCEPT = 2048
# Headers that the routes do not see: codings, ranges and conditions are handled here.
HANDLED = (b"accept-encoding", b"range", b"if-range", b"if-none-match", b"if-modified-since")
# Headers of a request that are read here.
DECIDING = frozenset((b"accept", b"accept-encoding", b"if-none-match", b"range", b"if-range"))
FAULT = "The service failed to answer; the fault has been logged."


class Head(NamedTuple):
    """The headers of a request that decide how it is answered; None or empty where absent."""

    accept: bytes
    accept_encoding: bytes
    if_none_match: bytes | None
    range: bytes | None
    if_range: bytes | None


def read_head(scope: Scope) -> tuple[bytes, bytes, bytes | None, bytes | None, bytes | None]:
    """The values of a `Head`, read in one pass; repeated ones are one list (RFC 9110, 5.3)."""
    accept = encoding = b""
    none_match = range_ = if_range = None
    for name, value in scope["headers"]:
        if name not in DECIDING:
            continue
        if name == b"accept":
            accept = accept + b", " + value if accept else value
        elif name == b"accept-encoding":
            encoding = encoding + b", " + value if encoding else value
        elif name == b"if-none-match":
            none_match = value if none_match is None else none_match + b", " + value
        elif name == b"range":
            range_ = value
        elif name == b"if-range":
            if_range = value
    is_get = scope["method"] == "GET"  # a range of something else means nothing (RFC 9110, 14.2)
    return accept, encoding, none_match, range_ if is_get else None, if_range


class Transport:
    """The whole service as an ASGI application."""

    def __init__(self, api: ASGIApp, live: Live) -> None:
        self.api = api
        self.live = live
        self.meter = Meter()
        self.logs_requests = live.settings.access_log
        self.tools = Tools(live) if live.settings.mcp else None
        self.is_observed = self.logs_requests or live.settings.metrics_port is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # No call more than needed: a ready answer costs little more than these lines.
        if scope["type"] == "http":
            start = perf_counter() if self.is_observed else 0.0
            made = self.find_ready(scope) or await self.answer(scope, receive)
            await send(made.start)
            await send(NO_BODY if scope["method"] == "HEAD" else made.end)
            if self.is_observed:
                self.observe(scope, made, perf_counter() - start)
        elif scope["type"] == "lifespan":
            scope.get("state", {})[ANSWER_AT_ONCE] = self.answer_at_once
            await run_lifespan(self.live, self.meter, self.tools, receive, send)

    def answer_at_once(self, scope: Scope) -> Reply | None:
        """The reply to a question that was asked before, or None; the protocol calls it."""
        if not self.is_observed:
            return self.find_ready(scope)
        start = perf_counter()
        made = self.find_ready(scope)
        if made:
            self.observe(scope, made, perf_counter() - start)
        return made

    def observe(self, scope: Scope, made: Reply, seconds: float) -> None:
        """Count a request, and log it where that is wanted."""
        method = scope["method"]
        size = 0 if method == "HEAD" else len(made.body)
        self.meter.count(method, made.status, size, seconds)
        if self.logs_requests:
            log_request(scope, read_request_id(scope), made.status, size, seconds)

    def find_ready(self, scope: Scope) -> Reply | None:
        """The reply to a question that was asked before, or None."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        accept, encoding, none_match, range_, if_range = read_head(scope)
        ready = self.live.ready
        hit = ready.find(scope["raw_path"], scope["query_string"], accept, encoding)
        if hit is None:
            return None
        if none_match is None and range_ is None:
            return hit.representation.whole
        return reply(hit.representation, none_match, range_, if_range)

    async def answer(self, scope: Scope, receive: Receive) -> Reply:
        """Answer a request without the parameters that only trackers read."""
        query = drop_tracking(scope["query_string"])
        if query == scope["query_string"]:
            return await self.make(scope, receive)
        scope["request_id"] = read_request_id(scope)
        plain = dict(scope, query_string=query)
        made = self.find_ready(plain) or await self.make(plain, receive)
        if not any(name == b"etag" for name, _ in made.headers):  # nobody may keep it
            return made
        link = canonical_link(self.live.service.base_url, plain)
        return Reply(made.status, [*made.headers, link], made.body)

    async def make(self, scope: Scope, receive: Receive) -> Reply:
        """Answer a request by its route, and keep the answer if it may be kept."""
        self.meter.misses += 1
        head = Head(*read_head(scope))
        service, ready = self.live.service, self.live.ready
        request_id = scope["request_id"] = read_request_id(scope)
        reload_error = self.live.reload_error
        state = {"service": service, "reload_error": reload_error, "request_id": request_id}
        inner = inner_scope(scope, state | {"tools": self.tools})
        query = scope["query_string"]
        inner["query_string"] = query if query.isascii() else quote(query, safe=SAFE).encode()
        collected, refusal = Collected(), check_request_size(inner, head)
        # What is too long is not parsed.
        form = None if refusal else page_format(head.accept.decode("latin-1"), inner)
        try:
            await (refusal or self.api)(inner, receive, collected.send)
            if form and collected.is_problem:
                collected.become_page(inner, service, form)
        except Exception:
            log_fault(scope, request_id)
            collected = Collected()
            await problem_response(inner, 500, FAULT)(inner, receive, collected.send)
            if form:
                collected.try_page(inner, service, form)
        wanted = b"" if refusal else head.accept_encoding
        encoding = best_encoding(wanted.decode("latin-1"))
        if collected.status != 200 or inner["method"] != "GET" or scope["path"] in PROBES:
            return uncached(collected, request_id, encoding)
        headers = complete_headers(collected.headers, service.last_modified)
        answer = Answer(headers, b"".join(collected.parts))
        spelling = Spelling(scope["raw_path"], query, head.accept, head.accept_encoding)
        representation = ready.keep(spelling, answer, encoding)
        return reply(representation, head.if_none_match, head.range, head.if_range)


def inner_scope(scope: Scope, state: dict[str, Any]) -> Scope:
    """The request as the routes see it: GET for HEAD, without what is handled here."""
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    headers = [header for header in scope["headers"] if header[0] not in HANDLED]
    # A copy: the server compares the method in its own scope with what is sent.
    return dict(scope, method=method, headers=headers, state={**scope.get("state", {}), **state})


def drop_tracking(query: bytes) -> bytes:
    """A query string without the parameters that only trackers read."""
    if b"_" not in query and b"clid" not in query:
        return query
    return TRACKING.sub(b"", query).removesuffix(b"&")


def canonical_link(base_url: str, scope: Scope) -> tuple[bytes, bytes]:
    """The header `Link` with the address that an answer has without the trackers' parameters."""
    query = f"?{quote(scope['query_string'], safe=SAFE)}" if scope["query_string"] else ""
    return b"link", f'<{base_url}{quote(scope["path"])}{query}>; rel="canonical"'.encode()


def check_request_size(scope: Scope, head: Head) -> ASGIApp | None:
    """The refusal of a request that is not worth reading, or None."""
    query = scope["query_string"]
    if len(query) > LONGEST_QUERY:
        detail = f"The query has more than {LONGEST_QUERY} characters; ask in several calls."
        return problem_response(scope, 414, detail)
    if query.count(b"&") >= MOST_PARAMETERS:
        detail = f"The query has more than {MOST_PARAMETERS} parameters; ask in several calls."
        return problem_response(scope, 414, detail)
    if len(head.accept) + len(head.accept_encoding) > LONGEST_ACCEPT:
        detail = f"Accept and Accept-Encoding together have more than {LONGEST_ACCEPT} characters."
        return problem_response(scope, 431, detail)
    return None


def complete_headers(headers: Headers, last_modified: bytes) -> Headers:
    """The headers of an answer that may be kept, without those of its representation."""
    names = {name for name, _ in headers}
    kept = [header for header in headers if header[0] not in (b"content-length", b"etag")]
    missing = [header for header in DEFAULT_HEADERS if header[0] not in names]
    return [*kept, (b"last-modified", last_modified), *RAW_HEADERS, *missing]


def uncached(collected: Collected, request_id: str, encoding: str) -> Reply:
    """An answer that nobody may keep: an error, a redirect, a probe."""
    own = {name for name, _ in collected.headers}
    headers = [
        *(header for header in collected.headers if header[0] != b"content-length"),
        *(header for header in RAW_HEADERS if header[0] not in own),
        *([] if b"content-security-policy" in own else [(b"content-security-policy", DATA_POLICY)]),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
    ]
    body, used = encode_body(collected.headers, b"".join(collected.parts), encoding)
    if used != "identity":
        headers.append((b"content-encoding", used.encode()))
    if collected.status != 204:  # it has no content, so no length (RFC 9110, 8.6)
        headers.append((b"content-length", b"%d" % len(body)))
    return Reply(collected.status, headers, body)
