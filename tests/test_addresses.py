"""Misspelled addresses and parameters: led to the right one, or told what was probably meant."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from app.build import build
from app.resources import RESOURCES
from app.settings import Settings

from .conftest import Api, serve

KINDS = [resource.kind for resource in RESOURCES]
PUBLIC = "http://test"


def located(api: Api, path: str) -> tuple[int, str]:
    """The status of an answer, and where it leads."""
    answer = api.get(path)
    if answer.status_code in (307, 308):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == f"See {answer.headers['location']}."
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_misspelled_address_leads_to_the_right_one(api: Api, kind: str) -> None:
    (first,) = api.get(f"/v1/{kind}?limit=1&fields=id").json()["items"]
    for right in (f"/v1/{kind}", f"/v1/{kind}/{first['id']}"):
        for wrong in (
            f"{right}/", f"{right}//", "/v1" + right[3:].replace("/", "//"), right.upper(), right.title(),
        ):  # fmt: skip
            assert located(api, wrong) == (308, f"{PUBLIC}{right}"), wrong
        if "-" in right:
            assert located(api, right.replace("-", "_")) == (308, f"{PUBLIC}{right}")
        for form in ("csv", "ndjson", "jsonld", "json"):
            assert located(api, f"{right}.{form}") == (308, f"{PUBLIC}{right}?format={form}")
        assert api.get(right).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("/v1/", "/v1"), ("/docs/", "/docs"), ("/V1/Search?q=a%20b", "/v1/search?q=a%20b"),
        ("/healthz/", "/healthz"), ("/openapi.json/", "/openapi.json"), ("/v1/export/", "/v1/export"),
        ("/v1/Vocabularies/Effect", "/v1/vocabularies/effect"), ("/v1/vocabularies/effect/", "/v1/vocabularies/effect"),
        ("/v1/vocabularies/key_match", "/v1/vocabularies/key-match"),
        ("/v1/drugs.csv?limit=2", "/v1/drugs?format=csv&limit=2"), ("/v1/drugs.csv?format=json", "/v1/drugs?format=json"),
        ("/v1/Drugs?utm_source=x&limit=2", "/v1/drugs?limit=2"),
    ],
)  # fmt: skip
def test_the_query_goes_along(api: Api, wrong: str, right: str) -> None:
    assert located(api, wrong) == (308, f"{PUBLIC}{right}")


def test_a_record_is_found_by_its_names(api: Api) -> None:
    """Each name of a drug, in several spellings; for now, because a name may go to another."""
    tried = 0
    for drug in api.items("/v1/drugs"):
        for name in (drug["generic_name"], *drug["brand_names"], *drug["aliases"]):
            for spelling in (
                name,
                name.upper(),
                name.replace("-", " "),
                f"{name}\N{TRADE MARK SIGN}",
            ):
                path = f"/v1/drugs/{quote(spelling, safe='')}"
                status, location = located(api, path)
                assert status in (200, 307, 308), path
                assert status == 200 or location == f"{PUBLIC}/v1/drugs/{drug['id']}"
                tried += status == 307
    assert tried > 50


def test_an_old_id_leads_to_its_successor(tiny_seed: Callable[..., Path], tmp_path: Path) -> None:
    def gone(name: str, **more: str) -> dict[str, str]:
        return {
            "id": name,
            "kind": "risk-factors",
            "reason": "About tea.",
            "since": "2026.1.0",
        } | more

    withdrawn = [gone("coffee", successor="tea"), gone("milk")]
    settings = Settings(
        seed=tiny_seed(withdrawn=withdrawn), database=tmp_path / "gone.db", public_url=PUBLIC
    )
    build(settings)
    api = serve(settings)
    assert located(api, "/v1/risk-factors/coffee") == (307, f"{PUBLIC}/v1/risk-factors/tea")
    assert located(api, "/v1/risk-factors/Coffee?fields=id") == (
        307, f"{PUBLIC}/v1/risk-factors/tea?fields=id",
    )  # fmt: skip
    assert api.get("/v1/risk-factors/milk").status_code == 410
    body = api.get("/v1/risk-factors?id=coffee&id=milk").json()
    assert [error["did_you_mean"] for error in body["errors"]] == ["tea", None]
    assert all("withdrawn" in error["detail"] for error in body["errors"])


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/drugs", "/v1/drugs"), ("/v1/drug", "/v1/drugs"), ("/v1/serch", "/v1/search"), ("/doc", "/docs"),
        ("/v1/drugs/lapatinb", "lapatinib"), ("/v1/drugs/brca1-gene", "/v1/risk-factors/brca1-gene"),
        ("/v1/treatments/ado-trastuzumab-emtansine", "/v1/drugs/trastuzumab-emtansine"),
    ],
)  # fmt: skip
def test_an_address_that_names_nothing_names_the_nearest(api: Api, path: str, near: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(f"Did you mean {near!r}?")


@pytest.mark.parametrize("path", ["/v1/drugs/pembrolizumab", "/v1/drugs/afatinib", "/v1/qqqqqqqq"])
def test_no_address_is_named_for_another_thing(api: Api, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert "Did you mean" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "parameter", "meant"),
    [
        ("page=2", "page", "cursor"), ("offset=10", "offset", "cursor"), ("skip=5", "skip", "cursor"),
        ("per_page=5", "per_page", "limit"), ("pageSize=5", "pageSize", "limit"),
        ("order_by=name", "order_by", "sort"), ("search=x", "search", "q"), ("select=id", "select", "fields"),
        ("her2=positive", "her2", "her2_status"), ("HR=positive", "HR", "hr_status"),
        ("stageSystem=tnm", "stageSystem", "stage_system"), ("provider=seer", "provider", "data_provider"),
        ("stage=IV", "stage", "stage-iv"), ("stage=4", "stage", "stage-iv"), ("stage=Stage%20IV", "stage", "stage-iv"),
        ("stage=Distant", "stage", "distant"), ("her2_status=%2B", "her2_status", "positive"),
        ("her2_status=-", "her2_status", "negative"), ("her2_status=neg", "her2_status", "negative"),
        ("applies_to=HER2%2B", "applies_to", "her2-positive"), ("sort=value", "sort", "value_percent"),
    ],
)  # fmt: skip
def test_a_hint_says_what_is_meant(api: Api, query: str, parameter: str, meant: str) -> None:
    answer = api.get(f"/v1/survival?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["did_you_mean"]) == (parameter, meant)
    assert f"Did you mean {meant!r}?" in answer.json()["detail"]


def test_who_counts_pages_is_told_how_a_list_goes_on(api: Api) -> None:
    assert "`next`" in api.get("/v1/facts?page=2").json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/docs", "/redoc", "/assets/docs.js", "/openapi.json", "/openapi.yaml", "/openapi-client.json",
     "/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/.well-known/api-catalog"],
)  # fmt: skip
def test_pages_their_files_and_probes_ignore_parameters(api: Api, path: str) -> None:
    plain = api.get(path)
    for query in ("x=1", "_=1700000000", "ref=a&ref=b", "limit=0"):
        answer = api.get(f"{path}?{query}")
        assert (answer.status_code, answer.content) == (200, plain.content)


TRACKERS = "utm_source=n&utm_medium=a%20b&fbclid=1&gclid=2&msclkid=3&mc_cid=4&mc_eid="


@pytest.mark.parametrize(
    "path",
    ["/v1", "/v1/drugs", "/v1/drugs?limit=2&sort=-name", "/v1/drugs/trastuzumab", "/v1/search?q=a%20b",
     "/v1/suggest?q=tras", "/v1/lookup?name=Kadcyla", "/v1/vocabularies/effect", "/v1/releases", "/v1/export"],
)  # fmt: skip
def test_tracking_parameters_are_dropped(api: Api, path: str) -> None:
    plain = api.get(path)
    base, _, query = path.partition("?")
    for tracked in (
        f"{base}?{TRACKERS}" + (f"&{query}" if query else ""),
        f"{base}?" + (f"{query}&" if query else "") + TRACKERS,
    ):
        answer = api.get(tracked)
        assert (answer.status_code, answer.content) == (200, plain.content)
        assert f'<{PUBLIC}{path}>; rel="canonical"' in answer.headers["link"]
        again = api.get(tracked, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.headers["link"]) == (304, answer.headers["link"])
    assert "canonical" not in plain.headers.get("link", "")
    assert api.get(f"{base}?{query}&utm=1").status_code == 422


def test_a_raw_query_is_read_as_utf_8(api: Api) -> None:
    """As curl sends it: the bytes of the letters, not percent-encoded."""
    for path, name, value in (
        ("/v1/search", "q", "\u0153strogen"),
        ("/v1/drugs", "q", "T\u2011DM1\u2122"),
        ("/v1/lookup", "name", "T\u2011DM1"),
        ("/v1/suggest", "q", "T\u2011D"),
    ):
        status, _, body = api.ask("GET", f"{path}?{name}={value}")
        assert (status, body) == (200, api.get(path, params={name: value}).content)
        assert b'"items":[{' in body
