"""Make a citation of a passage from its first and last words."""

import json
from collections.abc import Iterator

from app.curation.documents import Document
from app.model.passage import WORDS_ALONE, WORDS_AT_AN_END, TextQuote, digest, spans

# What a keyboard has for what a document prints; one character for one, so that places agree.
PLAIN = str.maketrans("‘’“”‐‑–—−", "''\"\"-----")
# How many characters around a hit are shown.
AROUND = 40
# How many words at each end stand for a sentence that was given whole.
END_WORDS = 4


class NoPassage(ValueError):
    """The words are not those of one passage; the message says what to do."""


def make_quote(start: str, end: str | None, prefix: str | None, suffix: str | None) -> TextQuote:
    """The words to look for; a sentence that is given whole is cut to its ends."""
    words = start.split()
    if end is None and len(words) > WORDS_ALONE:
        start, end = " ".join(words[:END_WORDS]), " ".join(words[-END_WORDS:])
    limit = WORDS_AT_AN_END if end else WORDS_ALONE
    parts = {"START": start, "END": end, "--prefix": prefix, "--suffix": suffix}
    for name, part in parts.items():
        if part is not None and not 1 <= len(part.split()) <= limit:
            raise NoPassage(f"{name} should be 1 to {limit} words, got {len(part.split())}")
    return TextQuote(prefix=prefix, start=start, end=end, suffix=suffix)


def plain(text: str) -> str:
    """The text with straight quotes and hyphens."""
    return text.translate(PLAIN)


def find_passage(document: Document, quote: TextQuote) -> tuple[int, int]:
    """The one place that the words mean; NoPassage says why there is none, or which there are."""
    words = {name: part and plain(part) for name, part in quote.model_dump().items()}
    words = {name: part and plain(part) for name, part in quote.model_dump().items()}
    found = list(spans(TextQuote.model_validate(words), plain(document.text)))
    if len(found) > 1:
        hits = (f"  {show(document, *span)}" for span in found)
        advice = "add --prefix or --suffix with the words beside the one that you mean"
        raise NoPassage("\n".join([f"found {len(found)} times; {advice}:", *hits]))
    if not found:
        raise NoPassage(explain(document, quote))
    if message := document.describe_extent(*found[0]):
        raise NoPassage(f"the passage {message}: {show(document, *found[0])}")
    return found[0]


def show(document: Document, start: int, end: int) -> str:
    """A hit with its line and the words around it."""
    text = document.text
    inside = text[start:end]
    if len(inside) > 2 * AROUND:
        inside = f"{inside[:AROUND]}…{inside[-AROUND:]}"
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    return f"line {document.line_at(start)}: …{before}[{inside}]{after}…"


def explain(document: Document, quote: TextQuote) -> str:
    """Why the words were not found."""
    text, words = plain(document.text), plain(quote.start).split()
    for count in range(len(words), 0, -1):
        part = " ".join(words[:count])
        found = list(spans(TextQuote(start=part), text))
        if not found:
            continue
        hits = [f"  {show(document, *span)}" for span in found[:5]]
        if count < len(words):
            return "\n".join([f"{quote.start!r} is not in the document, but {part!r} is:", *hits])
        missing = "END does not follow" if quote.end else "the words beside it are others"
        return "\n".join([f"START is in the document, but {missing}:", *hits])
    return f"{quote.start!r} is not in the document, not even its first word"


def print_citation(
    document: Document, source: str | None, quote: TextQuote, span: tuple[int, int]
) -> Iterator[str]:
    """The lines of a citation for the seed, all words as the document prints them."""
    start, end = span
    text = document.text
    above = document.headings_above(start)
    yield f"    - source: {source or 'SOURCE'}"
    yield "      supports:\n        - FIELD"
    if above:
        yield f"      section: {quoted(above[-1])}"
    yield "      passage:"
    if quote.prefix:
        before = text[:start].rstrip()
        yield f"        prefix: {quoted(before[-fold_length(quote.prefix) :])}"
    yield f"        start: {quoted(text[start : start + fold_length(quote.start)])}"
    if quote.end:
        yield f"        end: {quoted(text[end - fold_length(quote.end) : end])}"
    if quote.suffix:
        after = text[end:].lstrip()
        yield f"        suffix: {quoted(after[: fold_length(quote.suffix)])}"
    yield f"        sha256: {digest(text[start:end])}"


def fold_length(words: str) -> int:
    """The number of characters of words in a folded text."""
    return len(" ".join(words.split()))


def quoted(text: str) -> str:
    """A text in double quotes, which YAML takes for nothing else."""
    return json.dumps(text, ensure_ascii=False)
