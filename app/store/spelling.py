"""Suggest the right spelling of a misspelled id or word.

A typing error leaves the beginning or the end of a word right. So the right word stands near the
wrong one in a list sorted by the words, or in a list sorted by the words written backwards. A few
neighbors are read from each list, by an index: the cost does not grow with the data.
"""

from difflib import get_close_matches

from app.model.words import WORD, split_words
from app.store.database import Database, compile_text
from app.store.match import Query, parse_query
from app.store.search import MATCHES
from app.store.search_index import WORDS

# Neighbors read before and after the word in each of the two lists.
NEIGHBORS = 20
NEAREST = " UNION ".join(
    "SELECT * FROM (SELECT word FROM spelling "
    f"WHERE list = :list AND {order} {operator} :{order} "
    f"ORDER BY {order} {direction} LIMIT {NEIGHBORS})"
    for order in ("word", "reversed")
    for operator, direction in ((">=", "ASC"), ("<", "DESC"))
)
# At most this many unknown words of a query are looked up: more are no typing error.
MOST_CORRECTIONS = 8
# How similar a word must be to its correction, by difflib's ratio. A query gets more suggestions
# than an id, so they must be closer.
LEAST_RATIO = 0.8


def nearest_spelling(database: Database, name: str, wanted: str, ratio: float = 0.6) -> str | None:
    """The most similar word of a list (WORDS or a kind), or None if none is similar enough."""
    parameters = {"list": name, "word": wanted, "reversed": wanted[::-1]}
    neighbors = [word for (word,) in database.rows(compile_text(NEAREST), parameters)]
    return next(iter(get_close_matches(wanted, neighbors, 1, ratio)), None)


def correct_query(database: Database, query: Query) -> str | None:
    """The query with unknown words replaced by the nearest known ones, if that finds a record."""
    known = compile_text("SELECT 1 FROM spelling WHERE list = :list AND word = :word")
    words = dict.fromkeys(split_words(query.normalized))
    unknown = [w for w in words if not database.value(known, {"list": WORDS, "word": w})]
    near = {
        word: nearest_spelling(database, WORDS, word, LEAST_RATIO)
        for word in unknown[:MOST_CORRECTIONS]
    }
    better = WORD.sub(lambda word: near.get(word[0].casefold()) or word[0], query.normalized)
    expression = parse_query(better).all_words
    if better == query.normalized or not expression:
        return None
    found = database.value(compile_text(f"{MATCHES} LIMIT 1"), {"match": expression})
    return better if found else None
