"""Pages for people: what holds on the page of every address, and what each kind must show."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from jinja2 import DictLoader, TemplateError
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser as Html

from app.build import ensure_built
from app.pages import render
from app.pages.evidence import REPLACED
from app.pages.render import environment
from app.pages.tables import MOST_SAID
from app.resources import RESOURCES
from app.serving import pages
from app.serving.formats import Format
from app.serving.routes import collections
from app.settings import Settings

from .conftest import CITATION, RISK_FACTOR, SOURCE, Api, once_for_all_workers, serve, write_seed

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
KINDS = [resource.kind for resource in RESOURCES]
LISTS = [f"/v1/{kind}" for kind in KINDS]
OTHERS = [
    "/", "/v1", "/v1/search", "/v1/search?q=heart+failure", "/v1/search?q=herceptn", "/v1/search?q=%3Cb%3E",
    "/v1/lookup?name=kadcyla", "/v1/lookup?id=x", "/v1/vocabularies", "/v1/vocabularies/effect", "/v1/releases",
    "/v1/releases/2026.11.1", "/v1/releases/2026.11.2/changes", "/v1/export", "/guide/figures", "/guide/developers",
    "/guide/privacy", "/v1/tables",
    "/v1/survival?her2_status=positive&sort=-value_percent", "/v1/facts?limit=2", "/v1/facts?q=heart&has_note=conflict",
    "/v1/drugs?absent=target&latest=true", "/v1/drugs?fields=name,route",
]  # fmt: skip
PROBLEMS = [
    "/nothing", "/v1/drugs/no-such-medicine", "/v1/survival?stage=IV", "/v1/survival?her2=positive", "/v1/drugs?limit=0",
    "/v1/search", "/v1/lookup", "/assets/none", "/v1/drugs?topic=none", "/v1/drugs?zz=%3Cscript%3E",
    "/v1/%3Cscript%3E", "/v1/drugs?limit=0&format=html",
]  # fmt: skip


def get_page(api: Api, address: str) -> Any:
    return api.get(address, headers={"Accept": BROWSER})


@lru_cache(maxsize=100)  # a parsed page takes a megabyte
def parse(api: Api, address: str) -> Html:
    """The page of an address, checked for what holds on every page."""
    answer = get_page(api, address)
    assert answer.headers["content-type"] == "text/html; charset=utf-8", address
    assert answer.headers["content-security-policy"] == POLICY
    assert "Accept" in answer.headers["vary"]
    page = Html(answer.text)
    check_document(page, address)
    check_links(page, address)
    return page


def check_document(page: Html, address: str) -> None:
    """What makes a page usable for everybody, as far as its text shows."""
    assert page.css_first("html").attributes["lang"] == "en"
    assert [
        len(page.css(name))
        for name in ("h1", "main", "header.top", "footer.bottom", "head > title")
    ] == [1] * 5, address
    assert page.css_first("meta[name=description]").attributes["content"]
    text = page.body.text()  # type: ignore[union-attr]
    assert "not medical advice" in page.css_first("header.top .disclaimer").text()
    for table in page.css("table"):
        assert table.css_first("caption") is not None, address
    scripts = [script.attributes["type"] for script in page.css("script")]
    assert scripts in ([], ["application/ld+json"]), address
    assert not page.css("[style], [onclick], iframe, object, embed"), address
    for field in page.css("input, textarea"):
        name = field.attributes.get("id")
        assert "aria-label" in field.attributes or page.css_first(f"label[for={name}]"), address
    assert "Undefined" not in text, address
    assert "`" not in text, address


def check_links(page: Html, address: str) -> None:
    """Each place is there once, each inner link has its place, each outer one is of the web."""
    places = Counter(node.attributes["id"] for node in page.css("[id]"))
    assert max(places.values()) == 1, (address, places.most_common(2))
    for link in page.css("a, link, form"):
        target = link.attributes.get("href") or link.attributes.get("action") or ""
        if target.startswith("#"):
            assert target[1:] in places, (address, target)
        else:
            assert re.match(r"\.\.?/|https?://|mailto:", target), (address, target)
        if link.tag == "a" and target.startswith("http"):
            assert "external" in (link.attributes.get("rel") or ""), (address, target)


def records(api: Api) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the address of each record, and the record as lists have it."""
    for kind in KINDS:
        for item in api.items(f"/v1/{kind}"):
            yield f"/v1/{kind}/{item['id']}", item


@pytest.mark.parametrize("address", [*LISTS, *OTHERS])
def test_every_kind_of_address_has_a_page(api: Api, address: str) -> None:
    assert get_page(api, address).status_code in (200, 422)
    parse(api, address)


def test_every_record_has_a_page_that_shows_its_sources(api: Api) -> None:
    for address, record in records(api):
        page = parse(api, address)
        shown = page.body.text()  # type: ignore[union-attr]
        targets = {link.attributes.get("href") for link in page.css("a")}
        for citation in [
            *record["citations"],
            *(c for n in record["notes"] for c in n["citations"]),
        ]:
            assert citation["source"]["publisher"] in shown, address
            assert {citation["deep_link"], citation["seen_url"]} - {None} <= targets, address
            if citation["deep_link"] and citation["source"]["standing"] == "superseded":
                assert REPLACED in shown, address
        for note in record["notes"]:
            assert note["text"] in shown, (address, note["text"])
        assert page.css_first("link[rel=canonical]").attributes["href"] == record["url"]
        json.loads(page.css_first("script").text())


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_names_each_source_with_the_page_that_was_read(api: Api, kind: str) -> None:
    """A source without a verified address leads to the copy; two of a publisher differ in words."""
    page = parse(api, f"/v1/{kind}")
    cells = page.css("td.says")
    for item, cell in zip(api.get(f"/v1/{kind}").json()["items"], cells, strict=False):
        every = {c["source"]["id"]: c for c in item["citations"][::-1]}
        order = list(dict.fromkeys(c["source"]["id"] for c in item["citations"]))
        number = len(order) if len(order) <= MOST_SAID + 1 else MOST_SAID
        cited = {id: every[id] for id in order[:number]}
        assert (f"{len(order) - number} more" in cell.text()) == (number < len(order))
        said = [text.strip() for text in cell.text().split("; ")]
        assert len(set(said)) == len(said), item["id"]
        assert "" not in said, item["id"]
        targets = {link.attributes["href"] for link in cell.css("a")}
        for citation in cited.values():
            opened = citation["deep_link"] or citation["seen_url"]
            assert opened is None or opened in targets, (item["id"], opened)
        outdated = sum(c["source"]["standing"] == "superseded" for c in cited.values())
        assert len(cell.css(".superseded")) == outdated


def test_every_warning_of_a_drug_has_a_date(api: Api) -> None:
    """The revision of the label or, where none is stated, the date for which its source speaks."""
    for drug in api.items("/v1/drugs"):
        page = parse(api, f"/v1/drugs/{drug['id']}")
        rows = [*page.css("#boxed li"), *page.css("#warnings tbody tr")]
        shown = {str(row.css_first("a").attributes["href"]): row.text() for row in rows}
        for link in drug["warnings"]:
            warning = api.get(f"/v1/warnings/{link['id']}").json()
            (text,) = [t for url, t in shown.items() if url.endswith(f"/warnings/{link['id']}")]
            date = warning["label_revised"] or warning["as_of"]
            assert date is None or date[:4] in text, link["id"]
            assert date is not None or "Undated" in text or "not stated" in text, link["id"]


LONG = ["/v1/drugs/trastuzumab", "/v1/trials/destiny-breast03", "/v1/tests/immunohistochemistry"]


@pytest.mark.parametrize("address", LONG)
def test_the_rail_names_every_part_of_a_long_page(api: Api, address: str) -> None:
    page = parse(api, address)
    linked = {link.attributes["href"] for link in page.css(".rail a")}
    parts = {f"#{part.attributes['id']}" for part in page.css("section[id]")}
    assert linked == parts or not linked


@pytest.mark.parametrize("address", LONG)
def test_every_table_of_a_record_says_where_it_was_read(api: Api, address: str) -> None:
    """By a mark at its heading or in its rows, by a line below it or in a column."""
    page = parse(api, address)
    for table in page.css("main table"):
        around = table.parent
        assert around is not None
        assert around.css(".fn a, td.says a, p.soft a"), (
            address,
            table.css_first("caption").text(),
        )


def test_print_has_the_address_and_the_citation(api: Api) -> None:
    for address, _ in list(records(api))[::40]:
        page = parse(api, address)
        assert page.css_first(".formats code").text().endswith(address)
        form = page.css_first("#cite textarea").text()
        assert page.css_first("#cite .printed").text() == form


@pytest.mark.parametrize("kind", KINDS)
def test_filters_stand_in_the_order_of_the_table_in_one_wording(api: Api, kind: str) -> None:
    page = parse(api, f"/v1/{kind}")
    heads = [head.text() for head in page.css("thead th")]
    labels = [head.text() for head in page.css(".filters h2")]
    shown = [label for label in labels if label in heads]
    assert shown == labels[: len(shown)] == sorted(shown, key=heads.index)
    choices = [link.text() for link in page.css(".filters a")]
    assert not {"not stated", "Yes", "No"} & set(choices) or kind in ("symptoms", "risk-factors")


@pytest.mark.parametrize("kind", ["approvals", "warnings", "products"])
def test_what_belongs_to_a_drug_is_filtered_by_it(api: Api, kind: str) -> None:
    page = parse(api, f"/v1/{kind}")
    urls = [str(link.attributes["href"]) for link in page.css(".filters a")]
    (url,) = [url for url in urls if url.endswith("drug=lapatinib")]
    found = parse(api, urljoin(f"/v1/{kind}", url.replace("../", "/")))
    assert "Drug: lapatinib" in found.css_first(".chips").text()


def test_the_files_that_people_want_come_first(api: Api) -> None:
    page = parse(api, "/v1/export")
    names = [row.css_first("a").text() for row in page.css("tbody tr")]
    assert names[0] == "her2-facts.sqlite"
    assert names.index("drugs.csv") < names.index("drugs.ndjson")
    assert "application/" not in page.css_first("main").text()
    assert set(names) == {file["name"] for file in api.get("/v1/export").json()["items"]}


def test_changes_say_what_a_value_was(api: Api) -> None:
    address = "/v1/releases/2026.11.5/changes"
    page, changes = parse(api, address), api.get(address).json()
    jumps = [link.attributes["href"] for link in page.css(".lede a")]
    assert jumps == [f"#{name}" for name in ("changed", "added", "withdrawn") if changes[name]]
    rows = zip(page.css("#changed tbody tr"), changes["changed"], strict=True)
    single = [
        (row.text(), value)
        for row, item in rows
        for value in item["values"]
        if value["path"][1:] in item["fields"] and isinstance(value["new"], int | float)
    ]
    for text, value in single:
        shown = "two years old → " if isinstance(value["new"], bool) else f" → {value['new']}"
        assert shown in text


@pytest.mark.parametrize("address", PROBLEMS)
def test_every_error_has_a_page_with_its_status(api: Api, address: str) -> None:
    plain = api.get(address.replace("&format=html", ""))
    answer = get_page(api, address)
    assert answer.status_code == plain.status_code >= 400
    assert answer.headers["cache-control"] == "no-store"
    page = parse(api, address)
    assert str(plain.status_code) in page.css_first(".eyebrow").text()
    for error in plain.json()["errors"] or []:
        words = [word.text() for word in page.css("dl.index dt")]
        assert set(map(str, error["allowed"] or [])) <= set(words)


def test_the_links_of_an_error_mend_the_address(api: Api) -> None:
    page = parse(api, "/v1/survival?her2_status=positive&stage=IV")
    for link in page.css("dl.index a"):
        mended = urljoin("http://test/v1/survival", link.attributes["href"])
        assert "her2_status=positive" in mended
        assert api.get(mended).status_code == 200
    assert page.css_first("code mark").text() == "stage=IV"


WRONG = [
    "/v1/drugs?class=adc", "/v1/survival?stage=distant&her2=positive", "/v1/approvals?approved_after=2024-01-01",
    "/v1/drugs?limit=9999", "/v1/drugs?cursor=abc", "/v1/survival?stage=distant&diagnosed_from=abc",
    "/v1/survival?stage=IV&her2_status=pos", "/v1/drugs?zz=1&yy=2", "/v1/drugs?limit=2&limit=3", "/v1/releases?x=1",
    "/v1/drugs?topic=none&sort=zz", "/v1/drugs?fields=zz&target=HER2", "/v1/facts?category=zz&page=3", "/v1/tables/codes?a=1",
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_every_link_of_an_error_leads_to_an_answer(api: Api, address: str) -> None:
    """The one exception says so: a name that does not take the value leads to those it takes."""
    page = parse(api, address)
    base = f"http://test{urlsplit(address).path}"
    links = page.css("dl.index a, .lede a, ul.plain a")
    refused = [
        link.text()
        for link in links
        if api.get(urljoin(base, link.attributes["href"])).status_code != 200
    ]
    assert len(refused) == page.css_first("main").text().count("the link leads to those")
    sent = dict(pair.split("=") for pair in urlsplit(address).query.split("&"))
    wrong = {error["parameter"] for error in api.get(address).json()["errors"]}
    (without,) = [a for a in page.css(".lede a") if a.text().startswith("The same address")]
    kept = dict(parse_qsl(urlsplit(str(without.attributes["href"])).query))
    assert kept == {n: value for n, value in sent.items() if n not in wrong and value != "none"}


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/v1/symptoms/lump", "/v1/symptoms/breast-lump"), ("/v1/symptoms/lump", "/v1/comparisons/lump"),
        ("/v1/releases/2026.11.11", "/v1/releases/2026.11.1"), ("/v1/drug/herceptin", "/v1/drugs"),
        ("/v1/releases/2026.11.11/changes", "/v1/releases/2026.11.1/changes"), ("/v1/nothing", "/v1"),
        ("/v1/vocabularies/effekt", "/v1/vocabularies/effect"), ("/v1/tables/citatons", "/v1/tables/citations"),
    ],
)  # fmt: skip
def test_an_address_without_a_page_links_to_what_is_near(
    api: Api, address: str, target: str
) -> None:
    links = [
        urljoin(f"http://test{address}", a.attributes["href"])
        for a in parse(api, address).css("main a")
    ]
    assert f"http://test{target}" in links
    assert {api.get(link).status_code for link in links} == {200}


def test_a_bound_is_taken_for_the_bound_on_that_side(api: Api) -> None:
    (error,) = api.get("/v1/approvals?approved_after=2024-01-01").json()["errors"]
    assert error["did_you_mean"] == "date_after"


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "", "text/html;q=0.5, application/json"]
)
def test_programs_notice_nothing(api: Api, accept: str) -> None:
    for address in [*LISTS, *OTHERS]:
        if api.get(address).status_code == 200 and not address.startswith("/guide"):
            media = api.get(address, headers={"Accept": accept}).headers["content-type"]
            assert media == "application/json; charset=utf-8" or "fields=" in address


def test_the_root_is_the_index_for_programs(api: Api) -> None:
    assert api.get("/").json() == api.get("/v1").json()


def test_relative_links_lead_where_the_answer_says(api: Api) -> None:
    for address in ("/", "/v1/facts?limit=2", "/v1/drugs/trastuzumab", "/nothing/at%2Fall/"):
        page = parse(api, address)
        for link in page.css("link[rel=stylesheet], nav[aria-label=Main] a"):
            target = urljoin(f"http://test{address}", link.attributes["href"])
            path = urlsplit(target).path
            assert path.startswith(("/v1/", "/assets/", "/guide/")), (address, target)
    style = parse(api, "/").css_first("link[rel=stylesheet]").attributes["href"]
    assert api.get(urljoin("http://test/", style)).headers["content-type"].startswith("text/css")


def test_a_page_is_the_same_with_format_html(api: Api) -> None:
    by_name = api.get("/v1/drugs/lapatinib?format=html")
    assert by_name.content == get_page(api, "/v1/drugs/lapatinib").content
    assert {form.value for form in Format} >= {"html", "bibtex", "ris", "csl"}


def test_what_pages_share_does_not_depend_on_which_was_made_first(settings: Settings) -> None:
    shared = [
        "/v1/trials", "/v1/trials?limit=3", "/v1/trials/aphinity", "/v1/drugs/trastuzumab",
        "/v1/drugs/pertuzumab", "/v1/warnings?fields=name,agency", "/v1/warnings", "/v1/approvals",
    ]  # fmt: skip
    first, second = serve(settings), serve(settings)
    made = {address: get_page(first, address).content for address in shared}
    for address in reversed(shared):
        assert get_page(second, address).content == made[address], address


EVIL = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "javascript:alert(1)",
    "{{ 7 * 7 }}", "{% raw %}", "&lt;b&gt; & </textarea></script>", "]]> --> <!--", "a" * 3000, "https://evil.example/<b>",
    '=HYPERLINK("http://evil.example")', "\u202eright to left", "http://test/v1\" href=\"javascript:alert(1)",
]  # fmt: skip


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """A service whose names, statements, notes and titles are an attack, each in another way."""
    note = {"kind": "qualification", "text": "x", "citations": [CITATION | {"supports": ["text"]}]}
    factors = [
        RISK_FACTOR
        | {
            "id": f"evil-{n}",
            "name": evil,
            "notes": [note | {"text": evil}],
            "citations": [
                *RISK_FACTOR["citations"],
                CITATION | {"source": f"source-{n}", "supports": ["name"]},
            ],
        }
        for n, evil in enumerate(EVIL)
    ]
    sources = [
        SOURCE | {"id": f"source-{n}", "title": evil, "publisher": evil, "authors": [evil], "terms": evil}
        for n, evil in enumerate(EVIL)
    ]  # fmt: skip
    for source in sources:
        own = SOURCE["citations"][0] | {
            "source": source["id"],
            "supports": ["title", "publisher", "authors"],
        }  # type: ignore[index]
        source["citations"] = [own | {"section": source["title"]}]
    with once_for_all_workers(tmp_path_factory, "hostile") as directory:
        seed = directory / "seed"
        write_seed(seed, sources=[SOURCE, *sources], risk_factors=[RISK_FACTOR, *factors])
        settings = Settings(seed=seed, database=directory / "evil.db", public_url="http://test")
        ensure_built(settings)
    return serve(settings)


def test_what_the_data_say_is_shown_as_text_never_as_markup(hostile: Api) -> None:
    addresses = ["/", *LISTS, *(f"/v1/risk-factors/evil-{n}" for n in range(len(EVIL)))]
    addresses += [f"/v1/sources/source-{n}" for n in range(len(EVIL))]
    addresses += [f"/v1/search?q={quote(evil[:200])}" for evil in EVIL]
    addresses += [f"/v1/{quote(evil[:200], safe='')}" for evil in EVIL]
    addresses += [f"/v1/facts?{quote(evil[:200])}={quote(evil[:200])}" for evil in EVIL]
    for address in addresses:
        page = parse(hostile, address)
        assert not page.css("img, b > b, main script"), address
        assert not [
            name for node in page.css("*") for name in node.attributes if name.startswith("on")
        ], address
        for link in page.css("a"):
            assert not (link.attributes["href"] or "").startswith(
                ("javascript:", "https://evil")
            ), address
        assert "49" not in [node.text() for node in page.css("h1")]
    for n, evil in enumerate(EVIL):
        shown = parse(hostile, f"/v1/risk-factors/evil-{n}").css_first("h1").text()
        assert " ".join(evil.split()).lower() in " ".join(shown.split()).lower()


def test_a_template_without_a_field_ends_the_build(
    tiny_seed: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = environment().overlay()
    broken.loader = DictLoader({"list.html": "{{ view.no_such_field }}"})
    monkeypatch.setattr(render, "environment", lambda: broken)
    settings = Settings(seed=tiny_seed(), database=tmp_path / "x.db")
    with pytest.raises(TemplateError) as failed:
        ensure_built(settings)
    assert "while its page was made" in failed.value.__notes__[0]
    assert not settings.database.exists()


def test_who_answers_for_the_data_is_named_where_it_is_set(tiny: Settings) -> None:
    without = serve(tiny)
    assert without.get("/.well-known/security.txt").status_code == 404
    assert without.get("/v1").json()["meta"]["contact"] is None
    assert "Report it" not in get_page(without, "/v1/risk-factors/tea").text
    for contact, shown in (
        ("https://example.org/x", "https://example.org/x"),
        ("a@example.org", "mailto:a@example.org"),
    ):
        named = serve(tiny.model_copy(update={"contact": contact}))
        assert f"Contact: {shown}\n" in named.get("/.well-known/security.txt").text
        assert named.get("/v1").json()["meta"]["contact"] == shown
        assert named.get("/nothing").json()["contact"] == shown
        assert parse(named, "/v1/risk-factors/tea").css_first(f'a[href="{shown}"]')
        assert contact in json.dumps(named.get("/openapi.json").json()["info"]["contact"])
    with pytest.raises(ValidationError):
        Settings(contact="javascript:alert(1)")


def test_the_sitemap_has_every_page(api: Api) -> None:
    text = api.get("/sitemap.xml").text
    found = re.findall("<loc>http://test([^<]*)</loc>", text)
    assert len(found) == len(set(found))
    assert set(found) >= {*dict(records(api)), *LISTS, "/", "/guide/figures"}
    assert "Sitemap: http://test/sitemap.xml" in api.get("/robots.txt").text


@pytest.mark.parametrize("kind", ["survival", "statistics"])
def test_figures_of_two_series_are_never_drawn_together(api: Api, kind: str) -> None:
    """Each mark links to its record; all marks of a figure are of one series."""
    rows = {r["url"]: r for r in api.items(f"/v1/{kind}")}
    page = parse(api, f"/v1/{kind}?limit=3")  # the whole filter is drawn, half a series misleads
    drawn: list[str] = []
    for figure in page.css(".series figure"):
        urls = [
            urljoin(f"http://test/v1/{kind}", a.attributes["href"]) for a in figure.css(".chart a")
        ]
        assert len({rows[url]["series"] for url in urls}) == 1
        for url, link in zip(urls, figure.css(".chart a"), strict=True):
            assert str(rows[url].get("value_percent", rows[url].get("low"))) in link.text().replace(
                ",", ""
            )
        drawn += urls
    assert len(drawn) == len(set(drawn))
    several = Counter(row["series"] for row in rows.values())
    plain = [
        url for url, row in rows.items() if several[row["series"]] > 1 and row.get("high") is None
    ]
    assert set(plain) <= set(drawn)
    assert len(page.css("tbody tr")) == 3


def test_every_hazard_ratio_is_drawn_and_printed(api: Api) -> None:
    trials = api.items("/v1/trials")
    ratios = [
        r
        for t in trials
        for r in t["results"]
        if r["statistic"] == "hazard-ratio" and r["value"] is not None
    ]
    page = parse(api, "/v1/trials?limit=2")
    assert len(page.css("svg.row")) == len(ratios)
    shown = page.body.text()  # type: ignore[union-attr]
    for ratio in ratios:
        assert f"Hazard ratio {ratio['value']}" in shown


def test_a_fault_is_a_page_for_a_browser_and_a_problem_where_pages_fail(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    api = serve(tiny)
    monkeypatch.setattr(collections, "record_page", fail)
    answer = get_page(api, "/v1/risk-factors/tea")
    assert answer.status_code == 500
    assert (
        "The service failed to answer" in parse(api, "/v1/risk-factors/tea").css_first("h1").text()
    )
    assert api.get("/v1/risk-factors/tea").status_code == 200
    monkeypatch.setattr(pages, "problem_page", fail)
    answer = get_page(api, "/v1/risk-factors/tea")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert get_page(api, "/nothing").json()["status"] == 500
    assert "broken" in caplog.text
