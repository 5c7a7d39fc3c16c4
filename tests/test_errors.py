"""Every way to fail gives the one shape, and one bad request never harms the next."""

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.build import build
from app.main import create_app
from app.serving.transport import Transport
from app.settings import Settings

from .conftest import Api

PROBLEM_FIELDS = {"type", "title", "status", "detail", "instance"}


def is_problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert body.keys() - {"errors", "request_id"} == PROBLEM_FIELDS
    assert body["status"] == status
    return dict(body)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/", "/v2", "/v1/nothing", "/v1/drugs/", "/v1/drugs/trastuzumab/",
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
    assert body["detail"] == "drugs has no record 'trastuzumb'. Did you mean 'trastuzumab'?"
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
        ("source=seer", "source", "seer", "seer-breast-subtypes-2013-2019"),
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
    assert body["errors"] == [
        {"parameter": "limit", "location": "query", "value": limit, "detail": detail}
    ]


def test_all_bad_parameters_are_named_at_once(api: Api) -> None:
    body = is_problem(api.get("/v1/drugs?limit=0&zz=1&route=orall"), 422)
    errors = {error["parameter"]: error for error in body["errors"]}  # type: ignore[attr-defined]
    assert errors.keys() == {"limit", "zz", "route"}
    assert errors["route"]["did_you_mean"] == "oral"
    assert "drug_class" in errors["zz"]["allowed"]


def test_a_single_value_given_twice_is_refused_and_not_dropped(api: Api) -> None:
    body = is_problem(api.get("/v1/drugs?limit=1&limit=2"), 422)
    assert body["detail"] == "limit: should be given once, got ['1', '2']."


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


def test_a_cursor_of_another_release_is_refused(
    api: Api, tiny_seed: Callable[..., Path], tmp_path: Path
) -> None:
    settings = Settings(seed=tiny_seed(), database=tmp_path / "tiny.db")
    build(settings)
    other = Api(Transport(create_app(settings)))
    for asked in ("/v1/topics?limit=1", "/v1/search?q=cancer&limit=1"):
        cursor = api.get(asked).json()["next"].split("cursor=")[1]
        body = is_problem(other.get(f"{asked}&cursor={cursor}"), 422)
        assert "another list or version" in str(body["detail"])


def altered(cursor: str, old: bytes, new: bytes) -> str:
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert old in content
    return base64.urlsafe_b64encode(content.replace(old, new)).decode().rstrip("=")


@pytest.mark.parametrize(
    "value", [b"2", b"null", b'"x"', b"[1]", b'{"a":1}', b"1e999", b"-5", b"1" + b"0" * 30, b"[" * 2000]
)  # fmt: skip
def test_an_altered_cursor_is_refused(api: Api, value: bytes) -> None:
    for asked in ("/v1/drugs?limit=1", "/v1/search?q=cancer&limit=1"):
        cursor = api.get(asked).json()["next"].split("cursor=")[1]
        old = b"[0," if "drugs" in asked else b"[1]"
        new = b"[" + value + (b"," if "drugs" in asked else b"]")
        is_problem(api.get(f"{asked}&cursor={altered(cursor, old, new)}"), 422)


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
def test_what_would_be_taken_for_something_else_is_refused(
    api: Api, query: str, parameter: str
) -> None:
    body = is_problem(api.get(f"/v1/survival?{query}"), 422)
    assert {error["parameter"] for error in body["errors"]} == {parameter}  # type: ignore[attr-defined]


def test_yes_is_no_truth_value(api: Api) -> None:
    for value in ("yes", "1", "True", "on"):
        is_problem(api.get(f"/v1/risk-factors?modifiable={value}"), 422)


def test_a_wrong_word_given_many_times_is_told_once(api: Api) -> None:
    for name in ("stage", "fields", "sort", "id"):
        answer = api.get(f"/v1/survival?{name}=" + f"&{name}=".join(["?"] * 3000))
        is_problem(answer, 422)
        assert len(answer.content) < 20_000


@pytest.mark.parametrize("parameter", ["source=no-", "topic=no-", "stage=no-", "id=?"])
def test_not_all_of_many_wrong_values_are_told(api: Api, parameter: str) -> None:
    wrong = "&".join(f"{parameter}{number}" for number in range(1000))
    body = is_problem(api.get(f"/v1/survival?{wrong}"), 422)
    assert len(body["errors"]) == 20  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/v1", "/docs", "/healthz", "/openapi.json", "/v1/export", "/"])
def test_an_address_without_parameters_refuses_any(api: Api, path: str) -> None:
    body = is_problem(api.get(f"{path}?x=1&y=2"), 422)
    assert body["errors"] == [
        {"parameter": name, "location": "query", "value": value, "allowed": [],
         "detail": "there is no such parameter"}
        for name, value in (("x", "1"), ("y", "2"))
    ]  # fmt: skip


def test_a_huge_query_is_refused_or_answered_but_harms_nothing(api: Api) -> None:
    is_problem(api.get("/v1/drugs?" + "&".join(f"a{n}=1" for n in range(500))), 422)
    is_problem(api.get("/v1/drugs?zz=" + "x" * 20000), 422)
    body = is_problem(api.get("/v1/drugs?zz=" + "x" * 40000), 414)
    assert body["detail"] == ("The query has more than 32768 characters; ask in several calls.")
    is_problem(api.get("/nothing?" + "x" * 60000), 414)
    assert api.get("/v1/drugs?" + "&".join(["route=oral"] * 300)).status_code == 200
    assert api.get("/v1/drugs").status_code == 200


def test_a_fault_of_ours_is_a_plain_500_and_the_next_request_is_served(
    tiny_seed: Callable[..., Path], tmp_path: Path
) -> None:
    settings = Settings(seed=tiny_seed(), database=tmp_path / "tiny.db")
    build(settings)
    app = create_app(settings)
    api = Api(Transport(app))
    app.state.engine.dispose()
    content = bytearray(settings.database.read_bytes())
    content[4096:-4096] = b"\xff" * (len(content) - 8192)
    settings.database.write_bytes(content)
    body = is_problem(api.get("/v1/topics"), 500)
    assert body["detail"] == "The service failed to answer; the fault has been logged."
    is_problem(api.get("/readyz"), 503)
    assert api.get("/healthz").json() == {"status": "ok"}
