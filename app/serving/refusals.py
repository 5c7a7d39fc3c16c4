"""Refusals: what a connection says last, about a request that never reaches the application."""

from collections.abc import Iterable
from string import punctuation
from urllib.parse import quote

from app.serving.errors import PHRASES, PROBLEM_JSON, Problem
from app.serving.headers import HEADERS

# Of the request line, of the headers with their names, of a body: 64 KB. httptools takes no
# longer address.
LARGEST = 65_535
MOST_HEADERS = 256
# Headers of a request that is more than its head.
BEYOND_PLAIN = frozenset((b"content-length", b"transfer-encoding", b"upgrade"))

NO_HTTP = (
    "This is no HTTP/1.1 request: an unknown method or version, or a character in the address that "
    "should be percent-encoded."
)
NO_UTF_8 = "The address has characters that are not in UTF-8: percent-encode them."
NO_HOST = "A request in HTTP/1.1 has exactly one Host header (RFC 9112, section 3.2)."
NO_UPGRADE = "A request to switch protocols has no chunked body here: send it without Upgrade."
LONG_LINE = f"The address is longer than {LARGEST} bytes."
LARGE_HEADERS = f"The headers are more than {LARGEST} bytes or {MOST_HEADERS} in number."
LARGE_BODY = f"Only /mcp takes a body, and none over {LARGEST} bytes is read."
TOO_LATE = "The request did not arrive in time; send it whole, on a new connection."
ALL_BUSY = "All connections are answering a request; try again in a second."


class Refusal(Exception):
    """A request that is not read further; without a status nothing is said about it."""

    def __init__(self, status: int = 0, detail: str = "") -> None:
        self.status, self.detail = status, detail


def find_refusal(error: Exception) -> Refusal:
    """What an error of the parser refuses: it wraps what its callbacks raise."""
    reasons = [e for e in (error, error.__context__) if isinstance(e, Refusal)]
    return reasons[0] if reasons else Refusal(400, NO_HTTP)


def encode_address(data: bytes) -> bytes:
    """The first bytes of a request with the address percent-encoded where it is raw UTF-8.

    curl sends what a person typed; the parser takes ASCII alone. Raises Refusal for other bytes.
    """
    line, end, rest = data.partition(b"\r\n")
    if not end or not line.startswith((b"GET ", b"HEAD ")) or line.isascii():
        return data
    try:
        return quote(line.decode(), safe=f"{punctuation} ").encode() + end + rest
    except UnicodeDecodeError:
        raise Refusal(400, NO_UTF_8) from None


def check_size(line: bytes, headers: int) -> None:
    """Refuse what is longer than any request for this API."""
    if len(line) > LARGEST:
        raise Refusal(414, LONG_LINE)
    if headers > LARGEST:
        raise Refusal(431, LARGE_HEADERS)


def check_part(url: bytes, arrived: int, first: bytes) -> None:
    """Refuse a head that is too large already, or whose first line names no version."""
    line, end, _ = first.lstrip().partition(b"\n")
    if end and b" HTTP/" not in line:
        raise Refusal(400, NO_HTTP)
    check_size(url, arrived - len(url))


def check_head(url: bytes, headers: list[tuple[bytes, bytes]], version: str, arrived: int) -> bool:
    """Refuse a head that is too large or ambiguous; whether nothing but a head will come."""
    if arrived > LARGEST:  # with what came behind it
        check_size(url, sum(len(name) + len(value) + 4 for name, value in headers))
    if len(headers) > MOST_HEADERS:
        raise Refusal(431, LARGE_HEADERS)
    fields = dict(headers)
    if version not in ("1.1", "1.0"):
        raise Refusal(400, NO_HTTP)
    # HTTP/1.0 knows no Host: RFC 9112, section 3.2 asks it of HTTP/1.1 alone.
    if b"host" not in fields:
        if version == "1.1":
            raise Refusal(400, NO_HOST)
    elif len(fields) < len(headers) and [name for name, _ in headers].count(b"host") > 1:
        raise Refusal(400, NO_HOST)
    if b"content-length" in fields and int(fields[b"content-length"]) > LARGEST:
        raise Refusal(413, LARGE_BODY)
    if b"upgrade" in fields and b"transfer-encoding" in fields:
        raise Refusal(400, NO_UPGRADE)
    return BEYOND_PLAIN.isdisjoint(fields)


def write_problem(
    status: int, detail: str, contact: str | None, more: Iterable[tuple[bytes, bytes]]
) -> bytes:
    """A whole answer, the last of its connection, as RFC 9457 and RFC 9112 write it."""
    title = PHRASES[status]
    problem = Problem(title=title, status=status, detail=detail, instance=None, contact=contact)
    body = problem.model_dump_json().encode()
    headers = HEADERS | {"Content-Type": PROBLEM_JSON, "Content-Length": str(len(body))}
    headers |= {"Cache-Control": "no-store", "Connection": "close"}
    headers |= {name.decode().title(): value.decode() for name, value in more}
    if status == 503:
        headers["Retry-After"] = "1"
    lines = [f"HTTP/1.1 {status} {title}", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + body
