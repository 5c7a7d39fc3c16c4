"""Query parameters: their types, and the checks that need the data."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.model.citation import NoteKind, Slug, SourceId, TopicId, refers_to
from app.model.vocabulary import AppliesTo, Strict
from app.serving.errors import MOST_ALLOWED, MOST_ERRORS, InvalidParameters, ParameterError
from app.serving.formats import Format
from app.store.database import Database
from app.store.lookups import count_by_kind, first_ids, unknown_ids
from app.store.spelling import nearest

Key = TypeVar("Key")
# Parameters with a shorter name than their field.
PARAMETERS = {"data_provider": "provider"}
# Parameters that decide how the answer is written, not which records it has.
PRESENTATION = {"sort", "limit", "cursor", "format", "fields", "facets"}


def split_commas(values: Any) -> Any:
    """`a,b` and a repeated parameter mean the same. Nothing is named twice: each costs work."""
    parts = [part for value in values for part in value.split(",")]
    if len(parts) > len(set(parts)) and all(parts):
        raise ValueError("should name each once")
    return parts


def only_digits(value: Any) -> Any:
    """Refuse `5.0`, `5_0` and ` 5`, which Pydantic would take for a number."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("should be a whole number")
    return value


def only_words(value: Any) -> Any:
    """Refuse `1` and `yes`, which Pydantic would take for true."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("should be true or false")
    return value


def blank_is_empty(text: str) -> str:
    """The text, or an empty one for blanks only: both ask for every record."""
    return text if text.strip() else ""


def no_default() -> Any:
    """The default of an optional parameter; as a factory it does not show in the document."""


Commas = Annotated[
    list[Key],
    BeforeValidator(split_commas),
    Field(json_schema_extra={"uniqueItems": True, "minItems": 1}),
]
Digits, Words = BeforeValidator(only_digits), BeforeValidator(only_words)
Sort = Annotated[
    Commas[Key],
    Field(
        description="Sort keys, separated by commas; a leading `-` turns one round. Default: "
        "reading order, or with `q` the best match first."
    ),
]
Limit = Annotated[int, Field(ge=1, le=500, description="Most records in one page."), Digits]
Cursor = Annotated[
    str, Field(description="Where the page starts: taken from `next`, never made up.")
]
RecordId = Annotated[str, Path(description="Identifier of the record.")]


class RecordQuery(Strict):
    """What a single record can be asked."""

    format: Format = Field(
        default_factory=no_default, description="How the answer is written; default by `Accept`."
    )
    fields: Commas[str] = Field(
        default_factory=list,
        description="Only these fields, separated by commas; id is always in. Not with JSON-LD.",
    )


class ListQuery(RecordQuery):
    """What every list can be asked. The same name twice is OR, different names are AND."""

    q: Annotated[str, AfterValidator(blank_is_empty)] = Field(
        default_factory=str,
        max_length=500,
        description="Words; all must occur, as in `/v1/search`. Blank: every record.",
    )
    id: list[Slug] = Field(default_factory=list, description="Identifier; several are fine.")
    facets: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, whose values are counted in the answer (JSON). A "
        "field's own filter is left out of its counts, so that the other choices stay in sight.",
    )
    topic: list[TopicId] = Field(default_factory=list, description="Id of a topic.")
    applies_to: list[AppliesTo] = Field(
        default_factory=list, description="The disease that the record speaks of."
    )
    source: list[SourceId] = Field(
        default_factory=list, description="Id of a source that it or one of its notes cites."
    )
    has_note: list[NoteKind] = Field(
        default_factory=list, description="Kind of a curator's note beside it."
    )
    sort: Sequence[str] = ()
    limit: Limit = 50
    cursor: Cursor = Field(default_factory=str)

    def filters(self) -> dict[str, Any]:
        """The filters that are set, by name; `q` is not one of them."""
        names = sorted(self.model_fields_set - PRESENTATION - {"q"})
        return {name: getattr(self, name) for name in names}

    def conditions(self) -> str:
        """What decides which records a list has and in which order, as text."""
        filters = {
            name: sorted(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in self.filters().items()
        }
        return json.dumps([filters, self.q, list(self.sort)])


@cache
def references(model: type[BaseModel]) -> dict[str, str]:
    """The parameters that are ids of records, with the kind of each."""
    kinds = {name: refers_to(field.annotation) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in kinds.items() if kind}


def check_references(database: Database, query: BaseModel) -> None:
    """Refuse the id of a record that does not exist: an empty list would hide the slip."""
    errors: list[ParameterError] = []
    total = 0
    for name, kind in references(type(query)).items():
        if name in query.model_fields_set:
            unknown = unknown_ids(database, kind, getattr(query, name))
            total += len(unknown)
            unknown = unknown[: MOST_ERRORS - len(errors)]
            errors += unknown_references(database, name, kind, unknown)
    if errors:
        raise InvalidParameters(*errors, total=total)


def unknown_references(
    database: Database, name: str, kind: str, unknown: list[str]
) -> Iterator[ParameterError]:
    """Yield an error for each id that no record of the kind has, with the nearest id."""
    allowed = first_ids(database, kind, MOST_ALLOWED) if unknown else []
    for value in unknown:
        yield ParameterError(
            parameter=name,
            location="query",
            value=value,
            detail="should be one of the allowed values",
            allowed=allowed,
            allowed_count=count_by_kind(database)[kind],
            did_you_mean=nearest(database, kind, value),
        )


def check_format(form: Format, query: RecordQuery) -> None:
    """Refuse what a format has no place for: leaving it out would hide the slip."""
    named = query.model_fields_set
    if form is Format.JSONLD and "fields" in named:
        error = ParameterError.refuse("fields", query.fields, "can't be picked in JSON-LD")
        raise InvalidParameters(error)
    if form is not Format.JSON and "facets" in named:
        facets = getattr(query, "facets", None)
        detail = f"have no place in {form}; ask for JSON"
        raise InvalidParameters(ParameterError.refuse("facets", facets, detail))
