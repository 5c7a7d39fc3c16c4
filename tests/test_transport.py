"""Transport: validators, compression, HEAD, headers on every answer."""

import time

import pytest

from .conftest import Api

PATHS = ["/v1", "/v1/drugs?limit=2", "/v1/drugs/lapatinib", "/docs", "/openapi.json", "/v1/export"]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_confirmed_by_its_tag(api: Api, path: str) -> None:
    first = api.get(path)
    tag = first.headers["etag"]
    assert api.get(path).headers["etag"] == tag
    for header in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = api.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers["vary"] == first.headers["vary"]
        assert "content-type" not in again.headers
        assert again.headers["access-control-allow-origin"] == "*"
    assert api.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_every_representation_has_its_own_tag(api: Api) -> None:
    def tag(**headers: str) -> str:
        return api.get("/v1/drugs", headers=headers).headers["etag"]

    forms = [
        tag(**{"Accept-Encoding": "identity"}),
        tag(**{"Accept-Encoding": "gzip"}),
        tag(**{"Accept-Encoding": "br"}),
        tag(**{"Accept-Encoding": "zstd"}),
        tag(**{"Accept-Encoding": "identity", "Accept": "text/csv"}),
    ]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip;q=1, br;q=0.5, zstd;q=0.1", "gzip"),
        ("gzip;q=0.2, br;q=0.9", "br"),
        ("gzip, br, zstd", "zstd"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("gzip;q=0.001", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=0, br;q=0, zstd;q=0", None),
        ("gzip;q=x", None),
        ("gzip;q=2", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_encoding_of_the_greatest_weight_is_taken(
    api: Api, accepted: str, encoding: str | None
) -> None:
    answer = api.get("/v1/drugs", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.json()["total"]


@pytest.mark.parametrize(
    "path",
    ["/v1/drugs?format=csv", "/v1/drugs?format=ndjson", "/v1/drugs?format=jsonld", "/openapi.yaml",
     "/v1/drugs?fields=name,citations", "/v1/survival?x=1", "/.well-known/api-catalog"],
)  # fmt: skip
def test_every_kind_of_text_is_compressed(api: Api, path: str) -> None:
    answer = api.get(path, headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br"


def test_a_gzip_answer_keeps_its_tag_as_time_goes_by(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = set()
    for hour in (0, 3600, 7200):
        monkeypatch.setattr(time, "time", lambda hour=hour: 1_700_000_000.0 + hour)
        answer = api.get("/v1/drugs", headers={"Accept-Encoding": "gzip"})
        assert answer.json()["total"]
        tags.add(answer.headers["etag"])
    assert len(tags) == 1


@pytest.mark.parametrize("path", ["/assets/redoc.standalone.js", "/docs", "/v1/drugs", "/healthz"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
def test_every_answer_states_its_length(api: Api, path: str, encoding: str) -> None:
    headers = {"Accept-Encoding": encoding}
    get, head = api.get(path, headers=headers), api.request("HEAD", path, headers=headers)
    assert get.headers["content-length"] == head.headers["content-length"]
    assert "transfer-encoding" not in get.headers
    assert get.headers.get("accept-ranges") == ("bytes" if "etag" in get.headers else None)


def test_several_validators_may_stand_in_several_headers(api: Api) -> None:
    tag = api.get("/v1/drugs").headers["etag"]
    headers = [("If-None-Match", '"x"'), ("If-None-Match", tag)]
    assert api.request("GET", "/v1/drugs", headers=headers).status_code == 304


@pytest.mark.parametrize("asked", ["junk", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,4-5"])
def test_a_header_that_is_no_single_range_gets_the_whole(api: Api, asked: str) -> None:
    answer = api.get("/assets/docs.js", headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == api.get("/assets/docs.js").content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("Bytes=5-9999999", 5, None),
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
def test_a_range_is_a_part_of_the_representation(
    api: Api, asked: str, first: int, last: int | None, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    whole, body = api.raw("/v1/drugs", headers)
    answer, part = api.raw("/v1/drugs", headers | {"Range": asked})
    start = first % len(body)
    assert answer.status_code == 206
    assert part == body[first : last and last + 1]
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(part) - 1}/{len(body)}"
    assert answer.headers["content-length"] == str(len(part))
    assert answer.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_is_416_and_says_the_length(api: Api, asked: str) -> None:
    answer = api.get("/assets/docs.js", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(api.get('/assets/docs.js').content)}"


def test_if_range_gives_the_part_only_of_the_same_representation(api: Api) -> None:
    tag = api.get("/v1/drugs", headers={"Accept-Encoding": "identity"}).headers["etag"]
    asked = {"Range": "bytes=0-9", "Accept-Encoding": "identity"}
    assert api.get("/v1/drugs", headers=asked | {"If-Range": tag}).status_code == 206
    for other in ('"x"', f"W/{tag}", "Fri, 27 Nov 2026 00:00:00 GMT"):
        assert api.get("/v1/drugs", headers=asked | {"If-Range": other}).status_code == 200
    assert api.get("/v1/drugs", headers=asked | {"If-None-Match": tag}).status_code == 304


def test_encodings_are_negotiated(api: Api) -> None:
    plain = api.get("/v1/drugs", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for encoding in ("gzip", "br", "zstd"):
        answer = api.get("/v1/drugs", headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        assert answer.content == plain.content
        assert int(answer.headers["content-length"]) < len(plain.content) / 3
        without = api.get("/v1/drugs", headers={"Accept-Encoding": f"{encoding};q=0"})
        assert "content-encoding" not in without.headers


@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/v1/drugs?limit=0", "/healthz"])
def test_every_answer_has_the_common_headers(api: Api, path: str) -> None:
    answer = api.get(path)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "Link" in answer.headers["access-control-expose-headers"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    is_kept = "public" in answer.headers["cache-control"]
    assert ("x-request-id" in answer.headers) != is_kept


def test_a_request_id_is_kept_and_repeated_in_a_problem(api: Api) -> None:
    answer = api.get("/nothing", headers={"X-Request-ID": "client-4711"})
    assert answer.headers["x-request-id"] == "client-4711"
    assert answer.json()["request_id"] == "client-4711"
    odd = api.get("/nothing", headers={"X-Request-ID": "<script>"})
    assert odd.headers["x-request-id"] != "<script>"


def test_errors_and_health_are_not_cached(api: Api) -> None:
    for path in ("/nothing", "/healthz", "/readyz", "/v1/drugs?limit=0"):
        answer = api.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_may_be_kept_for_five_minutes(api: Api, path: str) -> None:
    """A new release is seen soon; only files whose address names their build are kept longer."""
    expected = "public, max-age=300, stale-while-revalidate=86400"
    assert api.get(path).headers["cache-control"] == expected
