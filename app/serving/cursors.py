"""Encode and decode cursors, the opaque texts that say where a page of a list ended.

A cursor holds a digest of its list and a place: the id of the last record or, in a ranked list, the
number of records so far. It stays valid when new data are served.
"""

import base64
import hashlib
import json
import re
from typing import NoReturn

from app.serving.errors import InvalidParameters, ParameterError

Place = str | int
# No list has as many records: a cursor with a greater number is made up.
MOST_PLACES = 1_000_000
LONGEST_CURSOR = 400
RECORD_ID = re.compile("[a-z0-9-]{1,80}")


def list_digest(path: str, conditions: str) -> str:
    """A short digest of a list's path, filters and order, to tell one list from another."""
    return hashlib.sha256(f"{path} {conditions}".encode()).hexdigest()[:12]


def encode_cursor(digest: str, place: Place) -> str:
    """A cursor for the place at which a page ended."""
    text = json.dumps([digest, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, digest: str, kind: type[Place]) -> Place:
    """The place in a cursor; raises InvalidParameters unless the cursor is of this list."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise_bad_cursor(cursor, "should be a cursor from `next`")
    match content:
        case [str(listed), str() | int() as place] if type(place) is kind:
            if listed != digest:
                raise_bad_cursor(cursor, "belongs to another list")
            if RECORD_ID.fullmatch(place) if isinstance(place, str) else 0 <= place <= MOST_PLACES:
                return place
    raise_bad_cursor(cursor, "should be a cursor from `next`")


def raise_bad_cursor(cursor: str, detail: str) -> NoReturn:
    """Raise InvalidParameters for a cursor."""
    raise InvalidParameters(ParameterError.create("cursor", cursor, detail))


def next_link(following: str | None) -> dict[str, str]:
    """The `Link` header (RFC 8288) with the address of the next page, if there is one."""
    return {"Link": f'<{following}>; rel="next"'} if following else {}
