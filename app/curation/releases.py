"""The history of the data: a manifest of each release, and the changes between two."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.curation.seed import Release, Seed
from app.model.json_text import BASE_URL, write_json
from app.model.release import Addition, Change, Changes, ReleaseInfo, Withdrawal
from app.store.tables import ReleaseRow


class Manifest(BaseModel):
    """`seed/releases/VERSION.json`: a digest of every field of every record of a release."""

    version: str
    date: date
    digest: str
    records: dict[str, dict[str, str]]  # id: kind, and a digest of each field

    @classmethod
    def from_answers(
        cls, release: Release, digest: str, answers: dict[str, dict[str, Any]]
    ) -> "Manifest":
        """Make the manifest of the answers by id."""
        records = {name: field_digests(answer) for name, answer in sorted(answers.items())}
        return cls(version=release.version, date=release.date, digest=digest, records=records)

    def text(self) -> str:
        """The file's content: one record a line, so that differences can be read."""
        head = self.model_dump(mode="json", exclude={"records"})
        lines = (f"{json.dumps(k)}: {json.dumps(v)}" for k, v in self.records.items())
        records = ",\n".join(lines)
        return f'{json.dumps(head)[:-1]}, "records": {{\n{records}\n}}}}\n'


def field_digests(answer: dict[str, Any]) -> dict[str, str]:
    """The kind of a record, and a short digest of each field that may change."""
    fixed = ("id", "kind", "url", "revision")
    digests = {name: short_digest(value) for name, value in answer.items() if name not in fixed}
    return {"kind": answer["kind"]} | digests


def short_digest(value: Any) -> str:
    """The first eight hexadecimal digits of a value's SHA-256."""
    return hashlib.sha256(write_json(value, sort_keys=True).encode()).hexdigest()[:8]


def version_key(version: str) -> list[int]:
    """The numbers by which calendar versions sort."""
    return [int(part) for part in version.split(".")]


def read_manifests(seed: Path) -> list[Manifest]:
    """Read the manifests of all releases so far, oldest first."""
    paths = (seed / "releases").glob("*.json")
    manifests = [Manifest.model_validate_json(path.read_text("utf-8")) for path in paths]
    return sorted(manifests, key=lambda manifest: version_key(manifest.version))


def changes_between(before: Manifest | None, after: Manifest, seed: Seed) -> Changes:
    """The changes from one release to the next; the first release adds nothing."""
    old, new = before.records if before else {}, after.records
    added = [Addition(id=i, kind=new[i]["kind"]) for i in new if i not in old]
    fields = {i: changed_fields(old[i], new[i]) for i in new if i in old}
    return Changes(
        version=after.version,
        before=before.version if before else None,
        added=added if before else [],
        changed=[Change(id=i, kind=new[i]["kind"], fields=fields[i]) for i in fields if fields[i]],
        withdrawn=[withdrawal(i, old[i]["kind"], seed) for i in old if i not in new],
    )


def changed_fields(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """The fields whose digests differ."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def withdrawal(record_id: str, kind: str, seed: Seed) -> Withdrawal:
    """A record that is gone, with the reason that `withdrawn.yaml` states."""
    stated = seed.withdrawn.get(record_id)
    return Withdrawal(
        id=record_id,
        kind=kind,
        reason=stated.reason if stated else "",
        successor=stated.successor if stated else None,
    )


def release_rows(seed: Seed, current: Manifest) -> Iterator[ReleaseRow]:
    """A row for each release, oldest first."""
    before: Manifest | None = None
    earlier = [m for m in read_manifests(seed.directory) if m.version != current.version]
    for position, manifest in enumerate([*earlier, current]):
        changes = changes_between(before, manifest, seed)
        yield ReleaseRow(
            version=manifest.version,
            date=manifest.date,
            digest=manifest.digest,
            position=position,
            json_text=release_info(manifest, changes).model_dump_json(),
            changes=changes.model_dump_json(),
        )
        before = manifest


def release_info(manifest: Manifest, changes: Changes) -> ReleaseInfo:
    """A release as the API answers it."""
    url = f"{BASE_URL}/v1/releases/{manifest.version}"
    return ReleaseInfo(
        version=manifest.version,
        url=url,
        date=manifest.date.isoformat(),
        digest=manifest.digest,
        counts=Counter(fields["kind"] for fields in manifest.records.values()),
        changes={
            "added": len(changes.added),
            "changed": len(changes.changed),
            "withdrawn": len(changes.withdrawn),
        },
        changes_url=f"{url}/changes",
    )


def check_history(seed: Seed, current: Manifest) -> None:
    """The data fits the recorded releases: no change without a new version, no id is reused."""
    manifests = read_manifests(seed.directory)
    check_version(seed, current, manifests)
    known = {name for manifest in manifests for name in manifest.records}
    for name in sorted(known - current.records.keys() - seed.withdrawn.keys()):
        seed.fault("withdrawn", f"{name} was released and is gone: add it here with the reason")
    for name in sorted(seed.withdrawn.keys() & current.records.keys()):
        number = list(seed.withdrawn).index(name)
        message = "is still a record; an id is never used again"
        seed.fault("withdrawn", message, (number, "id"), name)


def check_version(seed: Seed, current: Manifest, manifests: list[Manifest]) -> None:
    """The version is the latest, and is recorded with the data as it is now."""
    stored = next((m for m in manifests if m.version == current.version), None)
    if stored is None:
        message = f"{current.version} is not recorded; run `her2-facts release`"
        seed.fault("release", message, ("version",))
        if message := describe_wrong_day(current.date):
            seed.fault("release", message, ("date",))
    elif stored.digest != current.digest:
        changes = changes_between(stored, current, seed)
        ids = [item.id for item in (*changes.added, *changes.changed, *changes.withdrawn)]
        message = (
            f"the data changed since {current.version} was recorded "
            f"({len(ids)} records, such as {', '.join(ids[:3])}); raise the version"
        )
        seed.fault("release", message, ("version",))
    for manifest in manifests:
        if version_key(manifest.version) > version_key(current.version):
            message = f"{manifest.version} is recorded and is later"
            seed.fault("release", message, ("version",))


def describe_wrong_day(day: date) -> str:
    """What is wrong with the date of a release that is being made, if anything is."""
    today = date.today()
    return "" if day == today else f"should be the day of the release, {today}, got {day}"
