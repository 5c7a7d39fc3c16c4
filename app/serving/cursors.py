"""Cursors: where a page of a list ended, as opaque text.

A cursor holds a mark of its list and the place: the id of the last record, or the number of records
so far where a search ranks them. It stays valid when new data are served.
"""

import base64
import hashlib
import json
import re
from typing import NoReturn

from app.serving.errors import InvalidParameters, ParameterError

Place = str | int
# A place beyond this number is made up.
MOST_PLACES = 1_000_000
LONGEST_CURSOR = 400
ID = re.compile("[a-z0-9-]{1,80}")


def mark_list(path: str, conditions: str) -> str:
    """A short mark of a list: its path, its filters and its order."""
    return hashlib.sha256(f"{path} {conditions}".encode()).hexdigest()[:12]


def encode_cursor(mark: str, place: Place) -> str:
    """A cursor for the place at which a page ended."""
    text = json.dumps([mark, place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, mark: str, kind: type[Place]) -> Place:
    """The place in a cursor; raises InvalidParameters unless it is one of this very list."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise_bad_cursor(cursor, "should be a cursor from `next`")
    match content:
        case [str(given), str() | int() as place] if type(place) is kind:
            if given != mark:
                raise_bad_cursor(cursor, "belongs to another list")
            if ID.fullmatch(place) if isinstance(place, str) else 0 <= place <= MOST_PLACES:
                return place
    raise_bad_cursor(cursor, "should be a cursor from `next`")


def raise_bad_cursor(cursor: str, detail: str) -> NoReturn:
    """Refuse a cursor."""
    raise InvalidParameters(ParameterError.refuse("cursor", cursor, detail))


def next_link(following: str | None) -> dict[str, str]:
    """The `Link` header (RFC 8288) that leads to the next page."""
    return {"Link": f'<{following}>; rel="next"'} if following else {}
