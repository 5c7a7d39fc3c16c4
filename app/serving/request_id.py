"""The identifier of a request, which stands in logs and errors."""

import re
import uuid

from starlette.types import Scope

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def read_request_id(scope: Scope) -> str:
    """The identifier of a request: its `X-Request-ID` if that is plain, else a new one."""
    if "request_id" in scope:
        return str(scope["request_id"])
    sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return sent.decode() if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
