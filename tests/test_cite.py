"""Citations: what is exported is read back by the usual parsers, odd names and addresses too."""

import json
import re
from collections.abc import Iterator

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.middleware import Middleware
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from app.pages.cite import Work, cite_work, write_bibtex, write_csl, write_ris

from .conftest import Api

ODD = Work(
    id="odd",
    title="50% & more: {HER2}_positive #1 \\ $5 ~ “a” <b>",
    authors=("American Society of Clinical Oncology/College of American Pathologists (ASCO/CAP)", "van der Berg A"),
    publisher="National Cancer Institute, SEER Program",
    date="2023-08",
    version=None,
    url="https://example.org/a_b?c=%20d&e={f}#:~:text=HER2%2Dpositive,about%2020%25",
    accessed="2026-11-23",
)  # fmt: skip
ARTICLE = Work("art", "On HER2", ("Smith J", "Doe A"), "ASCO", "2019", None, None, "2026-11-23", "Journal", "10.1000/x_y")  # fmt: skip
KINDS = {"bibtex": "application/x-bibtex; charset=utf-8", "csl": "application/vnd.citationstyles.csl+json",
         "ris": "application/x-research-info-systems; charset=utf-8"}  # fmt: skip


def read_bibtex(text: str, *middleware: Middleware) -> dict[str, dict[str, str]]:
    library = bibtexparser.parse_string(text, append_middleware=middleware)
    assert not library.failed_blocks
    return {e.key: {field.key: field.value for field in e.fields} for e in library.entries}


@pytest.mark.parametrize("work", [ODD, ARTICLE])
def test_bibtex_survives_a_round_trip(work: Work) -> None:
    entry = read_bibtex(write_bibtex([work]), LatexDecodingMiddleware())[f"her2facts-{work.id}"]
    assert entry["title"].strip("{}") == work.title
    assert [name.strip("{}") for name in entry["author"].split(" and ")] == list(work.authors)
    raw = re.search(r"url = {(.*)},", write_bibtex([work]))
    expected = work.url and work.url.replace("{", "%7B").replace("}", "%7D")
    assert (raw and raw[1]) == expected
    assert entry["year"] == (work.date or "")[:4]


@pytest.mark.parametrize("work", [ODD, ARTICLE])
def test_ris_survives_a_round_trip(work: Work) -> None:
    (entry,) = rispy.loads(write_ris([work]))
    assert (entry["title"], entry["authors"]) == (work.title, list(work.authors))
    assert entry.get("urls", [None])[0] == work.url
    assert entry.get("doi") == work.doi


@pytest.mark.parametrize("work", [ODD, ARTICLE])
def test_csl_is_read_by_a_citation_processor(work: Work) -> None:
    source = CiteProcJSON([write_csl(work)])
    (entry,) = source.values()
    assert str(entry["title"]) == work.title
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(f"her2facts-{work.id}")]))
    (written,) = bibliography.bibliography()
    assert work.authors[0][:20] in str(written)


def test_a_line_of_ris_can_not_be_broken() -> None:
    work = Work("x", "A\nER  - \nTY  - JOUR", ("B\r\nC",), "P", None, None, None, None)
    (entry,) = rispy.loads(write_ris([work]))
    assert entry["title"] == "A ER - TY - JOUR"
    assert [cite.label for cite in cite_work(work)] == ["Text", "BibTeX", "RIS", "CSL-JSON"]


def addresses(api: Api) -> Iterator[str]:
    for kind in ("drugs", "survival", "facts", "sources"):
        yield f"/v1/{kind}"
    yield "/v1/drugs/trastuzumab"
    yield "/v1/sources/cleveland-clinic"


def test_records_and_sources_are_cited_in_each_format(api: Api) -> None:
    for address in addresses(api):
        is_list = address.count("/") == 2
        records = api.items(address) if is_list else [api.get(address).json()]
        cited = {
            c["source"]["id"] for r in records if r["kind"] != "sources" for c in r["citations"]
        }
        names = {f"her2facts-{name}" for name in {r["id"] for r in records} | cited}
        if records[0]["kind"] == "sources":
            names = {f"her2facts-{r['id']}" for r in records}
        answers = {form: api.get(f"{address}?format={form}") for form in KINDS}
        for form, answer in answers.items():
            assert answer.headers["content-type"] == KINDS[form]
        assert read_bibtex(answers["bibtex"].text).keys() == names
        assert {entry["id"] for entry in rispy.loads(answers["ris"].text)} == names
        items = json.loads(answers["csl"].text)
        assert {item["id"] for item in items} == names
        assert all(item["author"] and item["title"] for item in items)


def test_a_citation_format_is_negotiated_and_takes_no_fields(api: Api) -> None:
    for form, media in KINDS.items():
        accept = {"Accept": media.split(";")[0]}
        assert api.get("/v1/drugs/lapatinib", headers=accept).headers["content-type"] == media
        assert api.get(f"/v1/drugs/lapatinib?format={form}&fields=name").status_code == 422
