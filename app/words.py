"""Words: how a text or a query is read. Receptors keep their sign, numbers may be spelled."""

import re
import unicodedata
from collections.abc import Iterator

NAME = (
    r"HER[\s-]?2(?:/neu)?|HR|ER|PgR|PR|"
    r"(?:hormone|o?estrogen|progesterone)[\s-]receptors?"
)
# What is set as a minus: hyphens, dashes and the sign itself.
MINUS = r"\-\u2010-\u2013\u2212"
# A receptor with its status, however it is written: HR+, HER2(-), ER-positive, HER2/neu negative.
# A dash after a space is no sign, nor is the hyphen of "HER2-directed".
RECEPTOR = re.compile(
    rf"\b({NAME})"
    rf"(?:(?:\s*\(([+{MINUS}])\)|\s*(\+)|([{MINUS}]))(?=$|[^A-Za-z0-9]|(?:{NAME})\b)"
    rf"|[\s{MINUS}]*\(?(positive|negative)\b\)?)",
    re.IGNORECASE,
)
SHORT = (("her", "her2"), ("h", "hr"), ("p", "pr"), ("", "er"))
GLUED_SCORE = re.compile(r"\b(IHC)(?=[0-3]\b)", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s/,;]+")
WORD = re.compile(r"\w+")
# What a plural adds: the beginning that is left finds the singular too.
PLURAL = re.compile(r"(?<=\w{4})(es|(?<!s)s)$")
SPELLINGS = [
    ["1", "one", "i"], ["2", "two", "ii"], ["3", "three", "iii"], ["4", "four", "iv"],
    ["5", "five"], ["6", "six"], ["7", "seven"], ["8", "eight"], ["9", "nine"], ["10", "ten"],
]  # fmt: skip
NUMBERS = {word: spellings for spellings in SPELLINGS for word in spellings}
# Words of a question that tell nothing of what is asked for.
STOP_WORDS = {
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for",
    "from", "get", "has", "have", "how", "if", "in", "is", "it", "its", "me", "my", "of", "on",
    "or", "should", "that", "the", "their", "there", "this", "to", "was", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
}  # fmt: skip


def normalized(text: str) -> str:
    """A text whose characters have their usual form."""
    return unicodedata.normalize("NFKC", text)


def words_of(text: str) -> list[str]:
    """The words of a text, for comparison."""
    return WORD.findall(normalized(text).casefold())


def receptors(text: str) -> Iterator[str]:
    """The receptors with their status in a text, each as one word: `hrpositive`."""
    for name, *signs, word in RECEPTOR.findall(text):
        short = next(short for start, short in SHORT if name.casefold().startswith(start))
        yield short + (word.casefold() or ("positive" if "+" in signs else "negative"))


def match_expression(query: str, glue: str = " AND ") -> str:
    """What FTS5 is asked. Only words go in, each quoted, so nothing typed can be syntax."""
    query = normalized(query)
    signed = [f'receptors : "{receptor}"' for receptor in receptors(query)]
    rest = GLUED_SCORE.sub(r"\1 ", RECEPTOR.sub(" ", query))
    parts = [words for part in SEPARATOR.split(rest) if (words := WORD.findall(part.casefold()))]
    telling = [words for words in parts if not STOP_WORDS.issuperset(words)]
    asked = telling if telling or signed else parts
    return glue.join(dict.fromkeys([*signed, *map(phrase, asked)]))


def phrase(words: list[str]) -> str:
    """Words that stand side by side; the last may be a beginning, unless it is a number."""
    *first, last = words
    if last in NUMBERS or last.isdigit():
        end = '"'
    else:
        last, end = PLURAL.sub("", last), '"*'
    alternatives = {
        " ".join(spelled(word, way) for word in (*first, last)): None for way in (None, 0, 1, 2)
    }
    phrases = [f'"{text}{end}' for text in alternatives]
    return f"({' OR '.join(phrases)})" if phrases[1:] else phrases[0]


def spelled(word: str, way: int | None) -> str:
    """A number as a digit, a word or a Roman numeral; other words as they are."""
    spellings = NUMBERS.get(word) if way is not None else None
    return spellings[min(way or 0, len(spellings) - 1)] if spellings else word
