"""Write records as JSON-LD in the terms of schema.org, each with the sources that it cites."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.model.json_text import read_json, write_json
from app.model.resource import Resource
from app.model.schema_org import drop_empty
from app.serving.service import SUMMARY, Service

LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"
# Says of which properties the values are addresses: else readers take them for texts.
CONTEXT = {
    "@vocab": "https://schema.org/",
    **{name: {"@type": "@id"} for name in ("license", "sameAs", "url")},
}
# Types that may have `citation` in schema.org. A record of another type is described as the subject
# of a work, which has the citations.
WORKS = ("Article", "Claim", "CreativeWork", "Question")


def write_json_ld(service: Service, texts: Mapping[Resource, Sequence[bytes]]) -> bytes:
    """Write records as one JSON-LD document, with the data set that they belong to."""
    nodes = [
        describe_record(record, resource.schema_org(record))
        for resource, some in texts.items()
        for record in map(read_json, some)
    ]
    return write_nodes(service, nodes).encode()


def write_nodes(service: Service, nodes: Sequence[dict[str, Any]]) -> str:
    """Write records that are described already."""
    dataset = describe_dataset(service) | {"mentions": [{"@id": node["@id"]} for node in nodes]}
    document = {"@context": CONTEXT, "@graph": [dataset, *nodes]}
    return write_json(document, ensure_ascii=False)


def describe_dataset(service: Service) -> dict[str, Any]:
    """Describe the data set as a schema.org `Dataset`."""
    release = service.database.release
    return {
        "@id": f"{service.base_url}/v1",
        "@type": "Dataset",
        "name": "HER2 Facts",
        "description": SUMMARY,
        "url": f"{service.base_url}/v1",
        "version": release.version,
        "license": LICENSE_URL,
        "dateModified": release.date.isoformat(),
    }


def describe_record(record: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Describe a record: its properties, its sources as `citation`, its notes as `comment`."""
    evidence: dict[str, Any] = {
        "citation": [describe_work(citation) for citation in record["citations"]],
        "comment": [describe_note(note) for note in record["notes"]],
    }
    if properties["@type"] not in WORKS:
        evidence = {
            "subjectOf": {"@type": "CreativeWork", "url": record["url"], **drop_empty(evidence)}
        }
    return drop_empty(
        {
            "@id": record["url"],
            "identifier": record["id"],
            "name": record["name"],
            "url": record["url"],
            **properties,
            **evidence,
        }
    )


def describe_work(citation: dict[str, Any]) -> dict[str, Any]:
    """Describe a citation as a `CreativeWork` whose address opens the passage."""
    source = citation["source"]
    return drop_empty(
        {
            "@type": "CreativeWork",
            "name": source["title"],
            "publisher": {"@type": "Organization", "name": source["publisher"]},
            "url": citation["deep_link"],
            "datePublished": source["published"],
        }
    )


def describe_note(note: dict[str, Any]) -> dict[str, Any]:
    """Describe a curator's note as a `Comment` with its citations."""
    citations = [describe_work(citation) for citation in note["citations"]]
    return {"@type": "Comment", "name": note["kind"], "text": note["text"], "citation": citations}
