"""Markdown at every address: the same words as the page, with numbered sources."""

import re
from typing import Any
from urllib.parse import quote

import cmarkgfm
import pytest
from jinja2 import UndefinedError
from selectolax.lexbor import LexborHTMLParser as Html

from app.pages.markdown import escape_markdown, fence, link_target, markdown_environment

from .conftest import Api
from .test_pages import BROWSER, EVIL, LISTS, OTHERS, PROBLEMS, hostile, records  # noqa: F401

MARKDOWN = "text/markdown; charset=utf-8"
# What the reference parser puts where a text has HTML.
RAW_HTML = "<!-- raw HTML omitted -->"


def get(api: Api, address: str) -> Any:
    return api.get(address, headers={"Accept": "text/markdown"})


def parse(text: str) -> Html:
    """A Markdown text as the reference parser of CommonMark, with tables, shows it."""
    return Html(cmarkgfm.markdown_to_html_with_extensions(text, extensions=["table"]))


def read(api: Api, address: str) -> Html:
    """The Markdown of an address, checked for what holds at every address."""
    answer = get(api, address)
    assert answer.headers["content-type"] == MARKDOWN, address
    assert "Accept" in answer.headers["vary"]
    page = parse(answer.text)
    fences = re.findall("^ *`{3,}", answer.text, re.M)
    assert RAW_HTML not in page.html, address  # type: ignore[operator]
    assert not page.css("img"), address
    assert 2 * len(page.css("pre")) == len(fences), address  # no text becomes code by its indent
    assert len(page.css("h1")) == 1, address
    assert "not medical advice" in answer.text
    assert "\n\n\n" not in answer.text
    assert len(page.css("hr")) == 1  # not the underline of a heading
    assert not re.search(r"^>.*\n>", answer.text, re.M), address  # two notes, not one
    for url in links(page):
        assert re.match("https?://|mailto:", url), (address, url)
    return page


def links(page: Html) -> list[str]:
    return [str(link.attributes["href"]) for link in page.css("a")]


def plain(page: Html) -> str:
    """The words of a page without commands and other code."""
    for code in page.css("pre, code"):
        code.decompose()
    return page.body.text()  # type: ignore[union-attr]


@pytest.mark.parametrize("address", [*LISTS, *OTHERS])
def test_every_kind_of_address_has_markdown(api: Api, address: str) -> None:
    assert get(api, address).status_code in (200, 422)
    read(api, address)


@pytest.mark.parametrize("address", PROBLEMS[:-1])
def test_every_error_has_markdown_with_its_status(api: Api, address: str) -> None:
    assert get(api, address).status_code == api.get(address).status_code >= 400
    read(api, address)


def test_every_record_has_its_passages_and_notes_in_markdown(api: Api) -> None:
    for address, record in records(api):
        page = read(api, address)
        shown, targets = plain(page), set(links(page))
        cited = [*record["citations"], *(c for n in record["notes"] for c in n["citations"])]
        for citation in cited:
            assert citation["source"]["publisher"] in shown, address
            if citation["deep_link"]:
                assert link_target(citation["deep_link"]) in targets, address
        for note in record["notes"]:
            assert note["text"].replace("\n", " ") in shown, address


def test_tables_keep_a_cell_for_each_column(api: Api) -> None:
    for kind in LISTS:
        rows = [line for line in get(api, kind).text.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1, kind


def test_markdown_is_chosen_by_its_name_alone(api: Api) -> None:
    assert (
        api.get("/v1/drugs/lapatinib?format=md").content == get(api, "/v1/drugs/lapatinib").content
    )
    for accept in ("*/*", "application/json", BROWSER):
        answer = api.get("/v1/drugs/lapatinib", headers={"Accept": accept})
        assert answer.headers["content-type"] != MARKDOWN
    for guide in ("/guide/figures", "/guide/developers", "/guide/privacy"):
        assert api.get(guide).headers["content-type"] == "text/html; charset=utf-8"
        assert api.get(f"{guide}?format=md").headers["content-type"] == MARKDOWN
    assert api.get("/guide/figures?format=csv").status_code == 422


def test_the_entry_points_are_named_in_a_few_lines(api: Api) -> None:
    text = api.get("/llms.txt").text
    assert len(text) < 8000
    found = links(parse(text))
    assert text.startswith("# HER2 Facts\n\n> ")
    for url in found:
        if url.startswith("http://test/"):
            expected = 405 if url.endswith("/mcp") else 200  # called by POST
            assert api.get(url.removeprefix("http://test")).status_code == expected, url
    assert {f"http://test{kind}" for kind in LISTS} <= set(found)


def test_what_the_data_say_is_text_in_markdown_too(hostile: Api) -> None:  # noqa: F811
    addresses = ["/", *LISTS, *(f"/v1/risk-factors/evil-{n}" for n in range(len(EVIL)))]
    addresses += [f"/v1/sources/source-{n}" for n in range(len(EVIL))]
    addresses += [f"/v1/search?q={quote(evil[:200])}" for evil in EVIL]
    addresses += [f"/v1/facts?{quote(evil[:200])}={quote(evil[:200])}" for evil in EVIL]
    for address in addresses:
        for url in links(read(hostile, address)):
            assert not url.startswith(("javascript:", "https://evil")), address


@pytest.mark.parametrize(
    "text",
    [*EVIL, "# no heading", "- no item", "+ none", "1. none", "12) none", "> none", "===", "a | b",
     "[x](javascript:y)", "![x](y)", "`x`", "*a* _b_ __c__ snake_case", "&lt; &#60;", "<b>", "two\nlines",
     "~~~", "a\\", "[x]: https://evil.example", "https://evil.example"],
)  # fmt: skip
def test_any_text_is_shown_as_it_is(text: str) -> None:
    (paragraph,) = parse(f"{escape_markdown(text)}\n").body.iter()  # type: ignore[union-attr]
    assert (paragraph.tag, list(paragraph.iter())) == ("p", [])
    assert paragraph.text() == " ".join(text.splitlines()).strip()
    (block,) = parse(f"{fence(text)}\n").body.iter()  # type: ignore[union-attr]
    assert (block.tag, block.text()) == ("pre", f"{text}\n")


def test_a_template_without_a_field_fails() -> None:
    template = markdown_environment().from_string("{{ view.no_such_field }}")
    with pytest.raises(UndefinedError):
        template.render(view=object())
