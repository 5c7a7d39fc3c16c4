"""A release of the data, and what changed since the previous one."""

from typing import Annotated, Any

from pydantic import Field

from app.model.field import AS_WRITTEN, Described

# At the end of the version of data that are no recorded release.
UNRELEASED = "+dev"


class Addition(Described):
    """A record that the previous release does not have."""

    id: str = Field(description="Identifier of the record.")
    kind: str = Field(description="The collection that it belongs to.")
    name: str = Field(description="Display name.")


class ValueChange(Described):
    """A value of a record that the previous release has otherwise."""

    path: str = Field(
        description="JSON Pointer (RFC 6901) to it in the newer record; `-` for an item that is "
        "gone from its list."
    )
    old: Any = Field(description="The value before, null where there was none.")
    new: Any = Field(description="The value now, null where there is none.")


class Change(Addition):
    """A record that the previous release has with other content."""

    fields: list[str] = Field(description="Fields of the record that changed.")
    values: list[ValueChange] = Field(
        description="Every value that changed. An object with an id counts as that id."
    )


class Withdrawal(Addition):
    """A record that only the previous release has."""

    reason: str = Field(description="Why it was withdrawn.")
    successor: str | None = Field(description="Identifier of the record to use instead.")


class FieldChange(Described):
    """A field that records have in one of two shapes only; its values are no changes of data."""

    kind: str = Field(description="The collection.")
    path: str = Field(description="The field, such as `notes[].about`.")
    old: bool = Field(description="Whether records of the previous release have it.")
    new: bool = Field(description="Whether records of this release have it.")


class Changes(Described):
    """What changed since the previous release."""

    version: str = Field(description="Version of the release.")
    before: Annotated[str | None, AS_WRITTEN] = Field(
        description="Version of the previous release; null for the first."
    )
    added: list[Addition] = Field(description="New records.")
    changed: list[Change] = Field(description="Changed records, with the values that changed.")
    withdrawn: list[Withdrawal] = Field(description="Withdrawn records.")
    shape: list[FieldChange] = Field(
        description="Fields that only one of the two releases has. A renamed field is none."
    )


class ReleaseInfo(Described):
    """A release: one state of the data."""

    version: str = Field(
        description="Calendar version: year, month, number in the month. `+dev` at its end says "
        "that these data are not released yet."
    )
    url: str = Field(description="Address of the release.")
    date: str = Field(description="Day of the release (ISO 8601).")
    digest: str = Field(description="SHA-256 over all records of the release.")
    shape: int = Field(description="Number of the shape of its records: fields and their names.")
    counts: dict[str, int] = Field(description="Number of records in each collection.")
    changes: dict[str, int] = Field(description="Numbers of added, changed, withdrawn records.")
    changes_url: str = Field(description="Address of the list of changes.")
    records_url: Annotated[str | None, AS_WRITTEN] = Field(
        description="Address of all its records, as they were answered then (NDJSON); null for "
        "data that are not released yet."
    )
