"""JSON-LD: records in the terms of schema.org, each with the works that it rests on."""

from typing import Any

# What has citations of its own; any other thing is the subject of a work that has them.
WORKS = ("Article", "Claim", "CreativeWork", "Question")


def node(record: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A record's node: its own properties, its sources as `citation`, its notes as `comment`."""
    evidence: dict[str, Any] = {
        "citation": [work(citation) for citation in record["citations"]],
        "comment": [comment(note) for note in record["notes"]],
    }
    if own["@type"] not in WORKS:
        evidence = {
            "subjectOf": {"@type": "CreativeWork", "url": record["url"], **stated(evidence)}
        }
    return stated(
        {
            "@id": record["url"],
            "identifier": record["id"],
            "name": record["name"],
            "url": record["url"],
            **own,
            **evidence,
        }
    )


def work(citation: dict[str, Any]) -> dict[str, Any]:
    """A cited source as a creative work, at its passage."""
    source = citation["source"]
    return stated(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "publisher": {"@type": "Organization", "name": source["publisher"]},
            "url": citation["deep_link"],
            "datePublished": source["published"],
        }
    )


def comment(note: dict[str, Any]) -> dict[str, Any]:
    """A curator's note, with what it rests on."""
    citations = [work(citation) for citation in note["citations"]]
    return {"@type": "Comment", "name": note["kind"], "text": note["text"], "citation": citations}


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
