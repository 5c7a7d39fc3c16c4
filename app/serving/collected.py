"""A response of the routes, taken whole before it is sent."""

from starlette.types import Message, Scope

from app.serving.errors import PROBLEM_JSON
from app.serving.formats import Format
from app.serving.logs import log_fault
from app.serving.pages import PAGE_HEADERS, problem_text
from app.serving.representations import Headers
from app.serving.request_id import read_request_id
from app.serving.service import Service


class Collected:
    """A response of the routes, whole."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self.parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Take one ASGI message."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.parts.append(message.get("body", b""))

    @property
    def is_problem(self) -> bool:
        """Whether it says what went wrong."""
        return (b"content-type", PROBLEM_JSON.encode()) in self.headers

    def become_page(self, scope: Scope, service: Service, form: Format) -> None:
        """Say the same to a person."""
        text = problem_text(scope, service, b"".join(self.parts), form)
        kept = [h for h in self.headers if h[0] not in (b"content-type", b"content-length")]
        self.headers, self.parts = [*kept, *PAGE_HEADERS[form]], [text]

    def try_page(self, scope: Scope, service: Service, form: Format) -> None:
        """Say it to a person, unless it is the pages that fail: then the problem stays as it is."""
        try:
            self.become_page(scope, service, form)
        except Exception:
            log_fault(scope, read_request_id(scope))
