"""Abbreviations of the terms that the records use: LVEF of left ventricular ejection fraction."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from app.model.forms import stem
from app.model.words import STOP_WORDS, WORD

# A term has three to five words: the initials of two may stand for anything.
SIZES = range(3, 6)
# Shorter words are abbreviations themselves.
SHORTEST_WORD = 3
# A name is a term; so many other words are if so many records have them side by side.
LEAST_RECORDS = {3: 3, 4: 2, 5: 2}
# Words side by side: with a space or a hyphen between them.
RUN = re.compile(r"\w+(?:[ -]\w+)*")


def list_runs(text: str) -> Iterator[list[str]]:
    """Yield the stems of words that stand side by side, without stop words and numbers."""
    for run in RUN.findall(text.casefold()):
        words: list[str] = []
        for word in WORD.findall(run):
            if word in STOP_WORDS or not word.isalpha() or len(word) < SHORTEST_WORD:
                yield words
                words = []
            else:
                words.append(stem(word))
        yield words


def list_terms(text: str) -> set[tuple[str, ...]]:
    """Everything in a text that may be a term of several words."""
    return {
        tuple(words[start : start + size])
        for words in list_runs(text)
        for size in SIZES
        for start in range(len(words) - size + 1)
    }


def name_initials(name: str) -> str | None:
    """The initials of a name that may be abbreviated, or None."""
    words = WORD.findall(name.casefold())
    is_term = len(words) in SIZES and not STOP_WORDS.intersection(words)
    is_term = is_term and min(map(len, words)) >= SHORTEST_WORD
    return "".join(word[0] for word in words) if is_term else None


class Abbreviations:
    """The initials of the terms that the records use."""

    def __init__(self, texts: Iterable[str], names: Iterable[str], words: set[str]) -> None:
        counts = Counter(term for text in texts for term in list_terms(text))
        self.terms = {term for term, count in counts.items() if count >= LEAST_RECORDS[len(term)]}
        for name in names:
            self.terms |= {
                term for term in list_terms(name) if len(term) == len(WORD.findall(name))
            }
        self.words = words

    def find(self, text: str) -> set[str]:
        """The abbreviations of the terms that a text has, but those that are words themselves."""
        found = ("".join(word[0] for word in term) for term in list_terms(text) & self.terms)
        return {letters for letters in found if letters not in self.words}
