"""Choose the format of an answer, and write records in it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import HTTPException

from app.model.flat import Column, record_columns, row_values, write_rows
from app.model.json_text import read_json, write_json
from app.model.resource import Resource
from app.model.vocabulary import Vocabulary
from app.pages.cite import Work, record_work, source_work, write_bibtex, write_csl, write_ris
from app.serving.json_ld import write_json_ld
from app.serving.negotiation import best_media_type
from app.serving.service import Service
from app.store.lookups import get_record


class Format(Vocabulary):
    """The format of an answer."""

    JSON = "json", "JSON, as described here", "JSON"
    CSV = (
        "csv",
        "one row a record: single values, and lists of texts joined by `; `; what else a record "
        "has is in `/v1/tables`",
        "CSV",
    )
    NDJSON = "ndjson", "one JSON object a line, one line a record", "NDJSON"
    JSONLD = "jsonld", "JSON-LD with the terms of schema.org", "JSON-LD"
    HTML = "html", "a page for people, which browsers get by themselves", "HTML"
    MD = "md", "the same page in Markdown, with numbered sources", "Markdown"
    BIBTEX = "bibtex", "citations in BibTeX: of the record, then of the sources it cites", "BibTeX"
    RIS = "ris", "the same citations in RIS, for reference managers", "RIS"
    CSL = "csl", "the same citations in CSL-JSON, for citation processors", "CSL"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.NDJSON: "application/x-ndjson",
    Format.JSONLD: "application/ld+json",
    Format.HTML: "text/html",
    Format.MD: "text/markdown",
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
    Format.MD: "text/markdown; charset=utf-8",
    Format.BIBTEX: "application/x-bibtex; charset=utf-8",
    Format.RIS: "application/x-research-info-systems; charset=utf-8",
}
# The formats of a page, which is made of the JSON of the same address.
PAGES = (Format.HTML, Format.MD)
CITATIONS = (Format.BIBTEX, Format.RIS, Format.CSL)
# What Java's own client sends where a program names nothing. It asks for no page.
NO_BROWSER = "text/html, image/gif, image/jpeg,"
# The formats of files: without a limit these have all records.
FILES = (Format.CSV, Format.NDJSON)
WHOLE = (*FILES, *CITATIONS)
ENDINGS = {Format.BIBTEX: "bib", Format.CSL: "json"}
# The header with the number of records on all pages, where the body has no place for it.
TOTAL = "X-Total-Count"
# Without it a spreadsheet reads UTF-8 as Windows-1252 and shows three characters for a dash.
BYTE_ORDER_MARK = "\ufeff"


def choose_format(
    accept: str, named: Format | None, *, partial: bool = False, offered: Iterable[Format] = Format
) -> Format:
    """The format of the answer: `named` (the parameter `format`), else the best for `Accept`.

    Raises HTTPException 406 if `Accept` allows none of those offered.
    """
    if named:
        return named
    forms = [form for form in offered if form not in PAGES or names_page(form, accept)]
    types = {CONTENT_TYPES[form]: form for form in forms}
    if partial:
        types |= {PARTIAL_JSON: Format.JSON}
    best = best_media_type(accept, tuple(types))
    if best is None:
        names = ", ".join(name.partition(";")[0] for name in types)
        raise HTTPException(406, f"Accept should allow one of {names}.")
    return types[best]


def names_page(form: Format, accept: str) -> bool:
    """Whether a client asks for a page by its name, as browsers do; `text/*` is no such wish."""
    return MEDIA_TYPES[form] in accept.lower() and not accept.startswith(NO_BROWSER)


def content_type(form: Format, fields: Sequence[str] = ()) -> str:
    """The `Content-Type` of an answer in a format, with all fields or only `fields`."""
    return PARTIAL_JSON if fields and form is Format.JSON else CONTENT_TYPES[form]


def file_headers(form: Format, name: str) -> dict[str, str]:
    """The header by which a browser saves an answer in a format that it does not show."""
    return {"Content-Disposition": f'attachment; filename="{name}.{ENDINGS.get(form, form)}"'}


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
        return write_csv(resource, texts, service.database.release.version, fields)
    if form in CITATIONS:
        return write_citations(service, list(map(read_json, texts)), form)
    return write_json_ld(service, {resource: texts})


def write_citations(service: Service, records: list[dict[str, Any]], form: Format) -> bytes:
    """Write how to cite records, and behind them the sources that support their fields."""
    works = list_works(service, records)
    if form is Format.CSL:
        return json.dumps([write_csl(work) for work in works], ensure_ascii=False).encode()
    return (write_bibtex if form is Format.BIBTEX else write_ris)(works).encode()


def list_works(service: Service, records: list[dict[str, Any]]) -> list[Work]:
    """Records as works to cite, and behind them the sources that support their fields."""
    meta = json.loads(service.meta)
    own = [record for record in records if record["kind"] != "sources"]
    cited = [c["source"]["id"] for record in own for c in record["citations"]]
    sources = [record for record in records if record["kind"] == "sources"]
    stored = (get_record(service.database, "sources", name) for name in dict.fromkeys(cited))
    sources += [json.loads(record.json) for record in stored if record]
    return [
        *(record_work(r, meta, service.cite_as(r["kind"], r["id"])) for r in own),
        *map(source_work, sources),
    ]


def write_csv(
    resource: Resource, texts: Iterable[bytes], version: str, fields: Sequence[str] = ()
) -> bytes:
    """Write one row for each record: with all columns, or the id and those of some fields."""
    columns = choose_columns(resource, fields)
    rows = (row_values(columns, read_json(text), version) for text in texts)
    return (BYTE_ORDER_MARK + write_rows(columns, rows)).encode()


def join_csv(resource: Resource, rows: Iterable[bytes]) -> bytes:
    """Put the header in front of stored rows that have all columns."""
    header = BYTE_ORDER_MARK + write_rows(record_columns(resource.model), ())
    return header.encode() + b"".join(rows)


def choose_columns(resource: Resource, fields: Sequence[str]) -> tuple[Column, ...]:
    """All columns of a collection, or the id and the columns of these fields only."""
    columns = record_columns(resource.model)
    if not fields:
        return columns
    wanted = ("id", *fields)
    return tuple(c for c in columns if (c.path or (c.name,))[0] in wanted)


def unwritable_fields(resource: Resource, fields: Iterable[str]) -> list[str]:
    """The fields that no cell can hold: lists of objects, and links of the single record."""
    known = {(column.path or (column.name,))[0] for column in record_columns(resource.model)}
    return [name for name in fields if name not in known]
