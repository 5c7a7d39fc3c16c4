"""Conditional and range requests (RFC 9110, sections 13 and 14) on a whole representation."""

import re
from typing import NamedTuple

from app.serving.ready import Headers, Representation

TAG = re.compile(rb'(?:W/)?("[^"]*")')
RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")


class Reply(NamedTuple):
    """A status, with headers and body."""

    status: int
    headers: Headers
    body: bytes


def matches_tag(header: bytes, etag: bytes) -> bool:
    """Whether `If-None-Match` names this validator, by weak comparison."""
    return header.strip() == b"*" or etag in TAG.findall(header)


def select_range(header: bytes, length: int) -> tuple[int, int] | None:
    """First and last byte of a single range, or None where the whole is to be sent.

    Raises ValueError if the range lies outside. Several ranges, and what is no range of bytes, are
    answered with the whole: the RFC allows that.
    """
    match = RANGE.fullmatch(header.strip().lower())
    if match is None or match.groups() == (b"", b""):
        return None
    first, last = match.groups()
    if not first:  # the last bytes
        if int(last) == 0 or length == 0:
            raise ValueError
        return max(0, length - int(last)), length - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= length:
        raise ValueError
    return int(first), min(int(last or length), length - 1)


def reply(
    made: Representation, if_none_match: bytes | None, range_: bytes | None, if_range: bytes | None
) -> Reply:
    """The reply to a GET request for a representation: 200, 206, 304 or 416."""
    if if_none_match is not None and matches_tag(if_none_match, made.etag):
        return Reply(304, made.not_modified, b"")
    if range_ is None or (if_range is not None and if_range.strip() != made.etag):
        return Reply(200, made.headers, made.body)
    length = len(made.body)
    try:
        selected = select_range(range_, length)
    except ValueError:
        headers = [*made.not_modified, (b"content-range", b"bytes */%d" % length)]
        return Reply(416, [*headers, (b"content-length", b"0")], b"")
    if selected is None:
        return Reply(200, made.headers, made.body)
    first, last = selected
    kept = [header for header in made.headers if header[0] != b"content-length"]
    part = made.body[first : last + 1]
    headers = [*kept, (b"content-range", b"bytes %d-%d/%d" % (first, last, length))]
    return Reply(206, [*headers, (b"content-length", b"%d" % len(part))], part)
