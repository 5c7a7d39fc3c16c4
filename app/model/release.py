"""A release of the data, and what changed since the one before."""

from typing import Annotated

from pydantic import Field

from app.model.field import AS_WRITTEN, Described


class Addition(Described):
    """A record that the release before does not have."""

    id: str = Field(description="Identifier of the record.")
    kind: str = Field(description="The collection that it belongs to.")


class Change(Addition):
    """A record that is in the release before too, with other content."""

    fields: list[str] = Field(description="The fields of its answer that changed.")


class Withdrawal(Addition):
    """A record that only the release before has."""

    reason: str = Field(description="Why it was withdrawn.")
    successor: str | None = Field(description="Identifier of the record to use instead.")


class Changes(Described):
    """What changed against the release before."""

    version: str = Field(description="The release.")
    before: Annotated[str | None, AS_WRITTEN] = Field(
        description="The release before; null for the first."
    )
    added: list[Addition] = Field(description="New records.")
    changed: list[Change] = Field(description="Changed records, with the fields that changed.")
    withdrawn: list[Withdrawal] = Field(description="Withdrawn records.")


class ReleaseInfo(Described):
    """One state of the data."""

    version: str = Field(description="Calendar version: year, month, number in the month.")
    url: str = Field(description="Its own address.")
    date: str = Field(description="Day of the release (ISO 8601).")
    digest: str = Field(description="SHA-256 over all its records.")
    counts: dict[str, int] = Field(description="Number of records in each collection.")
    changes: dict[str, int] = Field(description="Numbers of added, changed, withdrawn records.")
    changes_url: str = Field(description="Address of the list of changes.")
