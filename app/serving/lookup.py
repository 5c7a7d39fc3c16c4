"""Look up records by codes, names and identifiers, however each is spelled. No HTTP."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from app.model.field import Described
from app.model.forms import name_keys
from app.model.identifier import PATTERNS, ReadIdentifier, identifier_key, read_identifier
from app.model.record import Ref
from app.model.vocabulary import Vocabulary
from app.model.words import comparison_key
from app.serving.answers import Listed
from app.serving.errors import InvalidParameters, ParameterError
from app.serving.parameters import MOST_SUGGESTIONS, PageQuery, fold_id
from app.store.database import Database
from app.store.lookups import StoredKey, find_keys
from app.store.match import parse_query
from app.store.spelling import correct_query

MOST_KEYS = 100
LookupKey = Annotated[str, Field(min_length=1, max_length=300)]
PARAMETERS = ("code", "name", "id")


class KeyMatch(Vocabulary):
    """How a key of the lookup matches."""

    EXACT = "exact", "as the record has it, but for letter case and spaces"
    SPELLING = "spelling", "in another spelling: of the prefix, the hyphens, the form of a word"
    ABBREVIATION = "abbreviation", "the initials of a name"
    SUCCESSOR = "successor", "the id of a withdrawn record; the one found is to be used instead"
    NOT_FOUND = "not-found", "no record has it"
    UNKNOWN_PREFIX = "unknown-prefix", "no registry that we know has this prefix"


class LookupQuery(PageQuery):
    """Parameters of the lookup: one or more keys, in any mixture."""

    code: list[LookupKey] = Field(
        default_factory=list,
        max_length=MOST_KEYS,
        description="An identifier of another registry: a CURIE such as `RXNORM:224905`, an "
        "address, a DOI, PMID or NCT number, or as its registry prints it; may be repeated.",
    )
    name: list[LookupKey] = Field(
        default_factory=list,
        max_length=MOST_KEYS,
        description="A name, brand name, alias or symbol, in any spelling; may be repeated.",
    )
    id: list[LookupKey] = Field(
        default_factory=list,
        max_length=MOST_KEYS,
        description="An identifier of ours, also a withdrawn one; may be repeated.",
    )


class FoundKey(Described):
    """A record that has a key."""

    id: str = Field(description="Identifier of the record.")
    field: str = Field(
        description="The field that holds it, such as `brand_names`; or `withdrawn`."
    )
    written: str = Field(description="The key as the record has it.")


class KeyResult(Described):
    """What was found for one key."""

    parameter: Literal["code", "name", "id"] = Field(description="The parameter of the key.")
    asked: str = Field(description="The key as it was sent.")
    match: KeyMatch = Field(description="How it matches.")
    records: list[FoundKey] = Field(description="The records that have it; may be empty.")
    detail: str | None = Field(description="What to do where nothing was found.")
    did_you_mean: str | None = Field(description="A similar name that a record has.")


class LookupResult(Listed):
    """Records found, and what was found for each key."""

    items: list[Ref] = Field(description="The records that have one of the keys; may be empty.")
    keys: list[KeyResult] = Field(description="Each key with its match, in the order sent.")


class Asked(NamedTuple):
    """A key that was sent, and the folded spellings of it, the surest first."""

    parameter: str
    text: str
    spellings: Sequence[tuple[str, str]]  # scheme and value
    reading: ReadIdentifier


def look_up(database: Database, query: LookupQuery) -> tuple[list[str], list[KeyResult]]:
    """The references (JSON) of all records found, each once, and the result of each key.

    Raises InvalidParameters without a key.
    """
    check_keys(query)
    asked = [read_key(name, text) for name in PARAMETERS for text in getattr(query, name)]
    rows = find_keys(database, (value for key in asked for _, value in key.spellings))
    found: dict[tuple[str, str], list[StoredKey]] = {}
    for row in rows:
        found.setdefault((row.scheme, row.value), []).append(row)
    refs: dict[str, str] = {}
    results = []
    near = 0
    for key in asked:
        matched = next(filter(None, (found.get(spelling) for spelling in key.spellings)), [])
        if key.parameter == "code":
            matched = [row for spelling in key.spellings for row in found.get(spelling, ())]
        refs |= {row.record: row.ref for row in matched}
        near += not matched
        results.append(describe_result(database, key, matched, corrects=near <= MOST_SUGGESTIONS))
    return list(refs.values()), results


def check_keys(query: LookupQuery) -> None:
    """Raise InvalidParameters without a key."""
    if not any(getattr(query, name) for name in PARAMETERS):
        detail = f"at least one of {', '.join(PARAMETERS)} is required"
        errors = [ParameterError.create(name, None, detail) for name in PARAMETERS]
        raise InvalidParameters(*errors)


def read_key(parameter: str, text: str) -> Asked:
    """A key with its folded spellings."""
    reading = read_identifier(text) if parameter == "code" else ReadIdentifier()
    return Asked(parameter, text, list(list_key_spellings(parameter, text, reading)), reading)


def list_key_spellings(
    parameter: str, text: str, reading: ReadIdentifier
) -> Iterator[tuple[str, str]]:
    """Yield the schemes and values under which a key may be stored."""
    if parameter == "id":
        yield "id", fold_id(text)
    elif parameter == "code":
        yield from (("code", identifier_key(curie)) for curie in reading.curies)
    else:
        exact, stemmed = name_keys(text)
        yield from (("name", exact), ("stem", stemmed), ("initials", exact), ("initials", stemmed))


def describe_result(
    database: Database, key: Asked, matched: Sequence[StoredKey], *, corrects: bool
) -> KeyResult:
    """The result of one key."""
    match = find_match(key, matched)
    is_lost = match is KeyMatch.NOT_FOUND and key.parameter == "name"
    near = correct_name(database, key.text) if is_lost and corrects else None
    return KeyResult(
        parameter=key.parameter,
        asked=key.text,
        match=match,
        records=[FoundKey(id=row.record, field=row.field, written=row.text) for row in matched],
        detail=explain_missing(key, match),
        did_you_mean=near,
    )


def find_match(key: Asked, matched: Sequence[StoredKey]) -> KeyMatch:
    """How a key matches."""
    if not matched:
        return KeyMatch.UNKNOWN_PREFIX if key.reading.unknown_prefix else KeyMatch.NOT_FOUND
    if matched[0].scheme == "initials":
        return KeyMatch.ABBREVIATION
    if matched[0].field == "withdrawn":
        return KeyMatch.SUCCESSOR
    typed = comparison_key(key.text)
    is_exact = any(typed == comparison_key(row.text) for row in matched)
    return KeyMatch.EXACT if is_exact else KeyMatch.SPELLING


def explain_missing(key: Asked, match: KeyMatch) -> str | None:
    """What to do with a key that no record has."""
    known = ", ".join(sorted(PATTERNS))
    if match is KeyMatch.UNKNOWN_PREFIX:
        return f"The prefix {key.reading.unknown_prefix} is not known here; these are: {known}."
    if match is not KeyMatch.NOT_FOUND:
        return None
    if key.parameter != "code" or key.reading.curies:
        return f"No record has this {'identifier' if key.parameter == 'id' else key.parameter}."
    if key.reading.is_bare_number:
        return "A number alone may be of any registry: write its prefix, such as `RXNORM:224905`."
    return f"This is no identifier of a registry that is known here: {known}."


def correct_name(database: Database, text: str) -> str | None:
    """A name that a misspelled one may stand for, or None."""
    better = correct_query(database, parse_query(text))
    if better is None:
        return None
    rows = find_keys(database, name_keys(better))
    return next((row.text for row in rows if row.scheme in ("name", "stem")), None)
