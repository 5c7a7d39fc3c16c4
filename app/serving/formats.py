"""Choose the format of an answer, and write records in it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import HTTPException

from app.model.json_text import read_json, write_json
from app.model.record import Link
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.pages.cite import record_work, source_work, write_bibtex, write_csl, write_ris
from app.serving.json_ld import write_json_ld
from app.serving.negotiation import best_media_type
from app.serving.service import Service
from app.store.lookups import get_record


class Format(Vocabulary):
    """The format of an answer."""

    JSON = "json", "JSON, as described here", "JSON"
    CSV = "csv", "one row a record: scalars, lists joined by `; `, the rest as JSON", "CSV"
    NDJSON = "ndjson", "one JSON object a line, one line a record", "NDJSON"
    JSONLD = "jsonld", "JSON-LD with the terms of schema.org", "JSON-LD"
    HTML = "html", "a page for people, which browsers get by themselves", "HTML"
    BIBTEX = "bibtex", "citations in BibTeX: of the record, then of the sources it cites", "BibTeX"
    RIS = "ris", "the same citations in RIS, for reference managers", "RIS"
    CSL = "csl", "the same citations in CSL-JSON, for citation processors", "CSL-JSON"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.NDJSON: "application/x-ndjson",
    Format.JSONLD: "application/ld+json",
    Format.HTML: "text/html",
    Format.BIBTEX: "application/x-bibtex",
    Format.RIS: "application/x-research-info-systems",
    Format.CSL: "application/vnd.citationstyles.csl+json",
}
# JSON with some fields only has another media type, because it breaks the schema of a whole record.
PARTIAL_JSON = "application/vnd.her2-facts.partial+json"
LINKSET = "application/linkset+json"
CONTENT_TYPES = MEDIA_TYPES | {
    Format.JSON: "application/json; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.NDJSON: "application/x-ndjson; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.BIBTEX: "application/x-bibtex; charset=utf-8",
    Format.RIS: "application/x-research-info-systems; charset=utf-8",
}
CITATIONS = (Format.BIBTEX, Format.RIS, Format.CSL)
# What Java's own client sends where a program names nothing. It asks for no page.
NO_BROWSER = "text/html, image/gif, image/jpeg,"
# Without it a spreadsheet reads UTF-8 as Windows-1252 and shows three characters for a dash.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def choose_format(
    accept: str, named: Format | None, *, partial: bool = False, offered: Iterable[Format] = Format
) -> Format:
    """The format of the answer: `named` (the parameter `format`), else the best for `Accept`.

    Raises HTTPException 406 if `Accept` allows none of those offered.
    """
    if named:
        return named
    forms = [form for form in offered if form is not Format.HTML or names_html(accept)]
    types = {CONTENT_TYPES[form]: form for form in forms}
    if partial:
        types |= {PARTIAL_JSON: Format.JSON}
    best = best_media_type(accept, tuple(types))
    if best is None:
        names = ", ".join(name.partition(";")[0] for name in types)
        raise HTTPException(406, f"Accept should allow one of {names}.")
    return types[best]


def names_html(accept: str) -> bool:
    """Whether a client asks for HTML by its name, as browsers do; `text/*` is no such wish."""
    return "text/html" in accept.lower() and not accept.startswith(NO_BROWSER)


def content_type(form: Format, fields: Sequence[str] = ()) -> str:
    """The `Content-Type` of an answer in a format, with all fields or only `fields`."""
    return PARTIAL_JSON if fields and form is Format.JSON else CONTENT_TYPES[form]


def pick_fields(text: bytes, fields: Sequence[str]) -> bytes:
    """The JSON of a record with its id and these fields only, or with all if there are none."""
    if not fields:
        return text
    record = read_json(text)
    chosen = {name: record[name] for name in record if name in fields or name == "id"}
    return write_json(chosen, ensure_ascii=False).encode()


def write_records(
    service: Service,
    resource: Resource,
    texts: Sequence[bytes],
    form: Format,
    fields: Sequence[str] = (),
) -> bytes:
    """Write records as CSV, NDJSON, JSON-LD or citations, from the JSON of each."""
    if form is Format.NDJSON:
        return b"".join(pick_fields(text, fields) + b"\n" for text in texts)
    if form is Format.CSV:
        # The column `source_urls` replaces the citations unless `fields` names them.
        columns = fields or [name for name in resource.model.model_fields if name != "citations"]
        return write_csv(map(read_json, texts), columns, service.database.release.version)
    if form in CITATIONS:
        return write_citations(service, list(map(read_json, texts)), form)
    return write_json_ld(service, {resource: texts})


def write_citations(service: Service, records: list[dict[str, Any]], form: Format) -> bytes:
    """Write how to cite records, and behind them the sources that support their fields."""
    meta = json.loads(service.meta)
    own = [record for record in records if record["kind"] != "sources"]
    cited = [c["source"]["id"] for record in own for c in record["citations"]]
    sources = [record for record in records if record["kind"] == "sources"]
    stored = (get_record(service.database, "sources", name) for name in dict.fromkeys(cited))
    sources += [json.loads(record.json) for record in stored if record]
    works = [*(record_work(record, meta) for record in own), *map(source_work, sources)]
    if form is Format.CSL:
        return json.dumps([write_csl(work) for work in works], ensure_ascii=False).encode()
    return (write_bibtex if form is Format.BIBTEX else write_ris)(works).encode()


def write_csv(records: Iterable[dict[str, Any]], columns: Sequence[str], version: str) -> bytes:
    """Write one row for each record, with the addresses of its passages and the data version."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, lineterminator="\r\n")
    shown = [name for name in columns if name not in ("id", "url")]
    writer.writerow(["id", "url", *shown, "source_urls", "data_version"])
    for record in records:
        cells = [write_cell(record.get(name)) for name in shown]
        writer.writerow([record["id"], record["url"], *cells, source_urls(record), version])
    return file.getvalue().encode()


def source_urls(record: Mapping[str, Any]) -> str:
    """The addresses of a record's passages, each once."""
    citations = record.get("citations", [])
    return "; ".join(dict.fromkeys(c["deep_link"] for c in citations if c["deep_link"]))


def is_link(value: Any) -> bool:
    """Whether a value is the address of a record with its name; its id says enough in a cell."""
    return isinstance(value, dict) and value.keys() == Link.model_fields.keys()


def write_cell(value: Any) -> str | int | Decimal:
    """A value as a cell of CSV. An apostrophe keeps a spreadsheet from running it as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, list) and all(isinstance(item, str) or is_link(item) for item in value):
        value = "; ".join(item["id"] if is_link(item) else item for item in value)
    if is_link(value):
        value = value["id"]
    text = value if isinstance(value, str) else write_json(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text
