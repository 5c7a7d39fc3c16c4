"""Every error has one shape (RFC 9457), and a bad request does no harm to the next one."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build import build
from app.main import create_app
from app.serving.cursors import encode_cursor, list_digest
from app.serving.errors import shorten_value
from app.serving.parameters import ListQuery
from app.serving.records import LOST_PLACE
from app.settings import Settings

from .conftest import Api, serve

# As RFC 9110 has them, on every Python.
TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    410: "Gone",
    414: "URI Too Long",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
PROBLEM_FIELDS = {
    "type", "title", "status", "detail", "instance", "request_id", "contact", "errors",
}  # fmt: skip


def is_problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert body.keys() == PROBLEM_FIELDS
    assert (body["status"], body["title"]) == (status, TITLES[status])
    return dict(body)


def refused(name: str, value: Any, detail: str, *, allowed: list[str] | None) -> dict[str, Any]:
    """A refused parameter of a query, with every field."""
    place = {"parameter": name, "location": "query", "value": value, "detail": detail}
    return place | {"allowed": allowed, "allowed_count": None, "did_you_mean": None}


@pytest.mark.parametrize(
    "path",
    [
        "/v2", "/v1/nothing",
        "/v1/search/x", "/v1/lookup/x", "/v1/releases/none", "/v1/releases/2026.11.1/x", "/v1/export/x",
        "/v1/vocabularies/none", "/.well-known/none", "/docs/x", "/openapi.json/x", "/healthz/x",
        "/v1/drugs/none", "/v1/drugs/%00", "/v1/drugs/%ff%fe", "/v1/drugs/..%2f..%2fetc",
        "/assets/none", "/assets/..%2fmain.py", "/assets/%00", "/v1/drugs/" + "a" * 5000,
    ],
)  # fmt: skip
def test_an_address_that_names_nothing_is_404(api: Api, path: str) -> None:
    is_problem(api.get(path), 404)


def test_a_missing_record_names_the_nearest_id(api: Api) -> None:
    body = is_problem(api.get("/v1/drugs/trastuzumb"), 404)
    assert body["detail"] == "There is no drug 'trastuzumb'. Did you mean 'trastuzumab'?"
    assert body["instance"] == "/v1/drugs/trastuzumb"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/v1/drugs", "/v1/drugs/trastuzumab", "/docs", "/healthz"])
def test_every_method_that_writes_is_405(api: Api, method: str, path: str) -> None:
    answer = api.request(method, path)
    is_problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("query", "parameter", "value", "allowed"),
    [
        ("stag=distant", "stag", "distant", "stage"),
        ("stage=Distant", "stage", "Distant", "distant"),
        ("stage=", "stage", "", "distant"),
        ("her2_status=%2B", "her2_status", "+", "positive"),
        ("her2_status=+", "her2_status", " ", "positive"),
        ("has_note=error", "has_note", "error", "correction"),
        ("topic=prognosiss", "topic", "prognosiss", "prognosis"),
        ("source=seer", "source", "seer", "verywell-causes"),
        ("sort=value", "sort", "value", "value_percent"),
        ("sort=id,-valu", "sort", "-valu", "-value_percent"),
        ("stage=%ff", "stage", "\N{REPLACEMENT CHARACTER}", "distant"),
        ("stage=%00", "stage", "\0", "distant"),
    ],
)
def test_an_unknown_name_or_value_is_refused_with_what_is_allowed(
    api: Api, query: str, parameter: str, value: str, allowed: str
) -> None:
    body = is_problem(api.get(f"/v1/survival?{query}"), 422)
    (error,) = body["errors"]  # type: ignore[misc]
    assert (error["parameter"], error["location"]) == (parameter, "query")
    assert error["value"] == value
    assert allowed in error["allowed"]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "1.5", "9" * 400])
def test_a_limit_out_of_range_is_refused_with_the_range(api: Api, limit: str) -> None:
    body = is_problem(api.get(f"/v1/drugs?limit={limit}"), 422)
    detail = "should be a whole number from 1 to 500"
    assert body["errors"] == [refused("limit", shorten_value(limit), detail, allowed=None)]


def test_the_detail_names_the_nearest_parameter_and_counts_the_other_errors(api: Api) -> None:
    body = is_problem(api.get("/v1/survival?stag=distant"), 422)
    assert body["detail"] == "stag: unknown parameter, got 'distant'. Did you mean 'stage'?"
    body = is_problem(api.get("/v1/survival?limit=0&years=x"), 422)
    detail = "limit: should be a whole number from 1 to 500, got '0'."
    assert body["detail"] == f"{detail} There is 1 more error."
    body = is_problem(api.get("/v1/survival?limit=0&years=x&stage=y"), 422)
    assert body["detail"] == f"{detail} There are 2 more errors."


def test_all_bad_parameters_are_named_at_once(api: Api) -> None:
    body = is_problem(api.get("/v1/drugs?limit=0&zz=1&route=orall"), 422)
    errors = {error["parameter"]: error for error in body["errors"]}  # type: ignore[attr-defined]
    assert errors.keys() == {"limit", "zz", "route"}
    assert errors["route"]["did_you_mean"] == "oral"
    assert "drug_class" in errors["zz"]["allowed"]


def test_a_repeated_single_value_is_refused_and_not_dropped(api: Api) -> None:
    body = is_problem(api.get("/v1/drugs?limit=1&limit=2"), 422)
    assert body["detail"] == "limit: should occur once, got ['1', '2']."


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "bnVsbA", "W10", "WyJ4Il0", "e30", "!!!!", "ä", "a" * 9999]
)
def test_a_made_up_cursor_is_refused(api: Api, cursor: str) -> None:
    body = is_problem(api.get(f"/v1/drugs?cursor={cursor}"), 422)
    assert body["errors"][0]["parameter"] == "cursor"  # type: ignore[index]


def test_a_cursor_of_another_list_is_refused(api: Api) -> None:
    cursor = api.get("/v1/survival?limit=1").json()["next"].split("cursor=")[1]
    for other in ("/v1/drugs?", "/v1/survival?stage=distant&", "/v1/survival?sort=id&"):
        body = is_problem(api.get(f"{other}cursor={cursor}"), 422)
        assert "another list" in str(body["detail"])


def test_a_cursor_goes_on_when_new_data_are_served(api: Api, tiny: Settings) -> None:
    following = api.get("/v1/topics?limit=1").json()["next"]
    other = serve(tiny)
    is_problem(other.get(following), 422)  # the tiny data never had that record
    assert (
        other.get("/v1/risk-factors?cursor=" + make_cursor("risk-factors", "tea")).json()["items"]
        == []
    )


def test_a_cursor_at_a_withdrawn_record_is_gone(
    tiny_seed: Callable[..., Path], tmp_path: Path
) -> None:
    withdrawn = [
        {"id": "coffee", "kind": "risk-factors", "reason": "About tea.", "since": "2026.1.0"}
    ]
    settings = Settings(seed=tiny_seed(withdrawn=withdrawn), database=tmp_path / "gone.db")
    build(settings)
    body = is_problem(
        serve(settings).get("/v1/risk-factors?cursor=" + make_cursor("risk-factors", "coffee")), 410
    )
    assert body["detail"] == LOST_PLACE


def make_cursor(kind: str, place: Any) -> str:
    """A cursor of a whole collection. Anyone can make one: it is not signed."""
    return encode_cursor(list_digest(kind, ListQuery().conditions()), place)


@hypothesis.settings(max_examples=100, deadline=None)
@given(place=st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
                          lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_no_content_of_a_cursor_is_a_server_error(api: Api, place: Any) -> None:
    for content in (place, [list_digest("drugs", ListQuery().conditions()), place]):
        cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        for path in ("/v1/drugs", "/v1/drugs?q=her2", "/v1/search?q=cancer"):
            sign = "&" if "?" in path else "?"
            assert api.get(f"{path}{sign}cursor={cursor}").status_code in (200, 422)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=years,years", "sort"), ("facets=stage&facets=stage", "facets"),
        ("fields=id,id", "fields"), ("sort=" + "-population,name,years," * 50, "sort"),
        ("years=9223372036854775808", "years"), ("years=31", "years"), ("years=5.0", "years"),
        ("diagnosed_from=-9223372036854775809", "diagnosed_from"), ("limit=5_0", "limit"),
        ("limit=1.0", "limit"), ("limit=%205", "limit"), ("limit=%2B5", "limit"),
    ],
)  # fmt: skip
def test_a_value_that_pydantic_would_convert_is_refused(
    api: Api, query: str, parameter: str
) -> None:
    body = is_problem(api.get(f"/v1/survival?{query}"), 422)
    assert {error["parameter"] for error in body["errors"]} == {parameter}  # type: ignore[attr-defined]


def test_a_boolean_is_true_or_false_only(api: Api) -> None:
    for value in ("yes", "1", "True", "on"):
        is_problem(api.get(f"/v1/risk-factors?modifiable={value}"), 422)


def test_a_repeated_wrong_word_is_reported_once(api: Api) -> None:
    for name in ("stage", "fields", "sort", "id"):
        answer = api.get(f"/v1/survival?{name}=" + f"&{name}=".join(["?"] * 400))
        is_problem(answer, 422)
        assert len(answer.content) < 20_000


@pytest.mark.parametrize("parameter", ["source=no-", "topic=no-", "stage=no-", "id=?"])
def test_at_most_20_wrong_values_are_reported(api: Api, parameter: str) -> None:
    wrong = "&".join(f"{parameter}{number}" for number in range(400))
    body = is_problem(api.get(f"/v1/survival?{wrong}"), 422)
    assert len(body["errors"]) == 20  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/v1/export"])
def test_an_address_without_parameters_refuses_any(api: Api, path: str) -> None:
    body = is_problem(api.get(f"{path}?x=1&y=2"), 422)
    allowed = ["format"] if path in ("/", "/v1", "/v1/export", "/v1/releases") else []
    assert body["errors"] == [
        refused(name, value, "unknown parameter", allowed=allowed)
        for name, value in (("x", "1"), ("y", "2"))
    ]


def test_a_huge_query_is_refused_or_answered_but_harms_nothing(api: Api) -> None:
    is_problem(api.get("/v1/drugs?" + "&".join(f"a{n}=1" for n in range(500))), 422)
    is_problem(api.get("/v1/drugs?" + "&".join(f"a{n}=1" for n in range(501))), 414)
    is_problem(api.get("/v1/drugs?zz=" + "x" * 20000), 422)
    body = is_problem(api.get("/v1/drugs?zz=" + "x" * 40000), 414)
    assert body["detail"] == ("The query has more than 32768 characters; ask in several calls.")
    is_problem(api.get("/nothing?" + "x" * 60000), 414)
    assert api.get("/v1/drugs?" + "&".join(["route=oral"] * 300)).status_code == 200
    assert api.get("/v1/drugs").status_code == 200


def test_a_server_fault_is_a_plain_500_and_logged(
    tiny: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(tiny)
    app.live.service.database.close()
    api = Api(app)
    body = is_problem(api.get("/v1/topics"), 500)
    assert body["detail"] == "The service failed to answer; the fault has been logged."
    (line,) = [record for record in caplog.records if record.name == "her2_facts"]
    assert line.getMessage() == f"request {body['request_id']} failed: /v1/topics"
    assert line.exc_info
    assert api.get("/healthz").json() == {"status": "ok"}
