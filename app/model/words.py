"""Read words and receptors in a text, the same way for the search index and for a query.

Letter case and the kind of dash do not matter. A receptor's status does, and people write it in
many ways: `HR+`, `HR(+)`, `HR-positive` and `hormone receptor positive` all become `hrpositive`.
"""

import re
import unicodedata
from collections.abc import Iterator

NAME = (
    r"HER[\s-]?2(?:/neu)?|ERBB2|human epidermal growth factor receptor[\s-]2|HR|ER|PgR|PR|"
    r"(?:hormone|o?estrogen|progesterone)[\s-]receptors?"
)
STATUS = r"positive|negative|pos|neg"
# A receptor with its status in any spelling: HR+, HER2(-), ER-positive, HER2/neu negative.
# A sign after a space is not a status, and neither is the hyphen of "HER2-directed": a bare sign
# must end the word, unless the next receptor follows at once, as in "HR+HER2-".
RECEPTOR = re.compile(
    rf"\b({NAME})"
    rf"(?:(?:\s*\(([+-])\)|([+-])(?:ve\b)?)(?=$|[^A-Za-z0-9]|(?:{NAME})\b)"
    rf"|[\s-]*\(?({STATUS})\b\)?)",
    re.IGNORECASE,
)
# Shared status: in "ER- and PR-positive" the hyphen is not a minus; both are positive.
SHARED_STATUS = re.compile(
    rf"\b({NAME})-(?=((?:,|\s+and/or|\s+and|\s+or)\s+)(?:{NAME})[\s-]({STATUS})\b)", re.IGNORECASE
)
# The first letters of a receptor's name, and its short name in the index. The first that fits
# counts, so longer beginnings stand first and "" takes what is left: estrogen, with and without o.
SHORT_NAMES = (
    ("her", "her2"), ("erbb2", "her2"), ("hum", "her2"), ("h", "hr"), ("p", "pr"), ("", "er"),
)  # fmt: skip
# Hyphens, dashes and the minus sign look alike, so each becomes a hyphen.
DASHES = dict.fromkeys((*range(0x2010, 0x2015), 0x2212), "-")
WORD = re.compile(r"\w+")


def normalize(text: str) -> str:
    """The text in Unicode's form NFKC, with every dash written as a hyphen."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def comparison_key(text: str) -> str:
    """A name, code or identifier normalized so that two equal ones compare equal."""
    return normalize(text).strip().casefold()


def split_words(text: str) -> list[str]:
    """The words of a text, normalized and in lower case."""
    return WORD.findall(normalize(text).casefold())


def spell_out_status(text: str) -> str:
    """The normalized text with a shared status written out: `ER-positive and PR-positive`."""
    return SHARED_STATUS.sub(r"\1-\3", normalize(text))


def find_receptors(text: str) -> Iterator[str]:
    """Yield each receptor that has a status, as one word such as `hrpositive`."""
    for name, *signs, word in RECEPTOR.findall(spell_out_status(text)):
        short = next(short for start, short in SHORT_NAMES if name.casefold().startswith(start))
        is_positive = word.casefold().startswith("pos") or "+" in signs
        yield short + ("positive" if is_positive else "negative")
