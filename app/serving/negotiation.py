"""Content negotiation (RFC 9110, section 12): choose by `Accept` and `Accept-Encoding`."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

# The codings that this service writes, the preferred one first.
ENCODINGS = ("zstd", "br", "gzip")
WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# One element of a list: text up to a comma that is not inside a quoted string.
ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
PARAMETER = re.compile(rf'\s*;\s*({TOKEN})\s*=\s*({TOKEN}|"(?:[^"\\]|\\.)*")')
MEDIA_RANGE = re.compile(rf"({TOKEN})/({TOKEN})")


def parse_weight(text: str) -> float:
    """The value of `q`; 0 if it is not a weight by the RFC."""
    return float(text) if WEIGHT.fullmatch(text) else 0.0


def parse_elements(header: str) -> Iterator[tuple[str, float]]:
    """Yield each element of a list header, in lower case without parameters, and its weight."""
    for element in ELEMENT.findall(header.lower()):
        name, _, rest = element.strip().partition(";")
        parameters = dict(PARAMETER.findall(f";{rest}")) if rest else {}
        yield name.strip(), parse_weight(parameters.get("q", "1"))


@lru_cache(maxsize=1024)
def best_media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered media type with the highest weight in `Accept`, or None if it accepts none.

    Of equal weights the first offered counts. The most specific range sets the weight of a type:
    the type itself, then `text/*`, then `*/*`. An empty header accepts everything.
    """
    ranges = {name: q for name, q in parse_elements(accept) if MEDIA_RANGE.fullmatch(name)}
    if not accept.strip():
        return offered[0]
    weights = [range_weight(media, ranges) for media in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def range_weight(media: str, ranges: dict[str, float]) -> float:
    """The weight of a media type, by the most specific range that includes it."""
    main_type = media.partition("/")[0]
    names: Sequence[str] = (media, f"{main_type}/*", "*/*")
    return next((ranges[name] for name in names if name in ranges), 0.0)


@lru_cache(maxsize=1024)
def best_encoding(accept_encoding: str) -> str:
    """The coding to use: `zstd`, `br`, `gzip`, or `identity`."""
    weights = dict(parse_elements(accept_encoding))
    wanted = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    best = max(ENCODINGS, key=lambda name: wanted[name])
    is_wanted = wanted[best] > 0 and wanted[best] >= weights.get("identity", 0.0)
    return best if is_wanted else "identity"
