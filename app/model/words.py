"""How a text is read: receptors keep their sign, dashes and letter case do not count."""

import re
import unicodedata
from collections.abc import Iterator

NAME = (
    r"HER[\s-]?2(?:/neu)?|ERBB2|human epidermal growth factor receptor[\s-]2|HR|ER|PgR|PR|"
    r"(?:hormone|o?estrogen|progesterone)[\s-]receptors?"
)
STATUS = r"positive|negative|pos|neg"
# A receptor with its status in any spelling: HR+, HER2(-), ER-positive, HER2/neu negative.
# A sign after a space is not a status, and neither is the hyphen of "HER2-directed".
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
# The first letters of a receptor's name, and its short name in the index.
SHORT_NAMES = (
    ("her", "her2"), ("erbb2", "her2"), ("hum", "her2"), ("h", "hr"), ("p", "pr"), ("", "er"),
)  # fmt: skip
# Hyphens, dashes and the minus sign are one character to a reader.
DASHES = dict.fromkeys((*range(0x2010, 0x2015), 0x2212), "-")
WORD = re.compile(r"\w+")


def normalize(text: str) -> str:
    """The text in Unicode's form NFKC, with every dash written as a hyphen."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def comparison_key(text: str) -> str:
    """A name, code or identifier in the form in which two of them are compared."""
    return normalize(text).strip().casefold()


def split_words(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    return WORD.findall(normalize(text).casefold())


def spell_out_status(text: str) -> str:
    """The normalized text with a shared status written behind each of its receptors."""
    return SHARED_STATUS.sub(r"\1-\3", normalize(text))


def find_receptors(text: str) -> Iterator[str]:
    """Yield each receptor that stands with a status, as one word such as `hrpositive`."""
    for name, *signs, word in RECEPTOR.findall(spell_out_status(text)):
        short = next(short for start, short in SHORT_NAMES if name.casefold().startswith(start))
        is_positive = word.casefold().startswith("pos") or "+" in signs
        yield short + ("positive" if is_positive else "negative")
