"""Describe a Pydantic error by its type and values; its wording may change with the version."""

import difflib
from collections.abc import Iterable, Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

# Clearer here than Pydantic's messages; the names in braces are in the error's context.
MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "no such field",
    "enum": "should be {expected}",
    "date_from_datetime_parsing": "should be a valid date or datetime, {error}",
}
# Errors whose input adds nothing: it is absent, or the place names it.
WITHOUT_INPUT = ("missing", "extra_forbidden")
OUR_RULE = "value_error"


def format_place(location: Sequence[int | str]) -> str:
    """Write `("results", 0, "unit")` as `results[0].unit`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def suggest(wanted: str, known: Iterable[str]) -> str:
    """Name the most similar known word, as the end of a message."""
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"; nearest: {near[0]!r}" if near else ""


def describe_error(error: ErrorDetails) -> str:
    """What is wrong: the message of our validator's ValueError, or a message by type."""
    context = error.get("ctx", {})
    if error["type"] == OUR_RULE:
        return str(context["error"])
    if error["type"] in MESSAGES:
        return MESSAGES[error["type"]].format(**context)
    return error["msg"]


def describe_with_input(error: ErrorDetails) -> str:
    """What is wrong, with the input unless it is long; our validators name it where it helps."""
    is_long = isinstance(error["input"], dict | list | BaseModel)
    if is_long or error["type"] in (OUR_RULE, *WITHOUT_INPUT):
        return describe_error(error)
    return f"{describe_error(error)}, got {error['input']!r}"
