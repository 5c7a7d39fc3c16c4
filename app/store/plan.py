"""Turn a query into MATCH expressions of SQLite FTS5, and find the records that it names."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.model.forms import fold_word, name_stems, stem
from app.model.identifier import identifier_key, read_identifier
from app.model.words import STOP_WORDS
from app.store.belonging import find_belonging
from app.store.database import Database, compile_text
from app.store.expressions import (
    either,
    exclude,
    join_parts,
    quote_words,
    require,
    write_part,
)
from app.store.match import Part, Query
from app.store.search_index import COMMON, FORMS, HEADING, WORDS
from app.store.suggest import complete_name

# A part of a query: its first word, and the one behind its last.
Span = tuple[int, int]
# Words of the longest name that is looked for within a query.
MOST_WORDS = 6
# A word of no record may be the beginning of one: at most so many words complete it, out of so many
# that begin like it; and only so many words of a query are completed, at so many letters or more.
MOST_COMPLETIONS, MOST_BEGUN, MOST_COMPLETED, LEAST_LETTERS = 12, 200, 4, 2
# Who asks for a meaning finds definitions first: where they match, all counts twice.
MEANING = frozenset({"mean", "meaning", "means", "define", "defined", "definition"})
DEFINITION = 'terms : "definition"'
# The schemes in which a name is looked for, the surest first.
NAME_SCHEMES = ("name", "stem", "initials", "initials")
NAMED_RECORDS = (
    "SELECT scheme, value, record.rowid, text, field, record.kind FROM lookup_key "
    "JOIN record ON record.id = lookup_key.record WHERE scheme != 'id' "
    "AND value IN (SELECT value FROM json_each(:keys)) ORDER BY record.kind, place, record.rowid"
)
KNOWN = (
    f"SELECT list, word FROM spelling WHERE list IN ('{WORDS}', '{FORMS}', '{COMMON}') "
    "AND word IN (SELECT value FROM json_each(:words))"
)
ANY = "SELECT 1 FROM search WHERE search MATCH :match LIMIT 1"
COMPLETIONS = (
    "SELECT word FROM (SELECT word, records FROM spelling WHERE list = :list AND word > :start "
    f"AND word < :start || char(1114111) LIMIT {MOST_BEGUN}) "
    f"ORDER BY records DESC, word LIMIT {MOST_COMPLETIONS}"
)


class Plan(NamedTuple):
    """How to search for a query. Its expressions are empty if it has no word."""

    all_words: str = ""  # the FTS5 expression that requires every part
    any_word: str = ""  # the FTS5 expression that requires every receptor status, else any part
    whole: Sequence[int] = ()  # numbers of the records that have the query as their name
    named: Sequence[int] = ()  # numbers of the records that the query names
    belonging: Sequence[int] = ()  # numbers of the records that belong to one of those


class Known(NamedTuple):
    """What is known of the words of a query."""

    words: set[str]  # that some record has, also two or three of them as one word
    common: set[str]  # their stems where so many records have them that they tell nothing


class NamedRecords(NamedTuple):
    """The records that a query names: as a whole, or in a part of it, and how they print a code."""

    whole: list[int]
    parts: list[int]
    printed: list[str]


def plan_query(database: Database, query: Query) -> Plan:
    """Look up the words and names of a query once, and write the expressions to search for it."""
    if not query.parts and not query.receptors:
        return Plan()
    known = find_known(database, query)
    names = find_named(database, query, known.common)
    telling = [part for part in query.parts if not is_common(part, known.common)]
    parts = telling or ([] if query.receptors else list(query.parts))
    phrases = [write_part(part) for part in parts]
    named = list(names.parts)
    for number in list_unknown(parts, known.words):
        *before, word = parts[number].words
        if found := complete(database, before, word):
            phrases[number] += found
            named += [first.record for first in complete_name(database, word, (), 1)]
    add_pairs(query.parts, parts, phrases)
    joined = list(join_parts(parts, phrases, known.words))
    statuses = [f'receptors : "{name}"' for name in query.receptors]
    excluded = [either(write_part(part)) for part in query.excluded]
    excluded += [f'receptors : "{name}"' for name in query.excluded_receptors]
    printed = [quote_words([text]) for text in names.printed]
    # The names themselves are in the index, but not in every spelling.
    required = [*statuses, *joined]
    every = either([*printed, require(required, names.whole)])
    if named and database.value(compile_text(ANY), {"match": every}):
        every = either([*printed, require(required, [*names.whole, *named])])
    wanted = [*statuses, either([*joined, *statuses])] if joined else statuses
    some = require(wanted, [*names.whole, *named])
    if not MEANING.isdisjoint(query.names):
        every, some = (f"({found}) OR (({found}) AND {DEFINITION})" for found in (every, some))
    return Plan(
        all_words=exclude(every, excluded),
        any_word=exclude(either([*printed, some]), excluded),
        whole=names.whole,
        named=named,
        belonging=find_belonging(database, names.parts) if names.parts else (),
    )


def is_common(part: Part, common: set[str]) -> bool:
    """Whether a part has only words that tell nothing."""
    return not part.is_quoted and all(stem(fold_word(word)) in common for word in part.words)


def add_pairs(typed: Sequence[Part], parts: Sequence[Part], phrases: list[list[str]]) -> None:
    """Add to each part the phrase of itself with a neighbor, so that words side by side rank first.

    Where the phrase matches, so does the part: which records match stays the same.
    """
    for one, other in itertools.pairwise(typed):
        pair = quote_words([*one.words, *other.words])
        for part in (other, one):
            if part in parts:
                phrases[parts.index(part)].append(pair)
                break


def find_named(database: Database, query: Query, common: set[str]) -> NamedRecords:
    """The records that a query names, by the longest names first.

    A title names no thing: it counts only as a whole. Neither do words that tell nothing, nor
    receptors, which must match anyway.
    """
    words = query.names
    spans = [
        (start, end)
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
    ]
    if len(words) > MOST_WORDS:
        spans.append((0, len(words)))
    stems = name_stems(words)
    keys = {span: ("".join(words[slice(*span)]), "".join(stems[slice(*span)])) for span in spans}
    curies = read_identifier(query.subject).curies if has_digit(query.subject) else ()
    codes = [*map(identifier_key, curies)]
    wanted = sorted({key for pair in keys.values() for key in pair} | {*codes})
    found: dict[tuple[str, str], list[tuple[int, str, str, str]]] = {}
    for scheme, value, *row in database.rows(
        compile_text(NAMED_RECORDS), {"keys": json.dumps(wanted)}
    ):
        found.setdefault((scheme, value), []).append(tuple(row))

    untold = {*STOP_WORDS, *query.receptors}

    def rows(span: Span) -> list[tuple[int, str, str, str]]:
        exact, stemmed = keys[span]
        spelled = zip(NAME_SCHEMES, (exact, stemmed, exact, stemmed), strict=True)
        return next(filter(None, map(found.get, spelled)), [])

    def things(span: Span) -> list[int]:
        pairs = zip(words[slice(*span)], stems[slice(*span)], strict=True)
        if all(word in untold or stemmed in common for word, stemmed in pairs):
            return []
        named = [(number, kind) for number, _, field, kind in rows(span) if field != "title"]
        # A drug, not its products of the same name.
        return [number for number, kind in named if kind == named[0][1]]

    coded = [row for code in codes for row in found.get(("code", code), ())]
    every = (0, len(words))
    # A thing of this name comes before a record that is headed so.
    whole = [*rows(every), *found.get((HEADING, keys[every][1]), [])] if words else []
    return NamedRecords(
        [*dict.fromkeys(number for number, *_ in [*coded, *whole])],
        list(find_longest(len(words), things)),
        [text for _, text, *_ in coded],
    )


def has_digit(text: str) -> bool:
    """Whether a text may be an identifier: to read it as one takes longer than to look."""
    return any(map(text.__contains__, "0123456789"))


def find_longest(count: int, records: Callable[[Span], list[int]]) -> Iterator[int]:
    """Yield the records of the longest names in so many words, from the first one on."""
    start = 0
    while start < count:
        end = min(start + MOST_WORDS, count)
        while end > start and not (found := records((start, end))):
            end -= 1
        yield from found
        start = max(end, start + 1)


def find_known(database: Database, query: Query) -> Known:
    """The words of a query that a record has, and those that too many have."""
    last = [part.words[-1] for part in query.parts]
    joined = ("".join(last[n : n + size]) for size in (2, 3) for n in range(len(last) - size + 1))
    stems = map(stem, map(fold_word, query.names))
    wanted = json.dumps([*{*last, *joined, *stems}])
    rows = database.rows(compile_text(KNOWN), {"words": wanted})
    return Known(
        {word for name, word in rows if name != COMMON},
        {word for name, word in rows if name == COMMON},
    )


def list_unknown(parts: Sequence[Part], known: set[str]) -> list[int]:
    """The parts whose last word no record has, so that it may be the beginning of one."""
    unknown = [
        number
        for number, part in enumerate(parts)
        if not part.is_quoted
        and part.words[-1] not in known
        and len(part.words[-1]) >= LEAST_LETTERS
        and not part.words[-1].isdigit()
    ]
    return unknown[-MOST_COMPLETED:]


def complete(database: Database, before: Sequence[str], word: str) -> list[str]:
    """The phrases of some words and the next one completed."""
    rows = database.rows(compile_text(COMPLETIONS), {"list": WORDS, "start": word})
    words = {stem(found): found for (found,) in rows}.values()
    return [quote_words([*before, found]) for found in words]
