"""What a wrong parameter or value probably means, as a hint in the error."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from app.model.words import name_words

# What other services call a parameter of ours.
OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        ("page", "pagenumber", "pageno", "offset", "skip", "start", "startat", "from", "after",
         "pagetoken", "nexttoken", "continuation", "continuationtoken", "bookmark"), "cursor"),
    **dict.fromkeys(
        ("perpage", "pagesize", "pagelimit", "pagelength", "size", "count", "top", "max",
         "maxresults", "rows", "first", "num", "results", "items", "length", "take"), "limit"),
    **dict.fromkeys(
        ("order", "orderby", "ordering", "sortby", "orderdir", "sortorder", "dir"), "sort"),
    **dict.fromkeys(
        ("query", "search", "text", "keyword", "keywords", "term", "find", "filter", "s"), "q"),
    **dict.fromkeys(
        ("select", "columns", "include", "only", "attributes", "props", "field"), "fields"),
    **dict.fromkeys(("ids", "identifier", "recordid"), "id"),
    **dict.fromkeys(("output", "fmt", "outputformat", "mime"), "format"),
    **dict.fromkeys(("facet", "aggs", "aggregations", "groupby", "counts"), "facets"),
    **dict.fromkeys(("type", "collection", "resource", "category"), "kind"),
    **dict.fromkeys(("disease", "condition", "indication", "subtype"), "applies_to"),
    **dict.fromkeys(("subject", "tag", "section"), "topic"),
    **dict.fromkeys(("brand", "tradename", "brandname"), "brand_names"),
    **dict.fromkeys(("inn", "genericname"), "generic_name"),
    **dict.fromkeys(("gene", "genesymbol"), "symbol"),
}  # fmt: skip
# What to do instead, where another service has a parameter that this one has not.
ADVICE = {
    "cursor": "a list goes on at the address in `next`, and `limit` is the most records on one page"
}
NOT_LETTERS = re.compile(r"[^a-z0-9]")
SIGNS = {"+": "positive", "-": "negative", "pos": "positive", "neg": "negative"}
NUMBERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "one": "1", "two": "2", "three": "3",
           "four": "4"}  # fmt: skip
LONGEST = 200
BOUND = re.compile(r"_(?:after|before|min|max)$")


def meant_name(name: str, allowed: Sequence[str]) -> str | None:
    """The parameter that an unknown one probably means, or None."""
    folded = NOT_LETTERS.sub("", name[:LONGEST].lower())
    by_letters = {NOT_LETTERS.sub("", known.lower()): known for known in allowed}
    if folded in by_letters:
        return by_letters[folded]
    if OTHER_NAMES.get(folded) in allowed:
        return OTHER_NAMES[folded]
    bounds = [known for known in allowed if BOUND.search(known)]
    if BOUND.search(name[:LONGEST].lower()) and bounds:
        return nearest_bound(name[:LONGEST].lower(), bounds)
    parts = [known for known in allowed if folded in known.split("_")]
    return min(parts, key=len) if parts else nearest_word(name, allowed)


def nearest_bound(name: str, bounds: Sequence[str]) -> str:
    """The parameter that bounds the same on the same side, or the plainest that does."""
    side = BOUND.findall(name)[0]
    alike = [known for known in bounds if known.endswith(side)] or bounds
    words = set(BOUND.sub("", name).split("_"))
    return min([k for k in alike if words & set(k.split("_"))] or alike, key=len)


def explain_name(name: str, meant: str | None) -> str:
    """What is wrong with an unknown parameter."""
    advice = advise(name, meant)
    return f"unknown parameter: {advice}" if advice else "unknown parameter"


def advise(name: str, meant: str | None) -> str:
    """What to do instead of sending an unknown parameter; empty where its name says it."""
    folded = NOT_LETTERS.sub("", name[:LONGEST].lower())
    return ADVICE.get(meant or "", "") if OTHER_NAMES.get(folded) == meant else ""


def meant_value(value: str, allowed: Sequence[str]) -> str | None:
    """The allowed word that a wrong value probably means: with its sign or number in words."""
    typed = value.strip().lower()
    if SIGNS.get(typed) in allowed:
        return SIGNS[typed]
    words = fold_words(value)
    found = [word for word in allowed if words and words <= fold_words(word)]
    return min(found, key=len) if found else nearest_word(value, allowed)


def fold_words(text: str) -> set[str]:
    """The words of a value, with numbers as digits."""
    return {NUMBERS.get(word, word) for word in name_words(text[:LONGEST].replace("_", " "))}


def nearest_word(word: str, allowed: Sequence[str]) -> str | None:
    """The allowed word that is most similar to a misspelled one, or None if none is similar."""
    return next(iter(get_close_matches(word[:LONGEST], allowed, n=1)), None)
