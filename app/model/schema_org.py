"""What a collection says of its records in the terms of schema.org."""

from typing import Any


def stated(properties: dict[str, Any]) -> dict[str, Any]:
    """Those that have a value."""
    return {name: value for name, value in properties.items() if value not in (None, [])}


def bounded(comparator: str, low: float | None, high: float | None = None) -> dict[str, Any]:
    """A figure as its comparator reads it: a value, or what it is more or less than."""
    if comparator == "more-than" or high is not None:
        return {"minValue": low, "maxValue": high}
    return {"maxValue" if comparator in ("less-than", "at-most") else "value": low}


def medical_codes(record: dict[str, Any]) -> list[dict[str, Any]]:
    """A record's codes in other vocabularies."""
    return [
        stated(
            {
                "@type": "MedicalCode",
                "codeValue": code["code"],
                "codingSystem": code["system"],
                "url": code["url"],
            }
        )
        for code in record["codes"]
    ]


def terms(record: dict[str, Any], *fields: str) -> str:
    """The words without which a figure would be misread: `comparator: about; years: 5`."""
    told = ((name, record[name]) for name in fields if record[name] is not None)
    words = {True: "yes", False: "no"}
    return "; ".join(
        f"{name}: {words[value] if isinstance(value, bool) else value}" for name, value in told
    )
