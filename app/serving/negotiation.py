"""Content negotiation (RFC 9110, section 12): choose by `Accept` and `Accept-Encoding`.

A header is read once from its first to its last character, so no header can cost much time.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# The codings that this service writes, the preferred one first.
ENCODINGS = ("zstd", "br", "gzip")
WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
# A quoted string. One that is not closed reaches to the end, so that `re` never goes back.
QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
ELEMENT = re.compile(rf'(?:[^,"]|{QUOTED})+', re.DOTALL)
PART = re.compile(rf'(?:[^;"]|{QUOTED})+', re.DOTALL)
# Parameters of a media type that do not count: all text here is UTF-8.
IGNORED = ("q", "charset")


class Element(NamedTuple):
    """An element of a list: its name, its parameters, and its weight (`q`)."""

    name: str
    parameters: Mapping[str, str]
    weight: float

    @classmethod
    def parse(cls, text: str) -> "Element":
        """Read an element in lower case."""
        name, *parts = PART.findall(text) or [""]
        pairs = (part.partition("=") for part in parts)
        values = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
        kept = {key: value for key, value in values.items() if key and key not in IGNORED}
        return cls(name.strip(), kept, parse_weight(values.get("q", "1")))


def parse_weight(text: str) -> float:
    """The value of `q`; 0 if it is not a weight by the RFC."""
    return float(text) if WEIGHT.fullmatch(text) else 0.0


def parse_list(header: str) -> Iterator[Element]:
    """Yield each element of a header."""
    yield from map(Element.parse, ELEMENT.findall(header.lower()))


@lru_cache(maxsize=1024)
def best_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered media type with the highest weight in `Accept`, or None if it accepts none.

    Of equal weights the first offered counts. An empty header accepts everything.
    """
    if not accept.strip():
        return offered[0]
    ranges = list(parse_list(accept))
    weights = [media_weight(Element.parse(media.lower()), ranges) for media in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def media_weight(media: Element, ranges: list[Element]) -> float:
    """The weight of a media type, by the most specific range that includes it."""
    found = ((specificity(media, range_), range_.weight) for range_ in ranges)
    return max((pair for pair in found if pair[0]), default=((), 0.0))[1]


def specificity(media: Element, range_: Element) -> tuple[int, ...]:
    """How closely a range describes a media type; an empty tuple if it excludes the type.

    A parameter that the type lacks is ignored: `application/json; version=1` accepts JSON. A
    parameter with another value than the type's excludes it.
    """
    names = (media.name, f"{media.name.partition('/')[0]}/*", "*/*")
    known = [key for key in range_.parameters if key in media.parameters]
    if range_.name not in names or any(
        media.parameters[key] != range_.parameters[key] for key in known
    ):
        return ()
    return 3 - names.index(range_.name), len(known), -len(range_.parameters)


@lru_cache(maxsize=1024)
def best_encoding(accept_encoding: str) -> str:
    """The coding to use: `zstd`, `br`, `gzip`, or `identity`."""
    weights = {item.name.removeprefix("x-"): item.weight for item in parse_list(accept_encoding)}
    wanted = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    best = max(ENCODINGS, key=lambda name: wanted[name])
    is_wanted = wanted[best] > 0 and wanted[best] >= weights.get("identity", 0.0)
    return best if is_wanted else "identity"
