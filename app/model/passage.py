"""Passages: where in a document a statement stands, its digest, and the link to it."""

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.model.field import AS_WRITTEN, Strict

# At most this many words: a passage names its first and last ones, never the sentence between.
WORDS_ALONE = 8
WORDS_AT_AN_END = 6
LIST_MARK = re.compile(r"^[ \t]*•[ \t]+", re.MULTILINE)
NOT_PLAIN = re.compile(rb"[^A-Za-z0-9]")


class TextQuote(Strict):
    """A stretch of a document by its first and last words, as in a URL's text fragment."""

    prefix: Annotated[str | None, AS_WRITTEN] = Field(
        None, description="Words just before, where `start` is not unique."
    )
    start: str = Field(description="First words of the passage, as printed.")
    end: Annotated[str | None, AS_WRITTEN] = Field(
        None, description="Last words; null where `start` is the whole passage."
    )
    suffix: Annotated[str | None, AS_WRITTEN] = Field(
        None, description="Words just after, where `end` is not unique."
    )

    @model_validator(mode="after")
    def check_length(self) -> Self:
        limit = WORDS_AT_AN_END if self.end else WORDS_ALONE
        for words in filter(None, (self.prefix, self.start, self.end, self.suffix)):
            if not words.split() or len(words.split()) > limit:
                raise ValueError(f"should be 1 to {limit} words, got {words!r}")
        return self


class Passage(TextQuote):
    """A passage of a source, by its first and last words, and the digest of its text."""

    sha256: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the passage's text (UTF-8, white space folded, no list marks).",
    )


def fold(text: str) -> str:
    """The text of a document as a browser shows it: no list marks, white space folded."""
    return " ".join(LIST_MARK.sub("", text).split())


def digest(text: str | bytes) -> str:
    """SHA-256 of a text, in hexadecimal."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def text_fragment(quote: TextQuote) -> str:
    """The `#:~:text=` directive of a quote.

    Every byte that is not a letter or digit is percent-encoded: a bare hyphen, comma or
    ampersand is syntax there, and browsers differ on the rest.
    """
    start, end = percent_encode(quote.start), quote.end and percent_encode(quote.end)
    before = f"{percent_encode(quote.prefix)}-," if quote.prefix else ""
    after = f",-{percent_encode(quote.suffix)}" if quote.suffix else ""
    return f"#:~:text={before}{start}{f',{end}' if end else ''}{after}"


def percent_encode(words: str) -> str:
    """Percent-encode all but ASCII letters and digits."""
    return NOT_PLAIN.sub(lambda byte: b"%%%02X" % byte[0][0], words.encode()).decode()


def spans(quote: TextQuote, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of every stretch of a folded document that a browser would match.

    A browser compares whole words and ignores case. A passage is unique only if it is unique in
    that sense.
    """
    before = f"(?:{match_whole(quote.prefix)}) ?" if quote.prefix else ""
    after = f"(?= ?{match_whole(quote.suffix)})" if quote.suffix else ""
    tail = f".*?{match_whole(quote.end)}" if quote.end else ""
    text = f"(?P<text>{match_whole(quote.start)}{tail})"
    pattern = re.compile(f"{before}(?={text}{after})", re.I | re.S)
    for match in pattern.finditer(folded):
        yield match.span("text")


def match_whole(words: str) -> str:
    """A regular expression for these words, none of them cut."""
    return rf"(?<!\w){re.escape(' '.join(words.split()))}(?!\w)"
