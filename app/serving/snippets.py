"""Pick the sentence of a record that shows where a query matches, and mark the matches in it."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.model.forms import fold_word, stem
from app.model.words import RECEPTOR, WORD, find_receptors, fold_letters
from app.store.match import Query
from app.store.search import CLOSE, OPEN
from app.store.search_index import BULLET, OR

# The columns that a snippet is taken from, the best first; the others have no sentences.
SHOWN = ("body", "notes", "name")
# A snippet goes on after its first sentence while it has at most this many characters.
LONGEST_SNIPPET = 240
# A full stop after a single capital or these abbreviations does not end a sentence; \x01 is OPEN.
# The pattern begins with the space, so that `re` skips quickly to the next one.
SENTENCE_END = re.compile(
    r" (?<=[.!?] )(?<![ .][A-Z]\. )(?<!Inc\. )(?<!vs\. )(?<!Dr\. )(?<!St\. )(?<!No\. )(?<!e\.g\. )"
    r"(?<!i\.e\. )(?<!etc\. )(?<! al\. )(?=[\x01A-Z0-9“\"(])"
)
MARKED_MATCH = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)
SIGN = re.compile(f"[{OPEN}{CLOSE}]")
# Words that stand for one, as its initials or joined, are at most so many.
MOST_JOINED = 5
MORE = "\N{HORIZONTAL ELLIPSIS}"


class Snippet(NamedTuple):
    """Whole sentences of a record, and where they match."""

    column: str
    html: str  # escaped, with each match in `<mark>`
    text: str
    ranges: list[tuple[int, int]]  # of the matches in `text`: first character, and the one behind


def make_snippet(texts: Mapping[str, str], query: Query) -> Snippet:
    """The first sentence with a match, and the next ones while they fit.

    A sentence is never cut: its first word may be a "no" that reverses the rest. It has only words
    of the record: where the record has another name or form of what was asked, that is marked.
    """
    shown = {name: texts[name] for name in SHOWN}
    if query.receptors:
        shown = {name: mark_receptors(text, query) for name, text in shown.items()}
    if not any(OPEN in text for text in shown.values()):
        shown = mark_equals(shown, texts, query)
    # A match in the other columns shows the start of the body.
    column = next((name for name in SHOWN if OPEN in shown[name]), "body")
    return write_snippet(column, pick_sentences(SENTENCE_END.split(find_piece(shown[column]))))


def write_snippet(column: str, marked: str) -> Snippet:
    """A marked text as HTML, and as plain text with the ranges of its matches."""
    if OPEN not in marked:
        return Snippet(column, html.escape(marked), marked, [])
    ranges, place = [], 0
    for found in MARKED_MATCH.finditer(marked):
        start = found.start() - place
        ranges.append((start, start + len(found[1])))
        place += 2
    escaped = html.escape(marked).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    return Snippet(column, escaped, SIGN.sub("", marked), ranges)


def mark_equals(shown: Mapping[str, str], texts: Mapping[str, str], query: Query) -> dict[str, str]:
    """Mark other names of what matched, or else other forms of the words."""
    names = [
        name
        for thing in texts["synonyms"].split(BULLET)
        if OPEN in thing
        for name in SIGN.sub("", thing).split(OR)
    ]
    if names:
        longest = sorted(names, key=len, reverse=True)
        pattern = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE
        )
        return {n: pattern.sub(rf"{OPEN}\g<0>{CLOSE}", text) for n, text in shown.items()}
    tokens = {fold_letters(found) for found in MARKED_MATCH.findall(texts["spellings"])}
    if not tokens:
        return dict(shown)
    wanted = {stem(fold_word(word)) for word in (*query.words, *tokens)}
    return {name: mark_forms(text, wanted, tokens) for name, text in shown.items()}


def mark_forms(text: str, wanted: set[str], tokens: set[str]) -> str:
    """Mark the words that fold to wanted ones, or that joined or by their initials are tokens."""
    words = list(WORD.finditer(text))
    folded = [fold_letters(word[0]) for word in words]
    marked, end = [], 0
    for first, last in find_runs(folded, wanted, tokens):
        start = words[first].start()
        marked += [text[end:start], OPEN, text[start : words[last].end()], CLOSE]
        end = words[last].end()
    return "".join([*marked, text[end:]])


def find_runs(words: list[str], wanted: set[str], tokens: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last word of each run that stands for a wanted one."""
    number = 0
    while number < len(words):
        size = 0
        if stem(fold_word(words[number])) in wanted:
            size = 1
        for more in range(2, MOST_JOINED + 1):
            run = words[number : number + more]
            if len(run) == more and (
                "".join(run) in tokens or "".join(w[0] for w in run) in tokens
            ):
                size = more
        if size:
            yield number, number + size - 1
        number += max(size, 1)


def find_piece(text: str) -> str:
    """The text between two bullets with the most different matches of a column, else the first."""
    if text.count(OPEN) < 2:  # as most have: cut it out, without a look at the rest
        match = max(text.find(OPEN), 0)
        start, end = text.rfind(BULLET, 0, match), text.find(BULLET, match)
        return text[start + len(BULLET) if start >= 0 else 0 : end if end >= 0 else None]
    pieces = [piece for piece in text.split(BULLET) if OPEN in piece]
    return max(pieces, key=lambda piece: len({*MARKED_MATCH.findall(piece.casefold())}))


def mark_receptors(text: str, query: Query) -> str:
    """Mark the receptors that the query names: FTS5 marks them in the column `receptors` only."""

    def mark(found: re.Match[str]) -> str:
        is_wanted = set(query.receptors).issuperset(find_receptors(found[0]))
        return f"{OPEN}{SIGN.sub('', found[0])}{CLOSE}" if is_wanted else found[0]

    return RECEPTOR.sub(mark, text)


def pick_sentences(sentences: list[str]) -> str:
    """The first sentence with a match, and the next ones while they fit."""
    first = next((n for n, sentence in enumerate(sentences) if OPEN in sentence), 0)
    last = first + 1
    while last < len(sentences) and len(" ".join(sentences[first : last + 1])) <= LONGEST_SNIPPET:
        last += 1
    return " ".join([MORE] * (first > 0) + sentences[first:last] + [MORE] * (last < len(sentences)))
