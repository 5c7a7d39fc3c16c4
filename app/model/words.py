"""Words: how a text or a query is read. Receptors keep their sign, numbers may be spelled."""

import re
import unicodedata
from collections.abc import Iterator

NAME = (
    r"HER[\s-]?2(?:/neu)?|ERBB2|human epidermal growth factor receptor[\s-]2|HR|ER|PgR|PR|"
    r"(?:hormone|o?estrogen|progesterone)[\s-]receptors?"
)
STATUS = r"positive|negative|pos|neg"
# A receptor with its status, however it is written: HR+, HER2(-), ER-positive, HER2/neu negative.
# A sign after a space is none, nor is the hyphen of "HER2-directed".
RECEPTOR = re.compile(
    rf"\b({NAME})"
    rf"(?:(?:\s*\(([+-])\)|([+-])(?:ve\b)?)(?=$|[^A-Za-z0-9]|(?:{NAME})\b)"
    rf"|[\s-]*\(?({STATUS})\b\)?)",
    re.IGNORECASE,
)
# The first of two that share a status: "ER- and PR-positive" is both positive.
SUSPENDED = re.compile(
    rf"\b({NAME})-(?=((?:,|\s+and/or|\s+and|\s+or)\s+)(?:{NAME})[\s-]({STATUS})\b)", re.IGNORECASE
)
SHORT = (("her", "her2"), ("erbb2", "her2"), ("hum", "her2"), ("h", "hr"), ("p", "pr"), ("", "er"))
DASHES = dict.fromkeys((*range(0x2010, 0x2015), 0x2212), "-")
GLUED_SCORE = re.compile(r"\b(IHC)(?=[0-3]\b)", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s/,;]+")
WORD = re.compile(r"\w+")
# What a plural adds: the beginning that is left finds the singular too.
PLURAL = re.compile(r"(?<=\w{4})(ies|es|is|(?<!s)s)$")
# Nouns that are one phrase with the number after them; before a year it is so too.
COUNTED = {"stage", "stages", "grade", "grades", "phase", "type"}
YEARS = {"year", "years"}
SPELLINGS = [
    ["1", "one", "i"], ["2", "two", "ii"], ["3", "three", "iii"], ["4", "four", "iv"],
    ["5", "five"], ["6", "six"], ["7", "seven"], ["8", "eight"], ["9", "nine"], ["10", "ten"],
]  # fmt: skip
NUMBERS = {word: spellings for spellings in SPELLINGS for word in spellings}
# Words of a question that tell nothing of what is asked for.
STOP_WORDS = {
    "a", "am", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for",
    "from", "get", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on",
    "or", "should", "that", "the", "their", "there", "this", "to", "was", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
}  # fmt: skip


def normalized(text: str) -> str:
    """A text whose characters have their usual form; all dashes are one."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def key_of(text: str) -> str:
    """A name, code or identifier for comparison."""
    return normalized(text).strip().casefold()


def words_of(text: str) -> list[str]:
    """The words of a text, for comparison."""
    return WORD.findall(normalized(text).casefold())


def unsuspended(text: str) -> str:
    """A normalized text in which each receptor has its own status."""
    return SUSPENDED.sub(r"\1-\3", normalized(text))


def receptors(text: str) -> Iterator[str]:
    """The receptors with their status in a text, each as one word: `hrpositive`."""
    for name, *signs, word in RECEPTOR.findall(unsuspended(text)):
        short = next(short for start, short in SHORT if name.casefold().startswith(start))
        is_positive = word.casefold().startswith("pos") or "+" in signs
        yield short + ("positive" if is_positive else "negative")


def match_expression(query: str, glue: str = " AND ") -> str:
    """What FTS5 is asked. Only words go in, each quoted, so nothing typed can be syntax.

    A receptor's status is always required; `glue` says how the other words are joined. Where any of
    them will do, none need be there beside a status: they only make for a better rank.
    """
    query = unsuspended(query)
    signed = [f'receptors : "{receptor}"' for receptor in receptors(query)]
    rest = GLUED_SCORE.sub(r"\1 ", RECEPTOR.sub(" ", query))
    parts = [words for part in SEPARATOR.split(rest) if (words := WORD.findall(part.casefold()))]
    parts = list(bound(parts))
    telling = [words for words in parts if not STOP_WORDS.issuperset(words)]
    asked = dict.fromkeys(map(phrase, telling if telling or signed else parts))
    free = glue.join([*asked, *(signed if glue == " OR " else [])])
    return " AND ".join([*dict.fromkeys(signed), *([f"({free})"] if asked else [])])


def bound(parts: list[list[str]]) -> Iterator[list[str]]:
    """The parts of a query, with numbers bound to their nouns: `stage 4` and `5 year` are one."""
    rest = iter([*parts, []])
    part = next(rest)
    for following in rest:
        is_stage = part[-1] in COUNTED and following[:1] and following[0] in NUMBERS
        is_span = part[-1] in NUMBERS and following[:1] and following[0] in YEARS
        if is_stage or is_span:
            part = [*part, *following]
        else:
            yield part
            part = following


def phrase(words: list[str]) -> str:
    """Words that stand side by side; the last may be a beginning, unless it is a number."""
    ways = range(3) if len(words) > 1 else ()
    spelled = (" ".join(spell(word, way) for word in words) for way in ways)
    texts = list(dict.fromkeys([" ".join(words), *spelled]))
    found = [f'"{text}"' for text in texts]
    if words[-1] not in NUMBERS and not words[-1].isdigit():
        # The whole words too, so that they count for more than a beginning.
        found += [f'"{PLURAL.sub("", text)}"*' for text in texts]
    return f"({' OR '.join(found)})" if found[1:] else found[0]


def spell(word: str, way: int) -> str:
    """A number as a digit, a word or a Roman numeral; other words as they are."""
    spellings = NUMBERS.get(word, [word])
    return spellings[min(way, len(spellings) - 1)]
