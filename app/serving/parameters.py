"""Query parameters: their types, the models that all collections share, and checks by the data."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from app.model.citation import NoteKind, Seen, Slug, SourceId, Standing, TopicId, refers_to
from app.model.field import Strict
from app.model.vocabulary import AppliesTo
from app.serving.errors import MOST_ALLOWED, MOST_ERRORS, InvalidParameters, ParameterError
from app.serving.formats import CITATIONS, Format
from app.store.database import Database
from app.store.lookups import count_by_kind, first_ids, unknown_ids
from app.store.selections import ABSENT
from app.store.spelling import nearest_spelling

Key = TypeVar("Key")
# More than any collection has fields, with a sign or without.
MOST_NAMES = 100
# Errors with a suggestion: to look for one takes a fifth of a millisecond.
MOST_SUGGESTIONS = 8
# Parameters that decide how the answer is written, not which records it has.
PRESENTATION = {"sort", "limit", "cursor", "format", "fields", "facets", "q", "absent", "latest"}


def split_commas(values: Any) -> Any:
    """Split `a,b`, which means the same as a repeated parameter. A repeated value is an error."""
    parts = [part for value in values for part in value.split(",")]
    if len(parts) > MOST_NAMES:
        raise ValueError(f"should have at most {MOST_NAMES} names")
    if len(parts) > len(set(parts)) and all(parts):
        raise ValueError("should not repeat a value")
    return parts


def check_digits(value: Any) -> Any:
    """Raise ValueError for `5.0`, `5_0` and ` 5`, which Pydantic takes for 5."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("should be a whole number")
    return value


def check_flag(value: Any) -> Any:
    """Raise ValueError for `1` and `yes`, which Pydantic takes for true."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("should be true or false")
    return value


def empty_blank(text: str) -> str:
    """The text, or an empty one if it is blank: both select every record."""
    return text if text.strip() else ""


def no_default() -> Any:
    """Return None for an optional parameter: as a default factory, OpenAPI does not show it."""


Commas = Annotated[
    list[Key],
    BeforeValidator(split_commas),
    Field(json_schema_extra={"uniqueItems": True, "minItems": 1}),
]
WholeNumber, Flag = BeforeValidator(check_digits), BeforeValidator(check_flag)
Sort = Annotated[
    Commas[Key],
    Field(
        description="Sort keys, separated by commas; `-` in front of a key reverses its order. "
        "Default: reading order, or with `q` the best match first."
    ),
]
Limit = Annotated[int, Field(ge=1, le=500, description="Most records on one page."), WholeNumber]
Cursor = Annotated[
    str, Field(description="Where the page starts, as `next` of the previous page has it.")
]
RecordId = Annotated[str, Path(description="Identifier of the record.")]


class PageQuery(Strict):
    """Parameters of an address that answers JSON or a page."""

    format: Literal[Format.JSON, Format.HTML] = Field(
        default_factory=no_default, description="Format of the answer; `Accept` decides by default."
    )


class RecordQuery(Strict):
    """Parameters of a single record."""

    format: Format = Field(
        default_factory=no_default, description="Format of the answer; `Accept` decides by default."
    )
    fields: Commas[str] = Field(
        default_factory=list,
        description="Only these fields, separated by commas; `id` is always in. Not with JSON-LD "
        "or citations; the page of a single record has all.",
    )


class ListQuery(RecordQuery):
    """Parameters of every list. A repeated name means OR, different names mean AND."""

    q: Annotated[str, AfterValidator(empty_blank)] = Field(
        default_factory=str,
        max_length=500,
        description="Words that must all match, as in `/v1/search`. If blank, all records match.",
    )
    id: list[Slug] = Field(default_factory=list, description="Identifier; may be repeated.")
    facets: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, whose values are counted in the answer (JSON). "
        "The filter by a field is ignored when its values are counted, so that the other choices "
        "stay visible.",
    )
    topic: list[TopicId] = Field(default_factory=list, description="Id of a topic.")
    applies_to: list[AppliesTo] = Field(
        default_factory=list, description="The disease that the record is about."
    )
    source: list[SourceId] = Field(
        default_factory=list, description="Id of a source that the record or a note of it cites."
    )
    has_note: list[NoteKind] = Field(
        default_factory=list, description="Kind of a curator's note on the record."
    )
    seen: list[Seen] = Field(
        default_factory=list, description="Where the curator read a source of the record."
    )
    standing: list[Standing] = Field(
        default_factory=list, description="Standing of a source that the record cites."
    )
    stale: list[Annotated[bool, Flag]] = Field(
        default_factory=list,
        description="Whether the evidence is more than 24 months older than the release.",
    )
    latest: Annotated[bool, Flag] = Field(
        default_factory=no_default,
        description="`true` leaves out records that cite superseded sources only.",
    )
    absent: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, that have no value: null or an empty list.",
    )
    sort: Sequence[str] = ()
    limit: Limit = 50
    cursor: Cursor = Field(default_factory=str)

    def filters(self) -> dict[str, Any]:
        """The filters that are set, by name; `q` is not one of them."""
        names = sorted(self.model_fields_set - PRESENTATION)
        filters = {name: getattr(self, name) for name in names}
        if self.latest:
            filters["latest"] = True
        return filters | {f"{ABSENT}{name}": True for name in self.absent}

    def conditions(self) -> str:
        """The filters, `q` and the order as text, to tell one list from another."""
        filters = {
            name: sorted(set(map(str, value))) if isinstance(value, list) else str(value)
            for name, value in self.filters().items()
        }
        return json.dumps([filters, self.q, list(self.sort)])


@cache
def reference_parameters(model: type[BaseModel]) -> dict[str, str]:
    """The parameters that are ids of records, and the kind of these records."""
    kinds = {name: refers_to(field.annotation) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in kinds.items() if kind}


def check_references(database: Database, query: BaseModel) -> None:
    """Raise InvalidParameters for ids of missing records: an empty list would hide the error."""
    errors: list[ParameterError] = []
    total = 0
    for name, kind in reference_parameters(type(query)).items():
        if name in query.model_fields_set:
            unknown = unknown_ids(database, kind, getattr(query, name))
            total += len(unknown)
            unknown = unknown[: MOST_ERRORS - len(errors)]
            errors += reference_errors(database, name, kind, unknown)
    if errors:
        raise InvalidParameters(*errors, total=total)


def reference_errors(
    database: Database, name: str, kind: str, unknown: list[str]
) -> Iterator[ParameterError]:
    """Yield an error for each id that no record of the kind has, with the most similar id."""
    allowed = first_ids(database, kind, MOST_ALLOWED) if unknown else []
    for number, value in enumerate(unknown):
        yield ParameterError(
            parameter=name,
            location="query",
            value=value,
            detail="should be one of the allowed values",
            allowed=allowed,
            allowed_count=count_by_kind(database)[kind],
            did_you_mean=nearest_spelling(database, kind, value)
            if number < MOST_SUGGESTIONS
            else None,
        )


def check_format(form: Format, query: RecordQuery) -> None:
    """Raise InvalidParameters for a parameter that the format can't express."""
    named = query.model_fields_set
    if form in (Format.JSONLD, *CITATIONS) and "fields" in named:
        error = ParameterError.create("fields", query.fields, f"can't be used with {form.label}")
        raise InvalidParameters(error)
    if form not in (Format.JSON, Format.HTML) and "facets" in named:
        facets = getattr(query, "facets", None)
        detail = f"can't be used with {form}, only with JSON"
        raise InvalidParameters(ParameterError.create("facets", facets, detail))
