"""Types of single values that seed files and answers share: identifiers, texts, dates."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from pydantic.fields import FieldInfo

from app.model.field import UNSEARCHED, markers

Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class Dated:
    """Marks a text that is a date, so that a list can be filtered by the days before and after."""


# As precise as the source: a year, a month or a day.
PartialDate = Annotated[
    str,
    BeforeValidator(lambda value: value.isoformat() if isinstance(value, date) else value),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"),
    Dated(),
]


@dataclass(frozen=True)
class Refers:
    """Marks a field of a seed record as the identifier of a record of this kind."""

    kind: str


def refers_to(annotation: Any) -> str | None:
    """The kind of record that a field's type refers to, or None."""
    return next((part.kind for part in markers(annotation) if isinstance(part, Refers)), None)


def field_refers_to(info: FieldInfo) -> str | None:
    """The kind of record that a field refers to, or None: Pydantic keeps some markers apart."""
    return refers_to(Annotated[info.annotation, *info.metadata, None])


TopicId = Annotated[Slug, Refers("topics"), UNSEARCHED]
SourceId = Annotated[Slug, Refers("sources"), UNSEARCHED]
# Searched: a drug's identifier is its name, so a query for a drug finds its treatments too.
DrugId = Annotated[Slug, Refers("drugs")]
ApprovalId = Annotated[Slug, Refers("approvals"), UNSEARCHED]
ProductId = Annotated[Slug, Refers("products"), UNSEARCHED]
