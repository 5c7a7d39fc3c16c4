"""Read a query (`q`): what must match, side by side or apart, and what must not.

A query is split into parts at white space, commas and slashes. Text in quotes is one part, and a
part behind a hyphen must not match. Receptors with a status are taken out first and searched in a
separate column, because FTS5 drops the signs.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.model.forms import NUMBER_SPELLINGS, NUMBERED, YEARS
from app.model.words import (
    RECEPTOR,
    SHARED_STATUS,
    STOP_WORDS,
    WORD,
    clean_query,
    fold_letters,
    name_words,
    receptor_name,
)

# "IHC2+" is a test and its score: split, so that "IHC" finds the test.
GLUED_SCORE = re.compile(r"\b(IHC)(?=[0-3]\b)", re.IGNORECASE)
# A part: in quotes, or up to the next separator; a hyphen in front says that it must not match.
QUERY_PART = re.compile(
    r'(?:(?<=\s)|^)(-?)"([^"]+)"|(?:(?<=\s)|^)(-(?=\w))?([^\s,;/]+)|([^\s,;/]+)'
)
# What stands in front of a receptor that must not match.
EXCLUDED = re.compile(r"(?<!\S)-$")
# A number must stand beside its noun, or "stage 4" would find any record with a 4. A query with one
# spelling of it finds the others.
SPELLINGS_BY_WORD = {word: spellings for spellings in NUMBER_SPELLINGS for word in spellings}


@dataclass(frozen=True)
class Part:
    """Words that must stand side by side; in quotes just as they are."""

    words: tuple[str, ...]
    is_quoted: bool = False


@dataclass(frozen=True)
class Query:
    """A parsed query; without parts and receptors it finds nothing."""

    text: str  # the whole text, cleaned
    subject: str  # the text without what must not match
    names: tuple[str, ...]  # its words as names are compared
    parts: tuple[Part, ...]
    receptors: tuple[str, ...]  # with their status, such as `hrpositive`
    excluded: tuple[Part, ...]
    excluded_receptors: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """All words that should match."""
        return [word for part in self.parts for word in part.words]


@lru_cache(maxsize=1024)
def parse_query(text: str) -> Query:
    """Parse what a person typed: no text at all is an error."""
    cleaned = clean_query(text)
    spelled = SHARED_STATUS.sub(r"\1-\3", cleaned)
    receptors: dict[bool, list[str]] = {False: [], True: []}
    for found in RECEPTOR.finditer(spelled):
        receptors[EXCLUDED.search(spelled, 0, found.start()) is not None].append(
            receptor_name(found)
        )
    rest = GLUED_SCORE.sub(r"\1 ", RECEPTOR.sub(" ", spelled))
    parts: dict[bool, list[Part]] = {False: [], True: []}
    for is_excluded, part in read_parts(rest):
        parts[is_excluded].append(part)
    typed = [word for part in parts[False] for word in part.words]
    kept = drop_stop_words(join_numbers(parts[False]), has_status=bool(receptors[False]))
    is_part = bool(parts[True] or receptors[True])
    subject = " ".join([*receptors[False], *typed]) if is_part else cleaned
    return Query(
        text=cleaned,
        names=tuple(name_words(subject)),
        subject=subject,
        parts=tuple(dict.fromkeys(kept)),
        receptors=tuple(dict.fromkeys(receptors[False])),
        excluded=tuple(dict.fromkeys(parts[True])),
        excluded_receptors=tuple(dict.fromkeys(receptors[True])),
    )


def read_parts(text: str) -> Iterator[tuple[bool, Part]]:
    """Yield the parts of a text, each with whether it must not match."""
    for no_phrase, phrase, no_word, first, other in QUERY_PART.findall(text):
        words = tuple(fold_letters(word) for word in WORD.findall(phrase or first or other))
        if words:
            yield bool(no_phrase or no_word), Part(words, bool(phrase))


def drop_stop_words(parts: Iterable[Part], *, has_status: bool) -> list[Part]:
    """The parts that say something about the subject, or all if none does."""
    listed = list(parts)
    subject = [p for p in listed if p.is_quoted or not STOP_WORDS.issuperset(p.words)]
    return subject if subject or has_status else listed


def join_numbers(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts with numbers joined to their nouns: `stage 4` and `5 year` are one part."""
    last: Part | None = None
    for part in parts:
        if last and not last.is_quoted and not part.is_quoted:
            word, following = last.words[-1], part.words[0]
            is_stage = word in NUMBERED and following in SPELLINGS_BY_WORD
            if is_stage or (word in SPELLINGS_BY_WORD and following in YEARS):
                last = Part(last.words + part.words)
                continue
        if last:
            yield last
        last = part
    if last:
        yield last


def number_forms(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Words side by side, with their numbers as digits, words and Roman numerals.

    A number alone is left as typed: "I" may be a pronoun. All numbers of a part have one form.
    """
    forms = range(3) if len(words) > 1 and not SPELLINGS_BY_WORD.keys().isdisjoint(words) else ()
    spelled = (tuple(spell_number(word, form) for word in words) for form in forms)
    return list(dict.fromkeys([words, *spelled]))


def spell_number(word: str, form: int) -> str:
    """A number as digit (0), word (1) or Roman numeral (2); any other word unchanged."""
    spellings = SPELLINGS_BY_WORD.get(word, [word])
    return spellings[min(form, len(spellings) - 1)]
