"""What a person typed, read once: the MATCH expressions of SQLite FTS5 and what must be marked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.model.words import (
    RECEPTOR,
    WORD,
    comparison_key,
    find_receptors,
    normalize,
    spell_out_status,
)

# "IHC2+" is the test and its score.
GLUED_SCORE = re.compile(r"\b(IHC)(?=[0-3]\b)", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s/,;]+")
# Plural endings, cut before a prefix search, so that "tumors" also finds "tumor".
PLURAL = re.compile(r"(?<=\w{4})(ies|es|is|(?<!s)s)$")
# A number belongs to the noun before it ("stage 4") and to the span of time after it ("5 year").
COUNTED = {"stage", "stages", "grade", "grades", "phase", "type"}
YEARS = {"year", "years"}
SPELLINGS = [
    ["1", "one", "i"], ["2", "two", "ii"], ["3", "three", "iii"], ["4", "four", "iv"],
    ["5", "five"], ["6", "six"], ["7", "seven"], ["8", "eight"], ["9", "nine"], ["10", "ten"],
]  # fmt: skip
NUMBERS = {word: spellings for spellings in SPELLINGS for word in spellings}
# Words of a question that say nothing of its subject.
STOP_WORDS = {
    "a", "am", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for",
    "from", "get", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on",
    "or", "should", "that", "the", "their", "there", "this", "to", "was", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A query as it is searched for; the expressions are empty where it has no word."""

    normalized: str
    name: str  # to compare with the names of records
    receptors: frozenset[str]
    all_words: str
    any_word: str


@lru_cache(maxsize=1024)
def parse_query(text: str) -> Query:
    """Read what a person typed. Only quoted words reach FTS5, so nothing typed can be syntax."""
    spelled = spell_out_status(text)
    receptors = list(dict.fromkeys(find_receptors(text)))
    rest = GLUED_SCORE.sub(r"\1 ", RECEPTOR.sub(" ", spelled))
    phrases = list(dict.fromkeys(map(phrase, subject_parts(rest, has_status=bool(receptors)))))
    statuses = [f'receptors : "{receptor}"' for receptor in receptors]
    return Query(
        normalized=normalize(text),
        name=comparison_key(text),
        receptors=frozenset(receptors),
        all_words=join_required(statuses, " AND ".join(phrases)),
        # With OR, a receptor status alone must match; other words only raise the rank.
        any_word=join_required(statuses, " OR ".join([*phrases, *statuses] if phrases else [])),
    )


def join_required(statuses: list[str], words: str) -> str:
    """The FTS5 expression that requires every receptor status, and the expression for words."""
    return " AND ".join([*statuses, *([f"({words})"] if words else [])])


def subject_parts(text: str, *, has_status: bool) -> list[list[str]]:
    """The parts of a query, each a list of words; stop words count only where nothing else does."""
    parts = (WORD.findall(part.casefold()) for part in SEPARATOR.split(text))
    joined = list(join_numbers(part for part in parts if part))
    subject = [words for words in joined if not STOP_WORDS.issuperset(words)]
    return subject if subject or has_status else joined


def join_numbers(parts: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the parts with numbers joined to their nouns: `stage 4` and `5 year` are one part."""
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
    """The FTS5 phrase for words side by side; the last may be a prefix unless it is a number."""
    forms = range(3) if len(words) > 1 else ()
    spelled = (" ".join(spell(word, form) for word in words) for form in forms)
    texts = list(dict.fromkeys([" ".join(words), *spelled]))
    alternatives = [f'"{text}"' for text in texts]
    if words[-1] not in NUMBERS and not words[-1].isdigit():
        # The whole words stay in, because a whole word ranks higher than a prefix.
        alternatives += [f'"{PLURAL.sub("", text)}"*' for text in texts]
    return f"({' OR '.join(alternatives)})" if alternatives[1:] else alternatives[0]


def spell(word: str, form: int) -> str:
    """A number as digit (0), word (1) or Roman numeral (2); any other word unchanged."""
    spellings = NUMBERS.get(word, [word])
    return spellings[min(form, len(spellings) - 1)]
