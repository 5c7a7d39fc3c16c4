"""Fetch pages politely: public hosts only, robots.txt obeyed, few requests, bounded size and time.

Every host name is resolved here and the connection goes to the very address that was judged, so no
redirect and no later answer of the name service leads into a private network.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.robotparser import RobotFileParser

import httpx
from selectolax.lexbor import LexborHTMLParser

from app import __version__
from app.model.passage import fold

AGENT = "her2-facts-verify"
REDIRECTS = 5
# What a browser shows on lines of its own: words on both sides are not one word.
BLOCKS = (
    "address, article, aside, blockquote, br, button, caption, dd, details, div, dl, dt, "
    "figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, "
    "option, p, pre, section, summary, table, tbody, td, tfoot, th, thead, title, tr, ul"
)
UNSEEN = "head, noscript, script, style, svg, template"

Resolve = Callable[[str], list[str]]


@dataclass(frozen=True)
class Limits:
    """What one request may cost."""

    seconds: float = 20
    bytes: int = 5_000_000
    pause: float = 1  # seconds between two requests to one host


@dataclass(frozen=True)
class WebPage:
    """The answer of an address, after its redirects; the text is None where it is no text."""

    url: str
    status: int
    text: str | None


class Unreachable(Exception):
    """No page could be read; the message says why."""


def resolve(host: str) -> list[str]:
    """The IP addresses of a host."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast


class Pace:
    """When the next request to a host may start."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self.free: dict[str, float] = {}

    def delay(self, host: str, now: float) -> float:
        """The seconds to wait before a request that is made now."""
        start = max(now, self.free.get(host, now))
        self.free[host] = start + self.pause
        return start - now


class Web:
    """Fetches pages; `resolve` and `is_allowed` are others in tests, which serve pages locally."""

    def __init__(
        self,
        limits: Limits = Limits(),
        resolve: Resolve = resolve,
        is_allowed: Callable[[str], bool] = is_public,
    ) -> None:
        self.limits, self.resolve, self.is_allowed = limits, resolve, is_allowed
        self.pace = Pace(limits.pause)
        self.robots: dict[str, asyncio.Task[RobotFileParser]] = {}
        # Without proxies of the environment: these would resolve names by themselves. Without
        # connections that are kept: one to an IP address would serve another name than its own.
        self.client = httpx.AsyncClient(
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=limits.seconds,
            headers={"User-Agent": f"{AGENT}/{__version__}", "Accept": "text/html, text/plain"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def fetch(self, address: str, *, obey_robots: bool = True) -> WebPage:
        """The page at an address, or where that leads to."""
        url = httpx.URL(address)
        for _ in range(REDIRECTS + 1):
            if url.scheme not in ("http", "https") or url.userinfo:
                raise Unreachable(f"leads to {url}, which is no plain http address")
            if obey_robots:
                await self.check_robots(url)
            answer = await self.request(url)
            if not answer.has_redirect_location:
                return WebPage(str(url), answer.status_code, read_text(answer))
            url = url.join(answer.headers["location"])
        raise Unreachable(f"redirects more than {REDIRECTS} times")

    async def request(self, url: httpx.URL) -> httpx.Response:
        """One answer, read whole."""
        await asyncio.sleep(self.pace.delay(url.host, time.monotonic()))
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self.read(url, await self.find_address(url.host))
        except TimeoutError:
            raise Unreachable(f"no whole answer in {self.limits.seconds:g} seconds") from None
        except httpx.HTTPError as error:
            raise Unreachable(f"{type(error).__name__}: {error}".rstrip(": ")) from None

    async def find_address(self, host: str) -> str:
        """The IP address of a host, if all that it has are allowed."""
        try:
            addresses = await asyncio.to_thread(self.resolve, host)
        except OSError:
            raise Unreachable(f"no host {host}") from None
        if not addresses or not all(map(self.is_allowed, addresses)):
            raise Unreachable(f"{host} is no public host")
        # IPv4 first: not every network has the other.
        return min(addresses, key=lambda address: ":" in address)

    async def read(self, url: httpx.URL, address: str) -> httpx.Response:
        """The answer that comes from this IP address, up to the most bytes."""
        content = b""
        async with self.client.stream(
            "GET",
            url.copy_with(host=address),
            headers={"Host": url.netloc.decode()},
            extensions={"sni_hostname": url.host},
        ) as answer:
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > self.limits.bytes:
                    raise Unreachable(f"more than {self.limits.bytes} bytes")
            kept = {"content-type", "location"} & answer.headers.keys()
            headers = {name: answer.headers[name] for name in kept}
            return httpx.Response(answer.status_code, headers=headers, content=content)

    async def check_robots(self, url: httpx.URL) -> None:
        """Refuse an address that the robots.txt of its host asks robots to leave alone."""
        origin = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        if origin not in self.robots:
            self.robots[origin] = asyncio.create_task(self.read_robots(origin))
        if not (await self.robots[origin]).can_fetch(AGENT, str(url)):
            raise Unreachable(f"{origin} asks robots to stay away")

    async def read_robots(self, address: str) -> RobotFileParser:
        """The rules of a host (RFC 9309): none forbids nothing, one that can't be read all."""
        page = await self.fetch(address, obey_robots=False)
        if page.status >= 500:
            raise Unreachable(f"{address} answers {page.status}")
        rules = RobotFileParser()
        rules.parse((page.text or "").splitlines() if page.status == 200 else [])
        return rules


def read_text(answer: httpx.Response) -> str | None:
    """The text of a page as a reader sees it; of a plain text its lines; else None."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return extract_text(answer.text)
    return answer.text if kind == "text/plain" else None


def extract_text(html: str) -> str:
    """The words of a page in their order, folded."""
    tree = LexborHTMLParser(html)
    for node in tree.css(UNSEEN):
        node.decompose()
    for node in tree.css(BLOCKS):
        node.insert_before(" ")
        node.insert_after(" ")
    return fold(tree.body.text()) if tree.body else ""
