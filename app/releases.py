"""Releases: what each state of the data holds, and what changed from one to the next."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from app.db import SessionDep
from app.errors import documented
from app.listing import with_meta
from app.queries import RecordId
from app.records import WithMeta
from app.seeding import Release, Seed
from app.tables import ReleaseRow

router = APIRouter(prefix="/v1/releases", tags=["releases"], responses=documented(406))


class Addition(BaseModel):
    """A record that the release before does not have."""

    id: str = Field(description="Identifier of the record.")
    kind: str = Field(description="The collection that it belongs to.")


class Change(Addition):
    """A record that is in the release before too, with other content."""

    fields: list[str] = Field(description="The fields of its answer that changed.")


class Withdrawal(Addition):
    """A record that only the release before has."""

    reason: str = Field(description="Why it was withdrawn.")
    successor: str | None = Field(description="Identifier of the record to use instead, or null.")


class Changes(BaseModel):
    """What changed against the release before."""

    version: str = Field(description="The release.")
    before: str | None = Field(description="The release before; null for the first.")
    added: list[Addition] = Field(description="New records.")
    changed: list[Change] = Field(description="Changed records, with the fields that changed.")
    withdrawn: list[Withdrawal] = Field(description="Withdrawn records.")


class ReleaseInfo(BaseModel):
    """One state of the data."""

    version: str = Field(description="Calendar version: year, month, number in the month.")
    url: str = Field(description="Its own address.")
    date: str = Field(description="Day of the release (ISO 8601).")
    digest: str = Field(description="SHA-256 over all its records.")
    counts: dict[str, int] = Field(description="Number of records in each collection.")
    changes: dict[str, int] = Field(description="Numbers of added, changed, withdrawn records.")
    changes_url: str = Field(description="Address of the list of changes.")


class ReleaseList(BaseModel):
    """All states of the data."""

    items: list[ReleaseInfo] = Field(description="Newest first.")


class ReleaseListAnswer(WithMeta, ReleaseList):
    """All states of the data, and the one that answers."""


class ReleaseAnswer(WithMeta, ReleaseInfo):
    """One state of the data, and the one that answers."""


class ChangesAnswer(WithMeta, Changes):
    """What changed, and the state that answers."""


class Manifest(BaseModel):
    """`seed/releases/VERSION.json`: a digest of every field of every record of a release."""

    version: str
    date: date
    digest: str
    records: dict[str, dict[str, str]]  # id: kind, and a digest of each field

    @classmethod
    def of(cls, release: Release, digest: str, answers: dict[str, dict[str, Any]]) -> "Manifest":
        """The manifest of the answers by id."""
        records = {
            name: {"kind": answer["kind"]}
            | {field: short(value) for field, value in answer.items() if field not in UNCOUNTED}
            for name, answer in sorted(answers.items())
        }
        return cls(
            version=release.version,
            date=release.date,
            digest=digest,
            records=records,
        )

    def text(self) -> str:
        """The file's content: one record a line, so that differences can be read."""
        head = self.model_dump(mode="json", exclude={"records"})
        lines = (f"{json.dumps(k)}: {json.dumps(v)}" for k, v in self.records.items())
        records = ",\n".join(lines)
        return f'{json.dumps(head)[:-1]}, "records": {{\n{records}\n}}}}\n'


UNCOUNTED = ("id", "kind", "url", "version")


def short(value: Any) -> str:
    """A short digest of a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]


def order(version: str) -> list[int]:
    """Calendar versions sort by their numbers."""
    return [int(part) for part in version.split(".")]


def recorded(seed: Path) -> list[Manifest]:
    """The manifests of all releases so far, oldest first."""
    paths = (seed / "releases").glob("*.json")
    manifests = [Manifest.model_validate_json(path.read_text("utf-8")) for path in paths]
    return sorted(manifests, key=lambda manifest: order(manifest.version))


def changes_between(before: Manifest | None, after: Manifest, seed: Seed) -> Changes:
    """What changed from one release to the next."""
    old = before.records if before else {}
    new = after.records
    return Changes(
        version=after.version,
        before=before.version if before else None,
        added=[Addition(id=i, kind=new[i]["kind"]) for i in new if i not in old] if before else [],
        changed=[
            Change(id=i, kind=new[i]["kind"], fields=fields)
            for i in new
            if i in old and (fields := differing(old[i], new[i]))
        ],
        withdrawn=[
            Withdrawal(
                id=i,
                kind=old[i]["kind"],
                reason=seed.withdrawn[i].reason if i in seed.withdrawn else "",
                successor=seed.withdrawn[i].successor if i in seed.withdrawn else None,
            )
            for i in old
            if i not in new
        ],
    )


def differing(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """The fields that differ."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def release_rows(seed: Seed, current: Manifest) -> Iterator[ReleaseRow]:
    """A row for each release, the present one last."""
    before: Manifest | None = None
    earlier = [m for m in recorded(seed.directory) if m.version != current.version]
    for position, manifest in enumerate([*earlier, current]):
        changes = changes_between(before, manifest, seed)
        info = ReleaseInfo(
            version=manifest.version,
            url=f"/v1/releases/{manifest.version}",
            date=manifest.date.isoformat(),
            digest=manifest.digest,
            counts=Counter(fields["kind"] for fields in manifest.records.values()),
            changes={
                "added": len(changes.added),
                "changed": len(changes.changed),
                "withdrawn": len(changes.withdrawn),
            },
            changes_url=f"/v1/releases/{manifest.version}/changes",
        )
        yield ReleaseRow(
            version=manifest.version,
            date=manifest.date,
            digest=manifest.digest,
            position=position,
            document=info.model_dump_json(),
            changes=changes.model_dump_json(),
        )
        before = manifest


def release_faults(seed: Seed, current: Manifest) -> None:
    """Faults of the history: the data changed and the version did not, or a record is just gone."""
    manifests = recorded(seed.directory)
    stored = next((m for m in manifests if m.version == current.version), None)
    if stored is None:
        message = f"{current.version} is not recorded; run `her2-facts release`"
        seed.fault("release", "", "version", message)
    elif stored.digest != current.digest:
        changed = changes_between(stored, current, seed)
        ids = [item.id for item in (*changed.added, *changed.changed, *changed.withdrawn)]
        seed.fault(
            "release",
            "",
            "version",
            f"the data changed since {current.version} was recorded "
            f"({len(ids)} records, such as {', '.join(ids[:3])}); raise the version",
        )
    for manifest in manifests:
        if order(manifest.version) > order(current.version):
            seed.fault("release", "", "version", f"{manifest.version} is recorded and is later")
    known = {name for manifest in manifests for name in manifest.records}
    for name in sorted(known - current.records.keys() - seed.withdrawn.keys()):
        seed.fault("withdrawn", name, "", "was released and is gone; say why, it can't be reused")
    for name in sorted(seed.withdrawn.keys() & current.records.keys()):
        seed.fault("withdrawn", name, "", "is still a record; an id is never used again")


def stored_release(session: Session, version: str) -> ReleaseRow:
    """A release by its version."""
    release = session.get(ReleaseRow, version)
    if release is None:
        known = session.exec(select(ReleaseRow.version).order_by(col(ReleaseRow.position)))
        raise HTTPException(404, f"there is no release {version!r}; there are {', '.join(known)}")
    return release


@router.get(
    "",
    summary="List releases",
    response_model=ReleaseListAnswer,
)
async def list_releases(request: Request, session: SessionDep) -> Response:
    """Every state of the data so far, newest first, with its digest and numbers of changes."""
    newest = select(ReleaseRow.document).order_by(col(ReleaseRow.position).desc())
    return with_meta(request, f'{{"items":[{",".join(session.exec(newest))}]}}')


@router.get(
    "/{version}",
    summary="Get a release",
    response_model=ReleaseAnswer,
    responses=documented(404),
)
async def get_release(
    request: Request,
    session: SessionDep,
    version: RecordId,
) -> Response:
    """One state of the data: its date, digest and number of records in each collection."""
    return with_meta(request, stored_release(session, version).document)


@router.get(
    "/{version}/changes",
    summary="Get the changes of a release",
    response_model=ChangesAnswer,
    responses=documented(404),
)
async def get_release_changes(
    request: Request,
    session: SessionDep,
    version: RecordId,
) -> Response:
    """Which records were added, changed (with the fields) or withdrawn (with the reason)."""
    return with_meta(request, stored_release(session, version).changes)
