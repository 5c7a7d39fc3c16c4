"""Helpers for the schema.org properties that each collection declares for JSON-LD."""

from decimal import Decimal
from typing import Any


def drop_empty(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties that have a value."""
    return {name: value for name, value in properties.items() if value not in (None, [])}


def value_properties(
    comparator: str, low: Decimal | None, high: Decimal | None = None
) -> dict[str, Any]:
    """A figure by its comparator: as `value`, `minValue` or `maxValue`, or as a range."""
    if comparator == "more-than" or high is not None:
        return {"minValue": low, "maxValue": high}
    return {"maxValue" if comparator in ("less-than", "at-most") else "value": low}


def medical_codes(record: dict[str, Any]) -> list[dict[str, Any]]:
    """A record's codes in other vocabularies, as `MedicalCode`."""
    return [
        drop_empty(
            {
                "@type": "MedicalCode",
                "codeValue": code["code"],
                "codingSystem": code["system"],
                "url": code["url"],
            }
        )
        for code in record["codes"]
    ]


def join_fields(record: dict[str, Any], *names: str) -> str:
    """Join the named fields of a record into one text, such as `comparator: about; years: 5`."""
    values = ((name, record[name]) for name in names if record[name] is not None)
    words = {True: "yes", False: "no"}
    return "; ".join(
        f"{name}: {words[value] if isinstance(value, bool) else value}" for name, value in values
    )
