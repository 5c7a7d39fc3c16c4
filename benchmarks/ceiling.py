"""The ceiling: a bare ASGI function on uvicorn that does nothing but send stored answers.

No Python web service on this server can be faster than this with the same bytes.
"""

import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.answers import Answer, Answers, load


def messages(answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two messages that make an answer, as ASGI has them."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status != 304:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    return start, {"type": "http.response.body", "body": answer.body}


def replay(answers: Answers) -> ASGIApp:
    """The application: one answer is sent to any request, several are found by their target."""
    stored = {target.encode("latin-1"): messages(answer) for target, answer in answers.items()}
    start, body = next(iter(stored.values()))

    async def one(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    async def many(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"]
        first, rest = stored[scope["raw_path"] + (b"?" + query if query else b"")]
        await send(first)
        await send(rest)

    return one if len(stored) == 1 else many


if __name__ == "__main__":
    uvicorn.run(
        replay(load(Path(sys.argv[1]))),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="warning",
    )
