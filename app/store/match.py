"""Parse a query (`q`) into MATCH expressions of SQLite FTS5.

A query is split into parts at white space, commas and slashes. Each part becomes a phrase with its
other spellings; all phrases must match, or with OR at least one. Receptors with a status are taken
out first and searched in a separate column, because FTS5 drops the signs.
"""

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

# "IHC2+" is a test and its score: split, so that "IHC" finds the test.
GLUED_SCORE = re.compile(r"\b(IHC)(?=[0-3]\b)", re.IGNORECASE)
# Ends a part. A hyphen does not: the words of "five-year" must stand side by side.
SEPARATOR = re.compile(r"[\s/,;]+")
# Plural endings, cut before a prefix search, so that "tumors" also finds "tumor".
PLURAL = re.compile(r"(?<=\w{4})(ies|es|is|(?<!s)s)$")
# A number belongs to the noun before it ("stage 4") and to the span of time after it ("5 year"): it
# must stand beside it, or "stage 4" would find any record with a 4.
NUMBERED = {"stage", "stages", "grade", "grades", "phase", "type"}
YEARS = {"year", "years"}
# A number as digit, word and Roman numeral: a query with one spelling finds the others.
NUMBER_SPELLINGS = [
    ["1", "one", "i"], ["2", "two", "ii"], ["3", "three", "iii"], ["4", "four", "iv"],
    ["5", "five"], ["6", "six"], ["7", "seven"], ["8", "eight"], ["9", "nine"], ["10", "ten"],
]  # fmt: skip
SPELLINGS_BY_WORD = {word: spellings for spellings in NUMBER_SPELLINGS for word in spellings}
# Words that a question may have without saying anything about its subject.
STOP_WORDS = {
    "a", "am", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for",
    "from", "get", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on",
    "or", "should", "that", "the", "their", "there", "this", "to", "was", "were", "what",
    "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A parsed query. Its expressions are empty if it has no word."""

    normalized: str  # the whole text, for a suggestion
    name: str  # the whole text, to compare with names: an equal one ranks first
    receptors: frozenset[str]  # with their status, such as `hrpositive`
    all_words: str  # the FTS5 expression that requires every part
    any_word: str  # the FTS5 expression that requires every receptor status, else any part


@lru_cache(maxsize=1024)
def parse_query(text: str) -> Query:
    """Parse what a person typed. FTS5 gets only quoted words, so nothing typed can be syntax."""
    spelled = spell_out_status(text)
    receptors = list(dict.fromkeys(find_receptors(text)))
    rest = GLUED_SCORE.sub(r"\1 ", RECEPTOR.sub(" ", spelled))
    phrases = list(dict.fromkeys(map(make_phrase, split_query(rest, has_status=bool(receptors)))))
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
    """The FTS5 expression that requires every receptor status and, if not empty, `words`."""
    return " AND ".join([*statuses, *([f"({words})"] if words else [])])


def split_query(text: str, *, has_status: bool) -> list[list[str]]:
    """The parts of a query, each a list of words. Stop words stay only if nothing else is left."""
    parts = (WORD.findall(part.casefold()) for part in SEPARATOR.split(text))
    joined = list(join_numbers(part for part in parts if part))
    subject = [words for words in joined if not STOP_WORDS.issuperset(words)]
    return subject if subject or has_status else joined


def join_numbers(parts: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the parts with numbers joined to their nouns: `stage 4` and `5 year` are one part."""
    rest = iter([*parts, []])
    part = next(rest)
    for following in rest:
        is_stage = part[-1] in NUMBERED and following[:1] and following[0] in SPELLINGS_BY_WORD
        is_span = part[-1] in SPELLINGS_BY_WORD and following[:1] and following[0] in YEARS
        if is_stage or is_span:
            part = [*part, *following]
        else:
            yield part
            part = following


def make_phrase(words: list[str]) -> str:
    """The FTS5 phrase for words side by side, with the other spellings of numbers.

    The last word may be a prefix unless it is a number: "1" must not find "10".
    """
    # A number alone is left as typed: "I" may be a pronoun. All numbers of a part have one form.
    forms = range(3) if len(words) > 1 else ()
    spelled = (" ".join(spell_number(word, form) for word in words) for form in forms)
    texts = list(dict.fromkeys([" ".join(words), *spelled]))
    alternatives = [f'"{text}"' for text in texts]
    if words[-1] not in SPELLINGS_BY_WORD and not words[-1].isdigit():
        # The whole words stay in, because a whole word ranks above a prefix.
        alternatives += [f'"{PLURAL.sub("", text)}"*' for text in texts]
    return f"({' OR '.join(alternatives)})" if alternatives[1:] else alternatives[0]


def spell_number(word: str, form: int) -> str:
    """A number as digit (0), word (1) or Roman numeral (2); any other word unchanged."""
    spellings = SPELLINGS_BY_WORD.get(word, [word])
    return spellings[min(form, len(spellings) - 1)]
