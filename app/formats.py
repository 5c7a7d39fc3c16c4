"""Formats: JSON, CSV, NDJSON and JSON-LD of the same records, by `Accept` or `?format=`."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request

from app.errors import NotAcceptable
from app.vocabulary import Vocabulary


class Format(Vocabulary):
    """How an answer is written."""

    JSON = "json", "JSON, as described here"
    CSV = "csv", "one row a record: scalars, lists joined by `; `, the rest as JSON"
    NDJSON = "ndjson", "one JSON object a line, one line a record"
    JSONLD = "jsonld", "JSON-LD with the terms of schema.org"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.NDJSON: "application/x-ndjson",
    Format.JSONLD: "application/ld+json",
}
CHARSET = {Format.CSV: "; charset=utf-8; header=present"}


def media_type(form: Format) -> str:
    """The Content-Type of a format."""
    return MEDIA_TYPES[form] + CHARSET.get(form, "")


def negotiated(request: Request, asked: Format | None) -> Format:
    """The format to answer in: `format=` first, then the best of `Accept`; refuses what is not."""
    if asked:
        return asked
    accept = request.headers.get("accept", "*/*") or "*/*"
    weights = {form: weight_of(MEDIA_TYPES[form], accept) for form in Format}
    best = max(Format, key=lambda form: weights[form])  # the first of equals: JSON
    if weights[best] <= 0:
        raise NotAcceptable(list(MEDIA_TYPES.values()))
    return best


def weight_of(media: str, accept: str) -> float:
    """The weight that an Accept header gives a media type; the most specific range counts."""
    best = (-1, 0.0)
    main = media.split("/")[0]
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    weight = 0.0
        rank = {media: 2, f"{main}/*": 1, "*/*": 0}.get(name, -1)
        if rank > best[0]:
            best = (rank, weight)
    return best[1] if best[0] >= 0 else 0.0


def csv_text(records: list[dict[str, Any]], columns: Sequence[str], version: str) -> str:
    """One row a record; each row says where it comes from and from which data."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    own = [name for name in columns if name not in ("id", "url", "citations")]
    writer.writerow(["id", "url", *own, "source_urls", "data_version"])
    for record in records:
        cells = [cell(record.get(name)) for name in own]
        writer.writerow([record["id"], record["url"], *cells, source_urls(record), version])
    return file.getvalue()


def source_urls(record: dict[str, Any]) -> str:
    """The addresses of a record's passages, each once."""
    citations = record.get("citations", [])
    return "; ".join(dict.fromkeys(c["deep_link"] for c in citations if c["deep_link"]))


def cell(value: Any) -> str | int | float:
    """A value as a cell. A text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


# What a record of a kind is in schema.org.
TYPES = {
    "topics": "DefinedTermSet",
    "facts": "Claim",
    "risk-factors": "MedicalRiskFactor",
    "symptoms": "MedicalSymptom",
    "tests": "MedicalTest",
    "stages": "MedicalConditionStage",
    "subtypes": "MedicalCondition",
    "treatments": "MedicalTherapy",
    "drugs": "Drug",
    "survival": "Observation",
    "statistics": "Observation",
    "comparisons": "Question",
    "terms": "DefinedTerm",
    "sources": "Article",
}
TEXTS = ("description", "summary", "definition", "mechanism", "why_they_differ")


def json_ld(record: dict[str, Any]) -> dict[str, Any]:
    """A record in the terms of schema.org; its sources are its `citation`."""
    node: dict[str, Any] = {
        "@id": record["url"],
        "@type": TYPES[record["kind"]],
        "identifier": record["id"],
        "name": record["name"],
        "url": record["url"],
        "citation": [work(citation) for citation in record["citations"]],
    }
    if text := next((record[name] for name in TEXTS if record.get(name)), None):
        node["description"] = text
    if record["kind"] == "drugs":
        node["nonProprietaryName"] = record["generic_name"]
        node["alternateName"] = [*record["brand_names"], *record["aliases"]]
        node["administrationRoute"] = record["route"]
        node["mechanismOfAction"] = record["mechanism"]
    if record["kind"] == "facts":
        node["text"] = record["statement"]
    if record["kind"] == "survival":
        node |= {"value": record["value_percent"], "unitText": "percent"}
    if record["kind"] == "statistics":
        node |= {"value": record["low"], "unitText": record["unit"]}
    if codes := record.get("codes"):
        node["sameAs"] = [code["url"] for code in codes if code["url"]]
    return {key: value for key, value in node.items() if value not in (None, [])}


def work(citation: dict[str, Any]) -> dict[str, Any]:
    """A cited source as a creative work."""
    source = citation["source"]
    node = {
        "@type": "CreativeWork",
        "name": source["title"],
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "url": citation["deep_link"],
        "datePublished": source["published"],
    }
    return {key: value for key, value in node.items() if value is not None}


def graph(records: list[dict[str, Any]], dataset: dict[str, Any]) -> dict[str, Any]:
    """Records as one JSON-LD document, with the data set that they belong to."""
    return {
        "@context": {"@vocab": "https://schema.org/"},
        "@graph": [dataset, *map(json_ld, records)],
    }
