"""The history of the data: manifests of every release, and what changed between two."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.curation.seed import Release, Seed
from app.model.release import Addition, Change, Changes, ReleaseInfo, Withdrawal
from app.store.tables import ReleaseRow


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
