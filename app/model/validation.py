"""The place and the message of a Pydantic error, by its type and values, never by its words."""

from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

# Clearer here than Pydantic's messages; the names in braces are in the error's context.
MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "no such field",
    "enum": "should be {expected}",
    "date_from_datetime_parsing": "should be a valid date or datetime, {error}",
}
# Errors whose input says nothing more: it is absent, or the place names it.
WITHOUT_INPUT = ("missing", "extra_forbidden")
OWN_RULE = "value_error"


def format_place(location: Sequence[int | str]) -> str:
    """Write `('approvals', 0, 'date')` as `approvals[0].date`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def describe_error(error: ErrorDetails) -> str:
    """What is wrong, without the input: the text of our ValueError, or a message by type."""
    context = error.get("ctx", {})
    if error["type"] == OWN_RULE:
        return str(context["error"])
    if error["type"] in MESSAGES:
        return MESSAGES[error["type"]].format(**context)
    return error["msg"]


def describe_with_input(error: ErrorDetails) -> str:
    """What is wrong, with the input unless it is long; our own rules name it where it helps."""
    is_long = isinstance(error["input"], dict | list | BaseModel)
    if is_long or error["type"] in (OWN_RULE, *WITHOUT_INPUT):
        return describe_error(error)
    return f"{describe_error(error)}, got {error['input']!r}"
