"""Formats of the same records, by `Accept` or `?format=`; CSV."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from mimeparse import MimeTypeParseException, best_match

from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.serving.json_ld import node


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
# Without it a spreadsheet takes the text for Windows-1252, and a dash for three other characters.
BYTE_ORDER_MARK = "\ufeff"
# JSON with some fields only: another media type, as the schema of a whole record does not hold.
PARTIAL_JSON = "application/vnd.her2-facts.partial+json"
LINKSET = "application/linkset+json"
CHARSET = {Format.CSV: "; charset=utf-8; header=present", Format.NDJSON: "; charset=utf-8"}


def media_type(form: Format) -> str:
    """The Content-Type of a format."""
    return MEDIA_TYPES[form] + CHARSET.get(form, "")


def negotiated(
    request: Request, asked: Format | None, offered: Iterable[Format] = Format
) -> Format:
    """The format to answer in: `format=` first, then the best of `Accept`; refuses what is not."""
    if asked:
        return asked
    # Of equals the last is taken, and that is to be JSON.
    types = {MEDIA_TYPES[form]: form for form in reversed([*offered])}
    if "fields" in request.query_params:
        types = {PARTIAL_JSON: Format.JSON} | types
    accept = ", ".join(filter(None, request.headers.getlist("accept"))).lower() or "*/*"
    try:
        return types[best_match([*types], accept)]
    except (MimeTypeParseException, KeyError):
        names = ", ".join([*types][::-1])
        raise HTTPException(406, f"Accept should allow one of {names}.") from None


def csv_text(records: list[dict[str, Any]], columns: Sequence[str], version: str) -> str:
    """One row a record; each row says where it comes from and from which data."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, lineterminator="\r\n")
    own = [name for name in columns if name not in ("id", "url")]
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


LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def picked(document: str, fields: Sequence[str]) -> str:
    """A stored answer with only these fields, and its id."""
    if not fields:
        return document
    record = json.loads(document)
    chosen = {name: record[name] for name in record if name in fields or name == "id"}
    return json.dumps(chosen, ensure_ascii=False)


def written(
    app: FastAPI, resource: Resource, documents: list[str], form: Format, fields: Sequence[str] = ()
) -> str:
    """Stored answers as CSV, NDJSON or JSON-LD."""
    if form is Format.NDJSON:
        return "".join(f"{picked(document, fields)}\n" for document in documents)
    if form is Format.CSV:
        records = [json.loads(document) for document in documents]
        # Unless they are asked for, citations are told by their addresses.
        columns = fields or [name for name in resource.answer.model_fields if name != "citations"]
        return csv_text(records, columns, app.state.release.version)
    return json_ld(app, {resource: documents})


def json_ld(app: FastAPI, documents: dict[Resource, list[str]]) -> str:
    """Stored answers as one JSON-LD document, with the data set that they belong to."""
    nodes = [
        node(record, resource.schema_org(record))
        for resource, some in documents.items()
        for record in map(json.loads, some)
    ]
    document = {"@context": {"@vocab": "https://schema.org/"}, "@graph": [dataset(app), *nodes]}
    return json.dumps(document, ensure_ascii=False)


def dataset(app: FastAPI) -> dict[str, Any]:
    """The data set, in the terms of schema.org."""
    state = app.state
    return {
        "@id": f"{state.base_url}/v1",
        "@type": "Dataset",
        "name": "HER2 Facts",
        "description": app.summary,
        "url": f"{state.base_url}/v1",
        "version": state.release.version,
        "license": LICENCE,
        "dateModified": state.release.date.isoformat(),
    }
