"""What a list or a record can be asked, and the conditions that follow."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import JSON, ColumnElement, exists, func
from sqlmodel import Session, col, select

from app.citing import NoteKind, Slug, SourceId, TopicId, refers_to
from app.errors import MOST_ERRORS, InvalidParameters, refused
from app.formats import Format
from app.fulltext import is_found
from app.tables import CitationRow, KindRow, NoteRow, RecordRow
from app.vocabulary import AppliesTo, Strict

Key = TypeVar("Key")

# Parameters with a shorter name than their field.
PARAMETERS = {"data_provider": "provider"}
# Parameters that say how the answer is written, not which records it has.
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


def nothing() -> Any:
    """A default that the OpenAPI document does not show."""


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
        default_factory=nothing, description="How the answer is written; default by `Accept`."
    )
    fields: Commas[str] = Field(
        default_factory=list,
        description="Only these fields, separated by commas; id is always in. Not with JSON-LD.",
    )


class ListQuery(RecordQuery):
    """What every list can be asked. The same name twice is OR, different names are AND."""

    q: str = Field(
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


def column_of(row: type[KindRow], name: str) -> Any:
    """The column of a field: in the typed table, or in the one that all records share."""
    return col(getattr(row, name) if name in row.model_fields else getattr(RecordRow, name))


def conditions(row: type[KindRow], query: ListQuery) -> dict[str, ColumnElement[bool]]:
    """The condition of each filter that is set."""
    return {
        name: condition(row, name, getattr(query, name))
        for name in sorted(query.model_fields_set - PRESENTATION)
        if name != "q" or query.q.strip()
    }


def condition(row: type[KindRow], name: str, wanted: Any) -> ColumnElement[bool]:
    """What a filter asks of a record."""
    own = col(RecordRow.id)
    if name == "q":
        return is_found(wanted)
    if name == "source":
        cites = col(CitationRow.record) == own
        return exists().where(cites, col(CitationRow.source).in_(wanted))
    if name == "has_note":
        return exists().where(col(NoteRow.record) == own, col(NoteRow.kind).in_(wanted))
    if name.endswith("_before"):
        return bool_of(column_of(row, name.removesuffix("_before")) < wanted)
    if name.endswith("_after"):
        return bool_of(column_of(row, name.removesuffix("_after")) > wanted)
    column = column_of(row, name)
    if isinstance(column.type, JSON):
        values = func.json_each(column).table_valued("value")
        return exists().select_from(values).where(values.c.value.in_(wanted))
    return bool_of(column.in_(wanted))


def bool_of(expression: Any) -> ColumnElement[bool]:
    """The type of a comparison with a column that is looked up by name."""
    found: ColumnElement[bool] = expression
    return found


def check_references(session: Session, query: BaseModel) -> None:
    """Refuse the id of a record that does not exist: an empty list would hide the slip."""
    errors = []
    for name in query.model_fields_set:
        wanted = getattr(query, name)
        if kind := refers_to(type(query).model_fields[name].annotation):
            of_kind = select(RecordRow.id).where(RecordRow.kind == kind)
            known = list(session.exec(of_kind.order_by(col(RecordRow.position))))
            unknown = (value for value in dict.fromkeys(wanted) if value not in known)
            errors += [
                refused(name, value, "should be one of the allowed values", known)
                for value in islice(unknown, MOST_ERRORS)
            ]
    if errors:
        raise InvalidParameters(*errors[:MOST_ERRORS])


def check_format(form: Format, query: RecordQuery) -> None:
    """Refuse what a format has no place for: leaving it out would hide the slip."""
    asked = query.model_fields_set
    if form is Format.JSONLD and "fields" in asked:
        raise InvalidParameters(refused("fields", query.fields, "can't be picked in JSON-LD"))
    if form is not Format.JSON and "facets" in asked:
        facets = getattr(query, "facets", None)
        raise InvalidParameters(refused("facets", facets, f"have no place in {form}; ask for JSON"))
