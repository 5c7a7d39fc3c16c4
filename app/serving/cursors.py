"""Cursors and addresses: how a list is continued."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel

from app.serving.errors import InvalidParameters, refused


def list_mark(request: Request, query: BaseModel) -> str:
    """Tells the list that a cursor belongs to: its filters, its order and the data's digest."""
    asked = query.model_dump_json(
        exclude={"limit", "cursor", "format", "fields", "facets"}, exclude_defaults=True
    )
    text = f"{request.app.state.release.digest} {request.url.path} {asked}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def sealed(mark: str, values: Sequence[Any]) -> bytes:
    """The values at which a page of a list ended, with a seal that an altered cursor breaks."""
    text = json.dumps(values, default=str, separators=(",", ":"))
    return hashlib.sha256(f"{mark} {text}".encode()).digest()[:9] + text.encode()


def encode_cursor(mark: str, values: Sequence[Any]) -> str:
    """A cursor: where a page ended, as opaque text."""
    return base64.urlsafe_b64encode(sealed(mark, values)).decode().rstrip("=")


def decode_cursor(cursor: str, mark: str) -> list[Any]:
    """The values in a cursor; refuses one that this very list has not given out."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        content = base64.b64decode(padded, altchars=b"-_", validate=True)
        values: list[Any] = json.loads(content[9:])
        is_own = sealed(mark, values) == content
    except (ValueError, TypeError, RecursionError):
        problem = refused("cursor", cursor, "should be a cursor from `next`")
        raise InvalidParameters(problem) from None
    if not is_own:
        problem = refused("cursor", cursor, "belongs to another list or version of the data")
        raise InvalidParameters(problem)
    return values


def address(request: Request, **changed: str | None) -> str:
    """The address asked for, with some parameters changed; None leaves one out."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in changed]
    pairs += [(name, value) for name, value in changed.items() if value is not None]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{request.app.state.base_url}{request.url.path}{query}"


def next_link(following: str | None) -> dict[str, str]:
    """The header that leads to the next page."""
    return {"Link": f'<{following}>; rel="next"'} if following else {}
