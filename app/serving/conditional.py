"""Conditional and range requests (RFC 9110, sections 13 and 14) on a whole representation."""

import re

from app.serving.representations import Reply, Representation

TAG = re.compile(rb'(?:W/)?("[^"]*")')
RANGE = re.compile(rb"\s*bytes=(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


def matches_tag(header: bytes, etag: bytes) -> bool:
    """Whether `If-None-Match` names this validator, by weak comparison."""
    return header == etag or header.strip() == b"*" or etag in TAG.findall(header)


def select_range(header: bytes, length: int) -> tuple[int, int] | None:
    """First and last byte of a single range, or None where the whole is to be sent.

    Raises ValueError if the range lies outside. Several ranges, and what is no range of bytes, are
    answered with the whole: the RFC allows that.
    """
    match = RANGE.fullmatch(header)
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
        return made.not_modified
    if range_ is None or (if_range is not None and if_range.strip() != made.etag):
        return made.whole
    return reply_part(made, range_)


def reply_part(made: Representation, range_: bytes) -> Reply:
    """The reply with a part of a representation: 206, 416, or 200 with the whole."""
    body = made.whole.body
    length = len(body)
    try:
        selected = select_range(range_, length)
    except ValueError:
        headers = [*made.not_modified.headers, (b"content-range", b"bytes */%d" % length)]
        return Reply(416, [*headers, (b"content-length", b"0")], b"")
    if selected is None:
        return made.whole
    first, last = selected
    place, size = b"bytes %d-%d/%d" % (first, last, length), b"%d" % (last + 1 - first)
    headers = [*made.headers_of_part, (b"content-range", place), (b"content-length", size)]
    status, lines = made.written_of_part
    lines += b"content-range: %s\r\ncontent-length: %s\r\n\r\n" % (place, size)
    # Without a copy: a client may ask for many large parts, and read none.
    return Reply(206, headers, memoryview(body)[first : last + 1], (status, lines))
