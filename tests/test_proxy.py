"""Behind the real nginx with deploy/nginx.conf: prefix, cache keys, validators, ranges, replicas."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from mcp import Client

from .bare import Server
from .conftest import HTTP
from .nginx import NGINX, Site, serve_site
from .test_browser import CHROMIUM, read_dom

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")
TEA = "/v1/risk-factors/tea"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(tiny_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two replicas behind nginx, with a small database."""
    with serve_site(tiny_database, tmp_path_factory.mktemp("nginx")) as site:
        yield site


def addresses(value: Any) -> Iterator[str]:
    """Every address in a JSON value."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from addresses(item)
    elif isinstance(value, str) and re.match(r"https?://|/", value):
        yield value


@pytest.mark.parametrize(
    "path", ["/v1", "/.well-known/api-catalog", TEA, "/v1/export", "/v1/releases"]
)
def test_every_address_in_an_answer_works_behind_the_prefix(site: Site, path: str) -> None:
    found = set(addresses(site.get(path).json()))
    ours = {address for address in found if not re.match("https?://(?!127)", address)}
    assert len(ours) >= 2
    for address in ours:
        assert address.startswith(f"{site.base}/")
        # To look something up one has to say what, and tools are called by POST.
        expected = {"/v1/lookup": 422, "/mcp": 405}.get(address.removeprefix(site.base), 200)
        assert HTTP.get(address).status_code == expected, address


def test_headers_lead_to_addresses_behind_the_prefix(site: Site) -> None:
    assert site.get("/").json() == site.get("/v1").json()
    links = re.findall("<([^>]+)>", site.get("/v1").headers["link"])
    assert links
    assert all(HTTP.get(link).status_code == 200 for link in links)
    document = site.get("/openapi.json").json()
    assert document["servers"] == [{"url": site.base}]
    assert HTTP.get(f"{site.base}").headers["location"] == "/her2/"


def test_pages_follow_each_other_behind_the_prefix(site: Site) -> None:
    first = site.get("/v1/sources?limit=1")
    assert first.json()["next"] is None
    page = site.get("/v1/search?q=tea&limit=1").json()
    assert page["next"].startswith(f"{site.base}/v1/search?")
    assert HTTP.get(page["next"]).json()["items"]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_page_loads_its_files_from_behind_the_prefix(site: Site, page: str) -> None:
    answer = site.get(page)
    for address in re.findall(r"(?:src|href|spec-url)=\"(.*?)\"", answer.text):
        assert HTTP.get(urljoin(str(answer.url), address)).status_code == 200, address
    origin = site.base.removesuffix("/her2")  # a source of a policy with a path is that path alone
    assert f"connect-src 'self' {origin}" in answer.headers["content-security-policy"]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_browser_shows_the_page_behind_the_prefix(site: Site, page: str, tmp_path: Path) -> None:
    dom, log = read_dom(site.base + page, tmp_path, wait=8000)
    assert "List survival figures" in dom
    assert "Uncaught" not in log
    assert "Refused to connect" not in log


def test_a_problem_names_the_path_that_the_client_sees(site: Site) -> None:
    for path in ("/v1/drugs/none", "/v1/a%2Fb%20c", "/v1/drugs?x=1"):
        problem = site.get(path).json()
        assert problem["instance"] == "/her2" + path.partition("?")[0].replace("%2F", "/")


def test_an_answer_is_kept_for_all_who_ask_the_same_in_other_words(site: Site) -> None:
    path = f"{TEA}?fields=name"
    first = site.get(path, Accept="*/*", Accept_Encoding="gzip, deflate, br")
    assert first.headers["x-cache"] == "MISS"
    for accept, encoding in (
        ("*/*", "br"),
        ("", "br, gzip"),
        ("application/json, text/plain, */*", "deflate,gzip,br"),
    ):
        again = site.get(path, Accept=accept, Accept_Encoding=encoding)
        assert again.headers["x-cache"] == "HIT"
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["vary"] == "Accept, Accept-Encoding"
    assert site.get(path, Accept=BROWSER).headers["x-cache"] == "MISS"
    assert "</html>" in site.get(path, Accept=BROWSER).text


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "text/csv",
        "application/ld+json",
        "text/csv;q=0.5, application/json;q=0.1",
        BROWSER,
        "image/png",
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd", "gzip, br, zstd", "br;q=0, gzip",
                                      "gzip;q=0.5, br;q=0.1", "deflate"])  # fmt: skip
def test_an_answer_from_the_cache_is_the_one_that_the_service_gives(
    site: Site, accept: str, encoding: str
) -> None:
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    own = Site(site.replicas[0].port, [])
    own.base = own.base.removesuffix("/her2")
    direct = HTTP.get(f"{own.base}/v1/sources", headers=headers)
    for _ in range(2):
        cached = HTTP.get(f"{site.base}/v1/sources", headers=headers)
        assert cached.status_code == direct.status_code
        for name in ("content-type", "content-encoding", "content-length", "etag", "vary",
                     "cache-control", "accept-ranges", "access-control-allow-origin"):  # fmt: skip
            if direct.status_code == 200 or name == "content-type":
                assert cached.headers.get(name) == direct.headers.get(name)
        if direct.status_code == 200:
            assert cached.content == direct.content


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_validators_and_ranges_survive_the_cache(site: Site, encoding: str) -> None:
    path = "/openapi.yaml"
    with httpx.Client(base_url=site.base) as client:
        for _ in range(2):  # from the service, from the cache
            with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as answer:
                whole = b"".join(answer.iter_raw())
            head = client.head(path, headers={"Accept-Encoding": encoding}).headers
            tag, length = head["etag"], int(head["content-length"])
            assert len(whole) == length
            part = {"Accept-Encoding": encoding, "Range": "bytes=10-19"}
            with client.stream("GET", path, headers=part) as answer:
                assert answer.status_code == 206
                assert answer.headers["content-range"] == f"bytes 10-19/{length}"
                assert b"".join(answer.iter_raw()) == whole[10:20]
            for value, status in ((tag, 206), ('"other"', 200)):
                with client.stream("GET", path, headers=part | {"If-Range": value}) as answer:
                    assert answer.status_code == status
            part["Range"] = f"bytes={length}-"
            with client.stream("GET", path, headers=part) as answer:  # nginx's page is not encoded
                assert answer.status_code == 416
            for value in (tag, f'"x", {tag}', f"W/{tag}"):
                headers = {"Accept-Encoding": encoding, "If-None-Match": value}
                assert client.get(path, headers=headers).status_code == 304


def test_errors_and_probes_are_never_kept(site: Site) -> None:
    for path, status in (("/v1/drugs/none", 404), ("/v1/drugs?x=1", 422), ("/readyz", 200)):
        ids = set()
        for _ in range(2):
            answer = site.get(path)
            assert answer.status_code == status
            assert answer.headers["x-cache"] == "MISS"
            ids.add(answer.headers["x-request-id"])
        assert len(ids) == 2


def test_an_address_that_is_written_in_a_crooked_way_reaches_no_other(site: Site) -> None:
    port = int(site.base.removesuffix("/her2").rpartition(":")[2])
    nginx = Server(site.replicas[0].process, port)
    for target, status in (
        ("/x/../her2/v1", b"400"),
        ("/her2/../v1", b"404"),
        (f"{site.base}/v1", b"200"),
    ):
        answer = nginx.send(f"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        assert answer.split()[1] == status, target


def test_a_replica_that_is_gone_is_noticed_by_nobody(site: Site) -> None:
    site.replicas[0].process.terminate()
    site.replicas[0].process.wait(20)
    statuses = [
        site.get(f"/v1/search?q=tea&limit={number + 1}").status_code for number in range(20)
    ]
    assert statuses == [200] * 20


def test_agents_call_tools_through_the_proxy_and_nothing_is_kept(site: Site) -> None:
    """Each request may go to another replica."""

    async def work() -> None:
        async with Client(f"{site.base}/mcp") as client:
            for _ in range(4):
                result = await client.call_tool("get_record", {"record": "tea"})
                assert f"{site.base}{TEA}" in result.content[0].text

    asyncio.run(work())
    assert site.get("/mcp").status_code == 405
