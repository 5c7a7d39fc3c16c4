"""Ready answers: whole headers and bytes, in front of routing.

An answer is kept once, however its question is spelled: two questions with the same answer share
it. A spelling is what a client sends: path, query, `Accept` and `Accept-Encoding`.
"""

import gzip
import hashlib
from collections import OrderedDict
from typing import NamedTuple

import brotli
import zstandard

Headers = list[tuple[bytes, bytes]]
# Smaller bodies do not get smaller.
LEAST_COMPRESSED = 500
# What is text; the rest is sent as it is.
COMPRESSED = (b"text/", b"application/json", b"application/ld+json", b"application/x-ndjson",
              b"application/yaml", b"application/linkset+json", b"application/vnd.her2-facts",
              b"application/problem+json", b"image/svg+xml")  # fmt: skip
BROTLI_QUALITY, GZIP_LEVEL, ZSTD_LEVEL = 5, 6, 3
# A flood of made-up spellings stays within its answer, and the most used of them stay in it.
MOST_SPELLINGS = 8
LONGEST_SPELLING = 4096
# Bytes that an entry takes besides its bodies, roughly.
OVERHEAD = 2048
# What a 304 repeats of the headers of the answer that it stands for (RFC 9110, 15.4.5).
KEPT_BY_304 = (b"cache-control", b"etag", b"link", b"vary")


class Spelling(NamedTuple):
    """How a client asks."""

    path: bytes
    query: bytes
    accept: bytes
    accept_encoding: bytes


class Representation:
    """An answer in one coding: headers and body as they are sent."""

    __slots__ = ("body", "etag", "headers", "not_modified")

    def __init__(self, headers: Headers, body: bytes, encoding: str) -> None:
        self.body = body
        self.etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        coding = [(b"content-encoding", encoding.encode())] if encoding != "identity" else []
        self.headers: Headers = [
            *headers,
            *coding,
            (b"etag", self.etag),
            (b"accept-ranges", b"bytes"),
            (b"content-length", b"%d" % len(body)),
        ]
        self.not_modified = [
            (name, value)
            for name, value in self.headers
            if name in KEPT_BY_304 or name.startswith(b"access-control-")
        ]


class Answer:
    """An answer with status 200 in each coding that was sent so far."""

    __slots__ = ("body", "headers", "key", "representations", "spellings")

    def __init__(self, headers: Headers, body: bytes) -> None:
        self.headers = headers
        self.body = body
        self.key = hashlib.sha256(repr(headers).encode() + body).digest()
        self.representations: dict[str, Representation] = {}
        self.spellings: list[Hit] = []

    def represent(self, encoding: str) -> Representation:
        """The answer in a coding, or as it is where that would not be smaller."""
        if encoding not in self.representations:
            body, used = encode_body(self.headers, self.body, encoding)
            made = self.representations.get(used) or Representation(self.headers, body, used)
            self.representations |= {encoding: made, used: made}
        return self.representations[encoding]

    def size(self) -> int:
        """Bytes in memory."""
        bodies = {id(made): len(made.body) for made in self.representations.values()}
        spellings = sum(sum(map(len, hit.spelling)) for hit in self.spellings)
        return len(self.body) + sum(bodies.values()) + spellings + OVERHEAD


class Hit:
    """A spelling that leads to a representation of an answer, and how often it did."""

    __slots__ = ("answer", "count", "representation", "spelling")

    def __init__(self, spelling: Spelling, answer: Answer, representation: Representation) -> None:
        self.spelling = spelling
        self.answer = answer
        self.representation = representation
        self.count = 0


class ReadyAnswers:
    """Answers of one state of the data, the least recently used of which goes first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.hits = 0
        self.answers: OrderedDict[bytes, Answer] = OrderedDict()
        self.by_spelling: dict[Spelling | tuple[bytes, bytes, bytes, bytes], Hit] = {}

    def find(self, path: bytes, query: bytes, accept: bytes, encoding: bytes) -> Hit | None:
        """The representation that a spelling led to before, or None."""
        hit = self.by_spelling.get((path, query, accept, encoding))
        if hit is not None:
            self.hits += 1
            hit.count += 1
            self.answers.move_to_end(hit.answer.key)
        return hit

    def keep(self, spelling: Spelling, answer: Answer, encoding: str) -> Representation:
        """Keep an answer under a spelling if there is room; the representation to send."""
        known = self.answers.get(answer.key)
        answer = known or answer
        before = answer.size() if known else 0
        representation = answer.represent(encoding)
        if sum(map(len, spelling)) <= LONGEST_SPELLING and answer.size() <= self.most_bytes // 4:
            self.answers[answer.key] = answer
            self.add_spelling(Hit(spelling, answer, representation))
            self.bytes += answer.size() - before
            self.make_room()
        return representation

    def add_spelling(self, hit: Hit) -> None:
        """Add a spelling to its answer; the least used one makes room for it."""
        spellings = hit.answer.spellings
        if len(spellings) >= MOST_SPELLINGS:
            least = min(spellings, key=lambda other: other.count)
            spellings.remove(least)
            self.by_spelling.pop(least.spelling, None)
        spellings.append(hit)
        self.by_spelling[hit.spelling] = hit

    def make_room(self) -> None:
        """Drop the least recently used answers until the rest fit."""
        while self.bytes > self.most_bytes:
            _, answer = self.answers.popitem(last=False)
            self.bytes -= answer.size()
            for hit in answer.spellings:
                self.by_spelling.pop(hit.spelling, None)


def encode_body(headers: Headers, body: bytes, encoding: str) -> tuple[bytes, str]:
    """A body in a coding if it is a text and gets smaller, and the coding that was used."""
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    if len(body) >= LEAST_COMPRESSED and content_type.startswith(COMPRESSED):
        encoded = compress(body, encoding)
        if len(encoded) < len(body):
            return encoded, encoding
    return body, "identity"


def compress(body: bytes, encoding: str) -> bytes:
    """A body in a coding; equal bodies give equal bytes, so gzip's header has no time."""
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    if encoding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    if encoding == "gzip":
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    return body
