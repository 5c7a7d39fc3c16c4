"""Log lines: as text for people or as JSON, and one for each request where that is wanted.

Everything goes to the standard error stream, by `logging` of the standard library.
"""

import json
import logging
import logging.config
import sys
from datetime import UTC, datetime
from typing import Any

from starlette.types import Scope

from app.settings import Settings

log = logging.getLogger("her2_facts")
access = logging.getLogger("her2_facts.access")


class JsonLines(logging.Formatter):
    """One JSON object a line: what the record says, and the fields that it has besides."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, Any] = {"time": time, "level": record.levelname.lower()}
        fields |= getattr(record, "fields", None) or {"message": record.getMessage()}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def describe_logging(settings: Settings) -> dict[str, Any]:
    """The configuration of `logging`: of our loggers and of uvicorn's."""
    level = settings.log_level.upper()
    plain = {"level": level, "handlers": ["plain"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": JsonLines},
            "text": {"format": "%(asctime)s %(levelname)s %(message)s"},
        },
        "handlers": {
            "plain": {"class": "logging.StreamHandler", "formatter": settings.log_format},
            "access": {"class": "logging.StreamHandler", "formatter": "json"},
        },
        "loggers": {
            "her2_facts": plain,
            "her2_facts.access": {"level": "INFO", "handlers": ["access"], "propagate": False},
            # Its notes on starting and stopping are for who looks for a fault of the server.
            # It warns of every wrong request.
            "mcp": plain | {"level": "ERROR"},
            "uvicorn": plain | {"level": level if level in ("DEBUG", "ERROR") else "WARNING"},
        },
    }


def configure_logging(settings: Settings) -> None:
    """Set our loggers up, unless whoever runs the process has done so."""
    if not log.hasHandlers():
        described = describe_logging(settings)
        del described["loggers"]["uvicorn"]
        logging.config.dictConfig(described)


def raw_path(scope: Scope) -> str:
    """The path as it was sent, without the query: what a client writes is no line of ours."""
    return str(scope["raw_path"].decode("ascii", "backslashreplace"))


def log_request(scope: Scope, request_id: str, status: int, size: int, seconds: float) -> None:
    """Write the line of a request."""
    fields = {
        "method": scope["method"],
        "path": raw_path(scope),
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 3),
        "id": request_id,
    }
    access.info("request", extra={"fields": fields})


def log_fault(scope: Scope, request_id: str) -> None:
    """Write the exception that is being handled, with what finds the request again."""
    fields = {"message": "a request failed", "id": request_id, "path": raw_path(scope)}
    text = "request %s failed: %s"
    log.error(text, request_id, fields["path"], exc_info=sys.exc_info(), extra={"fields": fields})
