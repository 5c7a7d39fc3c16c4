"""A release of the data, and what changed since the previous one."""

from typing import Annotated

from pydantic import Field

from app.model.field import AS_WRITTEN, Described


class Addition(Described):
    """A record that the previous release does not have."""

    id: str = Field(description="Identifier of the record.")
    kind: str = Field(description="The collection that it belongs to.")


class Change(Addition):
    """A record that the previous release has with other content."""

    fields: list[str] = Field(description="Fields of the record that changed.")


class Withdrawal(Addition):
    """A record that only the previous release has."""

    reason: str = Field(description="Why it was withdrawn.")
    successor: str | None = Field(description="Identifier of the record to use instead.")


class Changes(Described):
    """What changed since the previous release."""

    version: str = Field(description="Version of the release.")
    before: Annotated[str | None, AS_WRITTEN] = Field(
        description="Version of the previous release; null for the first."
    )
    added: list[Addition] = Field(description="New records.")
    changed: list[Change] = Field(description="Changed records, with the fields that changed.")
    withdrawn: list[Withdrawal] = Field(description="Withdrawn records.")


class ReleaseInfo(Described):
    """A release: one state of the data."""

    version: str = Field(description="Calendar version: year, month, number in the month.")
    url: str = Field(description="Address of the release.")
    date: str = Field(description="Day of the release (ISO 8601).")
    digest: str = Field(description="SHA-256 over all records of the release.")
    counts: dict[str, int] = Field(description="Number of records in each collection.")
    changes: dict[str, int] = Field(description="Numbers of added, changed, withdrawn records.")
    changes_url: str = Field(description="Address of the list of changes.")
