"""What Pydantic finds wrong with a seed file, in words that tell a curator what to write."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.model.annotation import without_null
from app.model.validation import describe_with_input, suggest

# By the type of the error; the names in braces are in its context.
EXPECTATIONS = {
    "date_from_datetime_parsing": "should be a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "should be a date as YYYY-MM-DD",
    "date_parsing": "should be a date as YYYY-MM-DD",
    "date_type": "should be a date as YYYY-MM-DD",
    "string_too_short": "should not be empty",
    "string_too_long": "should have at most {max_length} characters",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "decimal_parsing": "should be a number",
    "decimal_type": "should be a number",
    "finite_number": "should be a number",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "greater_than_equal": "should be at least {ge:g}",
    "less_than_equal": "should be at most {le:g}",
    "too_short": "should have at least {min_length} item(s)",
    "list_type": "should be a list, each item on a line of its own after '- '",
    "model_type": "should be fields, each on a line of its own",
    "model_attributes_type": "should be fields, each on a line of its own",
    "url_parsing": "should be an address that begins with https:// or http://",
    "url_scheme": "should be an address that begins with https:// or http://",
}
# What the patterns of the models ask for.
PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "should be lower-case letters and digits, joined by hyphens",
    "^[0-9a-f]{64}$": "should be the 64 digits of a SHA-256, as `her2-facts passage` prints it",
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$": (
        "should be YYYY-MM-DD, or a 'YYYY-MM' or 'YYYY' in quotes"
    ),
    r"^\d{4}\.(1[0-2]|[1-9])\.\d+$": (
        "should be year, month and number of the release in that month, as '2026.11.0'"
    ),
    r"^NCT\d{8}$": "should be NCT and 8 digits",
    r"^(BLA|NDA) \d{6}$": "should be BLA or NDA, a space and 6 digits",
    r"^[1-9]\d{0,7}$": "should be a PubMed identifier, up to 8 digits in quotes",
    r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$": "should be a set id, as DailyMed shows it",
    r"^((BLA|NDA|ANDA) \d{6}|EMEA/H/C/\d{6})$": (
        "should be BLA, NDA or ANDA, a space and 6 digits, or EMEA/H/C/ and 6 digits"
    ),
    r"^HGNC:\d+$": "should be HGNC: and digits, in quotes",
    r"^10\.\d{4,9}/\S+$": "should be a DOI, as 10.1038/s41416-020-01161-4",
}
TYPE_NAMES = ((bool, "yes or no"), (int | float | Decimal, "a number"), (date, "a date"))


def describe_fault(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong at a place of a record, with the nearest right word if there is one."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return describe_unknown_field(error["loc"], model)
    if kind == "string_type":
        return describe_no_text(value)
    if kind == "enum":
        words = enum_words(error["loc"], model)
        return describe_with_input(error) + suggest(str(value), words)
    text = PATTERNS.get(context.get("pattern", "")) or EXPECTATIONS.get(kind, "").format(**context)
    if not text:
        return describe_with_input(error)
    return text if isinstance(value, dict | list) or value == "" else f"{text}, got {value!r}"


def describe_unknown_field(location: Sequence[int | str], model: type[BaseModel]) -> str:
    """A field that its record or item does not have, and those that it has."""
    owner = type_at(model, location[:-1])
    names = list(owner.model_fields) if owner and issubclass(owner, BaseModel) else []
    near = suggest(str(location[-1]), names)
    return f"no such field{near or '; fields: ' + ', '.join(names)}"


def describe_no_text(value: Any) -> str:
    """What YAML made of a value that should be a text."""
    for kind, name in TYPE_NAMES:
        if isinstance(value, kind):
            return f"should be a text, but YAML reads {value} as {name}: put it in quotes"
    if isinstance(value, dict):
        return "should be a text: put it in quotes, because a colon and a space make it a field"
    return "should be a text, got a list" if value else "should be a text, got nothing"


def enum_words(location: Sequence[int | str], model: type[BaseModel]) -> list[str]:
    """The words of a closed list."""
    words = type_at(model, location)
    return [str(word) for word in words] if words and issubclass(words, StrEnum) else []


def type_at(model: type[BaseModel], location: Sequence[int | str]) -> type | None:
    """The type of the value at a place of a model, or of its items."""
    current: Any = model
    for part in location:
        if isinstance(part, str):
            fields = getattr(current, "model_fields", {})
            current = item_type(fields[part].annotation) if part in fields else None
    return current if isinstance(current, type) else None


def item_type(annotation: Any) -> Any:
    """The type of a value, or of the items of a list, without what is added to it."""
    plain = without_null(annotation)
    if get_origin(plain) in (Annotated, list):
        return item_type(get_args(plain)[0])
    return plain
