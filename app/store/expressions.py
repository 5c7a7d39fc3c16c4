"""Write expressions of SQLite FTS5: parts of a query that must match, may match, must not match."""

from collections.abc import Iterator, Sequence

from app.model.forms import fold_word, stem
from app.store.match import Part, number_forms


def require(operands: Sequence[str], numbers: Sequence[int] = ()) -> str:
    """The expression that requires all operands; records with these numbers match anyway.

    Each operand gets the numbers: with an OR around an AND around another OR, FTS5 (SQLite 3.40)
    loses where phrases match, so that a match counts and is marked in one place or in none.
    """
    some = " OR ".join(f'"{number}"' for number in dict.fromkeys(numbers))
    named = f"number : ({some})" if numbers else ""
    return " AND ".join(either([operand, named]) for operand in operands)


def write_part(part: Part) -> list[str]:
    """The phrases of which one must match: as typed, with other numbers, folded, joined."""
    if part.is_quoted:
        return [quote_words(part.words)]
    forms: list[Sequence[str]] = list(number_forms(part.words))
    if any(stem(fold_word(word)) != stem(word) for word in part.words):
        forms += [[fold_word(word) for word in form] for form in forms]
    if len(part.words) > 1:
        forms.append(["".join(part.words)])
    return [quote_words(form) for form in forms]


def join_parts(parts: Sequence[Part], phrases: list[list[str]], known: set[str]) -> Iterator[str]:
    """Yield the expression of each part; parts that are one word together may match as that."""
    number = 0
    while number < len(parts):
        size = next((n for n in (3, 2) if is_joined(parts[number : number + n], n, known)), 1)
        group = [either(found) for found in phrases[number : number + size]]
        if size > 1:
            joined = quote_words(["".join(part.words[0] for part in parts[number : number + size])])
            yield f"(({' AND '.join(group)}) OR {joined})"
        else:
            yield group[0]
        number += size


def is_joined(parts: Sequence[Part], size: int, known: set[str]) -> bool:
    """Whether so many single words are one word together that some record has."""
    is_plain = all(len(part.words) == 1 and not part.is_quoted for part in parts)
    return len(parts) == size and is_plain and "".join(part.words[0] for part in parts) in known


def quote_words(words: Sequence[str]) -> str:
    """Words side by side. FTS5 gets only quoted words, so nothing typed can be syntax."""
    text = " ".join(words).replace('"', " ")
    return f'"{text}"'


def either(phrases: Sequence[str]) -> str:
    """The expression of which one phrase must match."""
    some = list(dict.fromkeys(filter(None, phrases)))
    return f"({' OR '.join(some)})" if some[1:] else "".join(some)


def exclude(expression: str, excluded: list[str]) -> str:
    """The expression without the records that have an excluded part."""
    return f"({expression}) NOT ({' OR '.join(excluded)})" if excluded else expression
