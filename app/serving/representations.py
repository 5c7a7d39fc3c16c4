"""Whole answers, and each of them in the codings that clients take (RFC 9110, section 8)."""

import gzip
import hashlib
import re
from functools import cached_property
from typing import Any

import brotli
import zstandard

from app.serving.errors import PHRASES

Headers = list[tuple[bytes, bytes]]
# Smaller bodies do not get smaller.
LEAST_COMPRESSED = 500
# What is text; the rest is sent as it is.
COMPRESSED = (b"text/", b"application/json", b"application/ld+json", b"application/x-ndjson",
              b"application/yaml", b"application/linkset+json", b"application/vnd.her2-facts",
              b"application/problem+json", b"application/x-bibtex", b"application/xml",
              b"application/x-research-info-systems", b"application/vnd.citationstyles",
              b"image/svg+xml")  # fmt: skip
BROTLI_QUALITY, GZIP_LEVEL, ZSTD_LEVEL = 6, 6, 3
# A large record is worth 60 ms, once, to be a tenth smaller: there are few. Lists, of which anybody
# can ask for new ones, are not.
RECORD_QUALITY, LARGE = 10, 100_000
# For the thread of the requests alone: two threads at once would crash the process.
ZSTD = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
# What a 304 repeats of the headers of the answer that it stands for (RFC 9110, 15.4.5).
KEPT_BY_304 = (b"cache-control", b"etag", b"link", b"vary")
# What no header may hold: it would end its line (RFC 9110, 5.5).
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# What ends the reply to a HEAD request.
NO_BODY: dict[str, Any] = {"type": "http.response.body", "body": b""}
# Bytes that an answer and each of its representations take besides the bodies.
ANSWER_BYTES, REPRESENTATION_BYTES = 1500, 1500


class Reply:
    """A status with headers and body, as the messages of ASGI that send them."""

    __slots__ = ("body", "end", "headers", "start", "status", "written")

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes | memoryview,
        written: tuple[bytes, bytes] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.start = {"type": "http.response.start", "status": status, "headers": headers}
        self.end = {"type": "http.response.body", "body": body}
        self.written = written  # the first line, and the headers with the empty line behind them

    def write(self, method: str, common: Headers) -> tuple[bytes | memoryview, ...]:
        """The answer to a method as HTTP/1.1 writes it, with the headers that all answers have.

        No piece of it is empty: asyncio of Python 3.12 would try to write that for ever. Raises
        ValueError for a header that would end its line.
        """
        if self.written is None:
            self.written = write_status(self.status), write_safely(self.headers) + b"\r\n"
        head = self.written[0] + write_lines(common) + self.written[1]
        return (head, self.body) if self.body and method != "HEAD" else (head,)


def write_status(status: int) -> bytes:
    """The first line of an answer."""
    return b"HTTP/1.1 %d %s\r\n" % (status, PHRASES[status].encode())


def write_lines(headers: Headers) -> bytes:
    """Headers as HTTP/1.1 writes them."""
    return b"".join([name + b": " + value + b"\r\n" for name, value in headers])


def write_safely(headers: Headers) -> bytes:
    """The same; raises ValueError for a value that would end its line."""
    if any(CONTROL.search(value) for _, value in headers):
        raise ValueError(f"a control character in {headers}")
    return write_lines(headers)


class Representation:
    """An answer in one coding: headers and body as they are sent."""

    def __init__(self, headers: Headers, body: bytes, encoding: str, digest: str) -> None:
        self.etag = b'"%s"' % digest[:32].encode()
        coding = [(b"content-encoding", encoding.encode())] if encoding != "identity" else []
        self.headers: Headers = [
            *headers,
            *coding,
            (b"etag", self.etag),
            (b"accept-ranges", b"bytes"),
            (b"content-length", b"%d" % len(body)),
        ]
        self.whole = Reply(200, self.headers, body)

    @cached_property
    def not_modified(self) -> Reply:
        """The answer to who has it already."""
        kept = [
            (name, value)
            for name, value in self.headers
            if name in KEPT_BY_304 or name.startswith(b"access-control-")
        ]
        return Reply(304, kept, b"")

    @cached_property
    def headers_of_part(self) -> Headers:
        """The headers that a part of the body has too."""
        return [header for header in self.headers if header[0] != b"content-length"]

    @cached_property
    def written_of_part(self) -> tuple[bytes, bytes]:
        """The first line of an answer with a part, and those headers as they are written."""
        return write_status(206), write_safely(self.headers_of_part)


class Answer:
    """An answer with status 200 in each coding that was sent so far."""

    __slots__ = ("body", "digest", "headers", "key", "representations")

    def __init__(self, headers: Headers, body: bytes) -> None:
        self.headers = headers
        self.body = body
        sha = hashlib.sha256(body)
        self.digest = sha.hexdigest()
        for name, value in headers:
            sha.update(b"\n%s:%s" % (name, value))
        self.key = sha.digest()
        self.representations: dict[str, Representation] = {}

    def represent(self, encoding: str) -> Representation:
        """The answer in a coding, or as it is where that would not be smaller."""
        made = self.representations.get(encoding)
        if made is None:
            body, used = encode_body(self.headers, self.body, encoding)
            made = self.representations.get(used)
            if made is None:
                digest = self.digest if used == "identity" else hashlib.sha256(body).hexdigest()
                made = Representation(self.headers, body, used, digest)
                self.representations[used] = made
            self.representations[encoding] = made
        return made

    def size(self) -> int:
        """Bytes in memory."""
        made = {id(made): made.whole.body for made in self.representations.values()}.values()
        bodies = sum(len(body) for body in made if body is not self.body)
        return len(self.body) + bodies + ANSWER_BYTES + len(made) * REPRESENTATION_BYTES


def encode_body(headers: Headers, body: bytes, encoding: str) -> tuple[bytes, str]:
    """A body in a coding if it is a text and gets smaller, and the coding that was used."""
    if encoding == "identity" or len(body) < LEAST_COMPRESSED:
        return body, "identity"
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    if content_type.startswith(COMPRESSED):
        encoded = compress(body, encoding, brotli_quality(headers, body))
        if len(encoded) < len(body):
            return encoded, encoding
    return body, "identity"


def brotli_quality(headers: Headers, body: bytes) -> int:
    """How hard to try: a whole record is the answer that says how to cite it."""
    is_record = any(n == b"link" and v.endswith(b'rel="cite-as"') for n, v in headers)
    return RECORD_QUALITY if is_record and len(body) >= LARGE else BROTLI_QUALITY


def compress(body: bytes, encoding: str, quality: int) -> bytes:
    """A body in a coding; equal bodies give equal bytes, so gzip's header has no time."""
    if encoding == "zstd":
        return ZSTD.compress(body)
    if encoding == "br":
        return bytes(brotli.compress(body, quality=quality))
    return gzip.compress(body, GZIP_LEVEL, mtime=0)
