"""Figures on pages: what tells them apart stands beside them, and nothing is drawn over a word."""

from functools import lru_cache
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser as Html
from selectolax.lexbor import LexborNode as Node

from app.pages.tables import find_resource
from app.pages.words import say_agency

from .conftest import Api

FIGURES = ("survival", "statistics")


@lru_cache(maxsize=30)
def read_page(api: Api, address: str) -> Html:
    return Html(api.get(address, headers={"Accept": "text/html"}).text)


@lru_cache(maxsize=30)
def see_page(api: Api, address: str) -> Html:
    """A page without what only screen readers say."""
    page = Html(api.get(address, headers={"Accept": "text/html"}).text)
    for hidden in page.css(".hidden"):
        hidden.decompose()
    return page


def see(node: Node) -> str:
    """The text of a node, with single spaces."""
    return " ".join(node.text(separator=" ").split())


@pytest.mark.parametrize("kind", FIGURES)
def test_figures_whose_rows_look_alike_count_the_same(api: Api, kind: str) -> None:
    resource = find_resource(kind)
    records = api.items(f"/v1/{kind}")
    rows = see_page(api, f"/v1/{kind}?limit=500").css("section.rows tbody tr")
    assert len(rows) == len(records)
    seen: dict[str, dict[str, Any]] = {}
    for row, record in zip(rows, records, strict=True):
        looks = " | ".join(map(see, row.css("td:not(:last-child)")))
        other = seen.setdefault(looks, record)
        told = [name for name in resource.comparable if other[name] != record[name]]
        assert set(told) <= {"comparator"}, (looks, told)
    assert all(f" {r['years']} year" in f" {look}" for look, r in seen.items() if "years" in r)


def test_no_cell_is_blank_where_nothing_is_stated(api: Api) -> None:
    lists = ["/v1/approvals", "/v1/products", "/v1/survival", "/v1/trials", "/v1/drugs"]
    drugs = [f"/v1/drugs/{drug['id']}" for drug in api.items("/v1/drugs")]
    for address in [*lists, *drugs]:
        for cell in see_page(api, address).css("section.rows td"):
            assert see(cell) or cell.attributes["data-label"] == "Notes", (address, cell.html)


def test_an_approval_of_unknown_status_says_so(api: Api) -> None:
    for approval in api.items("/v1/approvals?status=not-stated"):
        page = see_page(api, f"/v1/drugs/{approval['drug']['id']}#approvals")
        (row,) = [
            row for row in page.css("#approvals tr") if f"/approvals/{approval['id']}" in row.html
        ]
        assert "status not stated" in see(row)


def test_each_agency_has_its_own_settings(api: Api) -> None:
    """What the FDA allows is not said of the European Union, nor the other way round."""
    shown = see_page(api, "/v1/drugs?limit=500").css("td[data-label='Approved for']")
    for drug, cell in zip(api.items("/v1/drugs"), shown, strict=True):
        own = see_page(api, f"/v1/drugs/{drug['id']}").css_first("#setting")
        approvals = api.items(f"/v1/approvals?drug={drug['id']}")
        pairs = {(say_agency(a["agency"]), a["setting"].replace("-", " ")) for a in approvals}
        parts = [part.split(": ") for part in see(cell).split("; ") if ": " in part]
        said = [(agency, word) for agency, words in parts for word in words.split(", ")]
        assert len(said) == len(pairs)
        assert set(said) == pairs
        if own is not None:
            assert see(own).startswith(see(cell))


def test_the_day_of_a_european_product_is_not_called_american(api: Api) -> None:
    products = api.items("/v1/products?agency=EMA")
    drugs = {f"/v1/drugs/{product['drug']['id']}" for product in products}
    for address in ("/v1/products", f"/v1/products/{products[0]['id']}", *sorted(drugs)[:3]):
        page = see_page(api, address)
        for heading in page.css("thead th, dt"):
            is_drug = address in drugs and heading.tag == "dt"
            assert is_drug or "US" not in see(heading).split(), (address, see(heading))


def test_no_cell_of_a_comparison_reads_as_its_answer(api: Api) -> None:
    page = see_page(api, "/v1/comparisons")
    cells = [see(cell) for cell in page.css("section.rows td")]
    assert cells
    assert not {"Yes", "No"} & set(cells)
    kinds = {see(cell) for cell in page.css("td[data-label='Kinds of records']")}
    assert "Survival figures" in kinds


@pytest.mark.parametrize("kind", [*FIGURES, "trials"])
def test_what_is_drawn_is_in_the_table(api: Api, kind: str) -> None:
    """The whole filter is in both, and the data that the page leads to have as much."""
    total = api.get(f"/v1/{kind}?limit=1").json()["total"]
    page = see_page(api, f"/v1/{kind}")
    assert len(page.css("section.rows tbody tr")) == total
    assert see(page.css_first("#table")) == "Every one in a table"
    data = page.css_first("link[type='application/json']").attributes["href"]
    assert len(api.get(data).json()["items"]) == total
    first = see_page(api, f"/v1/{kind}?limit=3")
    assert first.css("#drawn")
    assert see(first.css_first("#table")) == "3 of them in a table"
    second = first.css_first("a[rel=next]").attributes["href"].rpartition("/")[2]
    assert not see_page(api, f"/v1/{second}").css("#drawn")


@pytest.mark.parametrize("kind", FIGURES)
def test_who_hears_a_bar_alone_hears_what_it_is_of(api: Api, kind: str) -> None:
    """Its link has the stage of its panel, the receptors and the figure."""
    bars = 0
    for panel in read_page(api, f"/v1/{kind}").css(".panels > div"):
        stage = panel.css_first("h4")
        for link in panel.css(".bars a"):
            heard = " ".join(link.text().split())
            assert not stage or heard.startswith(f"{stage.text()}: ")
            bars += 1
    assert bars > 20


def test_a_bar_is_solid_only_as_far_as_its_figure_says(api: Api) -> None:
    below = [r for k in FIGURES for r in api.items(f"/v1/{k}") if r["comparator"] == "less-than"]
    assert below
    for record in below:
        (svg,) = [
            link.css_first("svg")
            for link in read_page(api, f"/v1/{record['kind']}").css(".bars a")
            if (link.attributes["href"] or "").endswith(f"/{record['id']}")
        ]
        assert {rect.attributes.get("class") for rect in svg.css("rect")} == {"track", "endless"}


def test_a_date_without_its_month_is_drawn_otherwise(api: Api) -> None:
    years = {a["drug"]["id"] for a in api.items("/v1/approvals") if len(a["date"]) == len("2004")}
    assert years
    for drug in api.items("/v1/drugs"):
        approvals = read_page(api, f"/v1/drugs/{drug['id']}").css_first("#approvals")
        if approvals is None:
            continue
        days = api.items(f"/v1/approvals?drug={drug['id']}")
        bare = [approval for approval in days if len(approval["date"]) == len("2004")]
        assert len(approvals.css("svg .dashed")) == len(bare)
        assert ("gives no month" in approvals.text()) == bool(bare)
        assert len(approvals.css("svg .stamp")) == len(days)


def test_each_drawn_ratio_has_a_scale_of_its_own_for_where_the_table_has_no_head(api: Api) -> None:
    for address in ("/v1/trials", "/v1/trials/destiny-breast03", "/v1/drugs/trastuzumab"):
        rows = read_page(api, address).css("td.draw svg.row")
        assert rows
        for row in rows:
            ticks = [text.text() for text in row.parent.css(".axis text")]  # type: ignore[union-attr]
            assert "1" in ticks, address


def test_no_explanation_of_trials_takes_the_first_group_for_the_treated(api: Api) -> None:
    """Of trials of a shorter treatment both groups got the drug."""
    for address in ("/v1/trials", "/v1/trials/phare", "/v1/trials/persephone"):
        shown = read_page(api, address).body.text()  # type: ignore[union-attr]
        assert "first-named treatment" in shown
        assert "noninferiority, is another question" in shown
        assert "control group" not in shown.partition("first-named")[0]
