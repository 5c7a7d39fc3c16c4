"""Query parameters: their types, and the models that all collections share."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BeforeValidator, Field

from app.model.citation import Seen
from app.model.field import Strict
from app.model.note import NoteKind
from app.model.resource import Resource
from app.model.source_ref import Standing
from app.model.value import Refers
from app.model.vocabulary import AppliesTo
from app.model.words import comparison_key
from app.serving.errors import InvalidParameters, ParameterError
from app.serving.formats import CITATIONS, PAGES, WHOLE, Format, unwritable_fields
from app.serving.queries import list_parameters
from app.store.selections import ABSENT

Key = TypeVar("Key")
# An id is cut to this length before the most similar one is looked up.
LONGEST_ID = 200
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


def fold_id(text: str) -> str:
    """An identifier in the spelling that ids have: lower case, with hyphens."""
    return re.sub(r"[\s_-]+", "-", comparison_key(text)).strip("-")


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
Limit = Annotated[
    int,
    Field(
        ge=1, le=500, description="Most records on one page. CSV and NDJSON have all without it."
    ),
    WholeNumber,
]
Cursor = Annotated[
    str, Field(description="Where the page starts, as `next` of the previous page has it.")
]
# An id of a record of one kind, in any case; whether there is such a record is checked by the data.
Folded = BeforeValidator(lambda value: fold_id(value) if isinstance(value, str) else value)
AnyId = Annotated[str, Folded, Field(max_length=LONGEST_ID)]
RecordId = Annotated[str, Path(description="Identifier of the record.")]


class PageQuery(Strict, defer_build=False):
    """Parameters of an address that answers JSON or a page; FastAPI itself reads it."""

    format: Literal[Format.JSON, Format.HTML, Format.MD] = Field(
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
    id: list[AnyId] = Field(default_factory=list, description="Identifier; may be repeated.")
    facets: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, whose values are counted in the answer (JSON). "
        "The filter by a field is ignored when its values are counted, so that the other choices "
        "stay visible.",
    )
    topic: list[Annotated[AnyId, Refers("topics")]] = Field(
        default_factory=list, description="Id of a topic."
    )
    applies_to: list[AppliesTo] = Field(
        default_factory=list, description="The disease that the record is about."
    )
    source: list[Annotated[AnyId, Refers("sources")]] = Field(
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
        description="`true` leaves out records that cite superseded or retracted sources only.",
    )
    absent: Commas[str] = Field(
        default_factory=list,
        description="Fields, separated by commas, that have no value: null or an empty list.",
    )
    sort: Sequence[str] = ()
    limit: Limit = 50
    cursor: Cursor = Field(default_factory=str)

    def page_limit(self, form: Format) -> int | None:
        """The most records on a page, or None for all: a file is whole unless a limit is set."""
        return None if form in WHOLE and "limit" not in self.model_fields_set else self.limit

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


def page_parameters(form: Format, query: ListQuery) -> list[tuple[str, str]]:
    """The parameters of a list, with the default limit where leaving it out means no limit."""
    pairs = list_parameters(query)
    limit = query.page_limit(form) if form in WHOLE else None
    return pairs if limit is None or "limit" in dict(pairs) else [*pairs, ("limit", str(limit))]


def check_format(form: Format, query: RecordQuery, resource: Resource) -> None:
    """Raise InvalidParameters for a parameter that the format can't express."""
    named = query.model_fields_set
    if form is Format.CSV and (left_out := unwritable_fields(resource, query.fields)):
        detail = "can't be used with csv: what is a list of objects has its rows in /v1/tables"
        raise InvalidParameters(ParameterError.create("fields", left_out, detail))
    if form in (Format.JSONLD, *CITATIONS) and "fields" in named:
        error = ParameterError.create("fields", query.fields, f"can't be used with {form.label}")
        raise InvalidParameters(error)
    if form not in (Format.JSON, *PAGES) and "facets" in named:
        facets = getattr(query, "facets", None)
        detail = f"can't be used with {form}, only with JSON"
        raise InvalidParameters(ParameterError.create("facets", facets, detail))
