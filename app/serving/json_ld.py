"""JSON-LD: records in the terms of schema.org, each with the works that it rests on."""

from typing import Any

from app.model.schema_org import stated

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
