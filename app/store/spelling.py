"""Suggest the right spelling of a misspelled id or word.

A typing error leaves the beginning or the end of a word right. So the right word stands near the
wrong one in a list sorted by the words, or in a list sorted by the words written backwards. A few
neighbors are read from each list, by an index: the cost does not grow with the data.
"""

from difflib import get_close_matches

from app.model.words import WORD, fold_letters, split_words
from app.store.database import Database, compile_text
from app.store.expressions import quote_words
from app.store.match import Query, parse_query
from app.store.plan import complete, plan_query
from app.store.search import MATCHES
from app.store.search_index import WORDS

# Neighbors read before and after the word in each of the two lists.
NEIGHBORS = 20
NEAREST = " UNION ".join(
    "SELECT * FROM (SELECT word, written, records FROM spelling "
    f"WHERE list = :list AND {order} {operator} :{order} "
    f"ORDER BY {order} {direction} LIMIT {NEIGHBORS})"
    for order in ("word", "reversed")
    for operator, direction in ((">=", "ASC"), ("<", "DESC"))
)
# At most this many unknown words of a query are looked up: more are no typing error.
MOST_CORRECTIONS = 8
# Short words, and what has a digit, may be a name or a code that we do not know.
SHORTEST_CORRECTED = 5
# From this length on a word may have two errors.
TWO_ERRORS = 8


def find_neighbors(database: Database, name: str, wanted: str) -> list[tuple[str, str, int]]:
    """The words of a list that begin or end like a word: folded, as written, number of records."""
    parameters = {"list": name, "word": wanted, "reversed": wanted[::-1]}
    return database.rows(compile_text(NEAREST), parameters)


def nearest_spelling(database: Database, name: str, wanted: str) -> str | None:
    """The most similar entry of a list of ids or values, or None if none is similar enough.

    Nobody misses the first letter: another word begins with another.
    """
    neighbors = find_neighbors(database, name, wanted)
    written = {word: written for word, written, _ in neighbors if word[:1] == wanted[:1]}
    near = get_close_matches(wanted, written, 1, 0.75)
    return written[near[0]].split("\n")[0] if near else None


def correct_query(database: Database, query: Query) -> str | None:
    """The query with misspelled words replaced by known ones, if that finds a record."""
    words = dict.fromkeys(word for word in split_words(query.text) if is_correctable(word))
    unknown = [word for word in words if not is_known(database, word)]
    near = {word: correct_word(database, word) for word in unknown[:MOST_CORRECTIONS]}
    better = WORD.sub(lambda word: near.get(word[0].casefold()) or word[0], query.text)
    expression = plan_query(database, parse_query(better)).all_words
    if better == query.text or not expression:
        return None
    found = database.value(compile_text(f"{MATCHES} LIMIT 1"), {"match": expression})
    return better if found else None


def is_correctable(word: str) -> bool:
    """Whether a word that no record has may be a typing error: no number, no code, not short."""
    return len(word) >= SHORTEST_CORRECTED and word.isalpha()


def is_known(database: Database, word: str) -> bool:
    """Whether a record has a form of the word, or a word that begins with it."""
    found = database.value(compile_text(f"{MATCHES} LIMIT 1"), {"match": quote_words([word])})
    return bool(found or complete(database, (), word))


def correct_word(database: Database, word: str) -> str | None:
    """The known word that a misspelled one stands for, or None.

    Nobody misses the first letter of a name, and with three errors it would be another word.
    """
    folded = fold_letters(word)
    most = 1 + (len(folded) >= TWO_ERRORS)
    near = [
        (errors, -records, known)
        for known, _, records in find_neighbors(database, WORDS, folded)
        if known[0] == folded[0] and is_correctable(known) and abs(len(known) - len(folded)) <= most
        if (errors := count_errors(folded, known)) <= most
    ]
    return min(near)[2] if near else None


def count_errors(one: str, other: str) -> int:
    """Letters missing, added, changed or swapped between two words (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, second in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != second))
            is_swapped = row > 1 and column > 1 and one[row - 2 : row] == second + other[column - 2]
            now.append(min(cost, before[column - 2] + 1) if is_swapped else cost)
        before, last = last, now
    return last[-1]
