"""Look for the cited passages on the living pages of their sources, and change nothing."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import httpx

from app.curation.places import list_citations
from app.curation.quoting import plain
from app.curation.seed import Report, Seed
from app.curation.web import Unreachable, Web
from app.model.passage import Passage, TextQuote, digest, fold, spans
from app.resources.sources import SourceSeed

# Sources that are looked at side by side; requests to one host follow each other all the same.
AT_ONCE = 8
GONE = (404, 410)


class Fate(StrEnum):
    """What has become of a source's page. Not a vocabulary: the API serves none of these words."""

    FOUND = "found"  # the page answers and has every passage
    MOVED = "moved"  # another address answers in its place
    GONE = "gone"  # the page, or a passage that stood on it, is not there any more
    UNREACHABLE = "unreachable"  # no answer could be read


@dataclass
class Finding:
    """What was found at the address of a source."""

    source: str
    fate: Fate
    detail: str
    missing: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = (f"\n    {line}" for line in self.missing)
        return f"{self.fate} {self.source}: {self.detail}{''.join(lines)}"


def find_on(seed: Seed, web: Web, only: str | None = None) -> tuple[list[Finding], str]:
    """A finding for each source that has an address, and the counts."""
    sources = [
        record.seed
        for record in seed.records
        if isinstance(record.seed, SourceSeed) and only in (None, record.seed.id)
    ]
    findings = asyncio.run(look_at_all(seed, web, [s for s in sources if s.document_url]))
    counts = [f"{sum(f.fate is fate for f in findings)} {fate}" for fate in Fate]
    without = len(sources) - len(findings)
    return findings, f"{len(findings)} sources: {', '.join(counts)}; {without} without address"


def verify_online(seed: Seed, web: Web, only: str | None = None) -> Report:
    """A line for each source, and what is wrong as failures."""
    findings, summary = find_on(seed, web, only)
    failures = [str(finding) for finding in findings if finding.fate is not Fate.FOUND]
    found = (str(finding) for finding in findings if finding.fate is Fate.FOUND)
    return Report(failures, "\n".join([*found, summary]))


async def look_at_all(seed: Seed, web: Web, sources: list[SourceSeed]) -> list[Finding]:
    """Look at the pages of these sources."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def look(source: SourceSeed) -> Finding:
        async with turn:
            return await look_at(web, source, dict(list_cited(seed, source.id)))

    async with web:
        return await asyncio.gather(*map(look, sources))


def list_cited(seed: Seed, source: str) -> Iterator[tuple[str, Passage]]:
    """Each passage of a source, by the place of the citation."""
    for record in seed.records:
        for location, citation in list_citations(record.seed):
            if citation.passage and citation.source == source:
                words = f"{citation.passage.start!r}"
                if citation.passage.end:
                    words += f" … {citation.passage.end!r}"
                yield str(seed.locate(record, location, words)), citation.passage


async def look_at(web: Web, source: SourceSeed, passages: dict[str, Passage]) -> Finding:
    """Fetch the page of a source and look for its passages."""
    address = str(source.document_url)
    try:
        page = await web.fetch(address)
    except Unreachable as error:
        return Finding(source.id, Fate.UNREACHABLE, f"{address}: {error}")
    if page.status != 200:
        fate = Fate.GONE if page.status in GONE else Fate.UNREACHABLE
        return Finding(source.id, fate, f"{page.url} answers {page.status}")
    moved = not is_same(address, page.url)
    where = f"{address} is now {page.url}" if moved else address
    if page.text is None:
        return Finding(source.id, Fate.MOVED if moved else Fate.FOUND, f"{where}, no text")
    missing = list(find_missing(page.text, passages))
    fate = Fate.MOVED if moved else Fate.GONE if missing else Fate.FOUND
    count = f"{len(passages) - len(missing)} of {len(passages)} passages"
    return Finding(source.id, fate, f"{where}, {count}", missing)


def find_missing(text: str, passages: dict[str, Passage]) -> Iterator[str]:
    """Each passage that the text of a page has no more, or has with other words inside."""
    folded = fold(text)
    searched = plain(folded)
    for place, passage in passages.items():
        words = passage.model_dump(exclude={"sha256"}, exclude_none=True)
        quote = TextQuote(**{name: plain(part) for name, part in words.items()})
        found = [digest(folded[start:end]) for start, end in spans(quote, searched)]
        if not found:
            yield f"gone: {place}"
        elif passage.sha256 not in found:
            yield f"other words inside: {place}"


def is_same(before: str, after: str) -> bool:
    """Whether two addresses are one but for the scheme, `www.` and a slash at the end."""
    return reduce_address(before) == reduce_address(after)


def reduce_address(address: str) -> tuple[str, str, bytes]:
    """What tells an address from others."""
    url = httpx.URL(address)
    return url.host.removeprefix("www."), url.path.rstrip("/"), url.query
