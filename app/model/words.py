"""Read words and receptors in a text, the same way for the search index and for a query.

Letter case, the kind of dash, invisible characters and trademark signs do not matter. A receptor's
status does, and people write it in many ways: `HR+`, `HR(+)`, `HR-positive` and `hormone receptor
positive` all become `hrpositive`.
"""

import re
import unicodedata
from collections.abc import Iterator

NAME = (
    r"HER[\s-]?2(?:/neu)?|ERBB2|human epidermal growth factor receptor[\s-]2|HR|ER|PgR|PR|"
    r"(?:hormone|o?estrogen|progesterone)(?:[\s-]receptors?)?"
)
STATUS = r"positive|negative|pos|neg"
# A receptor with its status in any spelling: HR+, HER2(-), ER-positive, HER2 -ve.
# A sign after a space is not a status, and neither is the hyphen of "HER2-directed": a bare sign
# must end the word, unless the next receptor follows at once, as in "HR+HER2-".
RECEPTOR = re.compile(
    rf"\b({NAME})"
    rf"(?:(?:\s*\(([+-])(?:ve)?\)|\s+([+-])ve\b|([+-])(?:ve\b)?)(?=$|[^A-Za-z0-9]|(?:{NAME})\b)"
    rf"|[\s-]*\(?({STATUS})\b\)?)",
    re.IGNORECASE,
)
# Shared status: in "ER- and PR-positive" the hyphen is not a minus; both are positive.
SHARED_STATUS = re.compile(
    rf"\b({NAME})-(?=((?:,|\s+and/or|\s+and|\s+or)\s+)(?:{NAME})[\s-]({STATUS})\b)", re.IGNORECASE
)
# The first letters of a receptor's name, and its short name in the index. The first that fits
# counts, so longer beginnings stand first and "" takes what is left: estrogen, with and without o.
SHORT_NAMES = (
    ("her", "her2"), ("erbb2", "her2"), ("hum", "her2"), ("h", "hr"), ("p", "pr"), ("", "er"),
)  # fmt: skip
# Hyphens, dashes and the minus sign look alike, so each becomes a hyphen; so do apostrophes.
DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x2E3A, 0x2E3B), "-")
APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u2032\u00b4\u0060"), "'")
# Soft hyphens, zero-width and direction marks: copied along with a text, seen by nobody.
INVISIBLE: dict[int, None] = dict.fromkeys(
    (0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
     *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF)
)  # fmt: skip
# Before NFKC, which turns a trademark sign into the letters TM.
SIGNS: dict[int, str | None] = {
    **INVISIBLE,
    **dict.fromkeys(map(ord, "\xa9\xae\u2117\u2120\u2122")),
}
LOOKALIKES = DASHES | APOSTROPHES
TRADEMARK = re.compile(r"\s*\((?:R|TM|SM)\)", re.IGNORECASE)
# A word that a line break cut in two keeps its hyphen; both spellings are searched.
BROKEN_LINE = re.compile(r"(?<=\w)-\s*[\r\n]\s*(?=\w)")
POSSESSIVE = re.compile(r"(?<=\w)'s\b|(?<=s)'(?!\w)", re.IGNORECASE)
WORD = re.compile(r"\w+")
# Words that a question may have without saying anything about its subject.
STOP_WORDS = {
    "a", "about", "actually", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been",
    "being", "between", "but", "by", "can", "cannot", "could", "did", "do", "does", "doesn",
    "doing", "don", "each", "either", "else", "ever", "every", "for", "from", "get", "gets",
    "getting", "give", "given", "go", "goes", "going", "got", "had", "has", "have", "having",
    "he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "isn", "it", "its",
    "itself", "just", "keep", "let", "ll", "make", "makes", "many", "may", "me", "mean",
    "meaning", "means", "might", "much", "must", "my", "of", "off", "on", "ones", "only", "or",
    "our", "out", "over", "per", "put", "really", "said", "same", "say", "says", "see", "she",
    "should", "show", "since", "so", "some", "someone", "still", "such", "take", "takes",
    "taking", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "thing", "things", "this", "those", "through", "to", "too", "up", "us", "very", "want", "wants",
    "was", "way", "we", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whom", "whose", "why", "will", "with", "within", "would", "yes", "you", "your",
}  # fmt: skip
LIGATURES = str.maketrans({"\xe6": "ae", "\u0153": "oe"})


def normalize(text: str) -> str:
    """The text in Unicode's form NFKC: one kind of hyphen and apostrophe, nothing invisible."""
    return unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(LOOKALIKES)


def comparison_key(text: str) -> str:
    """A name, code or identifier normalized so that two equal ones compare equal."""
    return " ".join(normalize(text).casefold().split())


def clean_query(text: str) -> str:
    """The normalized text without trademark signs in letters, possessives and broken lines."""
    joined = BROKEN_LINE.sub("-", normalize(text))
    return POSSESSIVE.sub("", TRADEMARK.sub("", joined))


def split_words(text: str) -> list[str]:
    """The words of a text, normalized and in lower case."""
    return WORD.findall(normalize(text).casefold())


def fold_letters(word: str) -> str:
    """A word in lower case without accents and ligatures."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(LIGATURES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def spell_out_status(text: str) -> str:
    """The normalized text with a shared status written out: `ER-positive and PR-positive`."""
    return SHARED_STATUS.sub(r"\1-\3", normalize(text))


def receptor_name(found: re.Match[str]) -> str:
    """What `RECEPTOR` found, as one word such as `hrpositive`."""
    name, *signs, word = found.groups(default="")
    short = next(short for start, short in SHORT_NAMES if name.casefold().startswith(start))
    is_positive = word.casefold().startswith("pos") or "+" in signs
    return short + ("positive" if is_positive else "negative")


def find_receptors(text: str) -> Iterator[str]:
    """Yield each receptor that has a status, as one word such as `hrpositive`."""
    yield from map(receptor_name, RECEPTOR.finditer(spell_out_status(text)))


def name_words(text: str) -> list[str]:
    """The words by which names are compared: a receptor with its status is one word."""
    spelled = SHARED_STATUS.sub(r"\1-\3", clean_query(text))
    apart = RECEPTOR.sub(lambda found: f" {receptor_name(found)} ", spelled)
    return [fold_letters(word) for word in WORD.findall(apart)]
