"""The nearest spelling of an id or a word.

A slip of the pen leaves the beginning or the end right. So the nearest words stand beside the
misspelled one in one of two orders: by their letters, or by their letters from the end. A few
neighbors are read from each; the cost does not grow with the data.
"""

from difflib import get_close_matches

from app.model.words import WORD, split_words
from app.store.database import Database, compile_text
from app.store.match import Query, parse_query
from app.store.search import MATCHES
from app.store.search_index import WORDS

# How many neighbors are read on each side in each order.
NEIGHBORS = 20
NEAREST = " UNION ".join(
    "SELECT * FROM (SELECT word FROM spelling "
    f"WHERE list = :list AND {order} {operator} :{order} "
    f"ORDER BY {order} {direction} LIMIT {NEIGHBORS})"
    for order in ("word", "reversed")
    for operator, direction in ((">=", "ASC"), ("<", "DESC"))
)
# A longer query with more unknown words than this is not a slip of the pen.
CORRECTED = 8
# How alike a word must be to its correction (difflib's ratio).
ALIKE = 0.8


def nearest(database: Database, name: str, wanted: str, alike: float = 0.6) -> str | None:
    """The nearest word of a list (a kind of record, or all words), or None if none is alike."""
    given = {"list": name, "word": wanted, "reversed": wanted[::-1]}
    neighbors = [word for (word,) in database.rows(compile_text(NEAREST), given)]
    return next(iter(get_close_matches(wanted, neighbors, 1, alike)), None)


def corrected(database: Database, query: Query) -> str | None:
    """The query with unknown words replaced by the nearest known ones, if that finds something."""
    known = compile_text("SELECT 1 FROM spelling WHERE list = :list AND word = :word")
    words = dict.fromkeys(split_words(query.normalized))
    unknown = [w for w in words if not database.value(known, {"list": WORDS, "word": w})]
    near = {word: nearest(database, WORDS, word, ALIKE) for word in unknown[:CORRECTED]}
    better = WORD.sub(lambda word: near.get(word[0].casefold()) or word[0], query.normalized)
    expression = parse_query(better).all_words
    if better == query.normalized or not expression:
        return None
    found = database.value(compile_text(f"{MATCHES} LIMIT 1"), {"match": expression})
    return better if found else None
