"""The history of the data: what is recorded, what the present state is called, what changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.curation.feed import feed_entry
from app.curation.seed import Fault, Seed
from app.history.differences import StatePair
from app.history.shapes import SHAPE
from app.history.state import SUFFIX, State, sort_states, version_key
from app.model.annotation import find_models
from app.model.json_text import BASE_URL, write_json
from app.model.labels import say_count
from app.model.passage import digest
from app.model.release import UNRELEASED, Changes, ReleaseInfo, Withdrawal
from app.resources import RESOURCES
from app.store.files import pack
from app.store.tables import ReleasePartRow, ReleaseRow


def read_states(seed: Seed) -> list[State]:
    """The recorded releases, oldest first; a damaged file becomes a fault of the seed."""
    states = []
    for path in sorted((seed.directory / "releases").glob(f"*{SUFFIX}")):
        try:
            states.append(State.read(path))
        except ValueError as error:
            file = f"{seed.directory.name}/releases/{path.name}"
            seed.faults.append(Fault(file, None, "", "", f"damaged: {error}"))
    return sort_states(states)


def record_path(seed: Path, version: str) -> Path:
    """The file of a recorded release."""
    return seed / "releases" / f"{version}{SUFFIX}"


def is_recorded(present: State, past: Sequence[State]) -> bool:
    """Whether the present state is a recorded release."""
    heads = [(state.head.version, state.head.digest) for state in past]
    return (present.head.version, present.head.digest) in heads


def changes_between(before: State | None, after: State, seed: Seed) -> Changes:
    """The changes from one state to the next; the first one adds nothing."""
    if before is None:
        none: dict[str, list[Any]] = {"added": [], "changed": [], "withdrawn": [], "shape": []}
        return Changes(version=after.head.version, before=None, **none)
    comparison = StatePair(before, after)
    return Changes(
        version=after.head.version,
        before=before.head.version,
        added=comparison.added(),
        changed=comparison.changed(),
        withdrawn=[
            Withdrawal(**gone.model_dump(), **stated_reason(gone.id, seed))
            for gone in comparison.withdrawn()
        ],
        shape=comparison.fields(),
    )


def write_changes(changes: Changes) -> str:
    """The JSON of changes; figures in them keep their digits."""
    return write_json(changes.model_dump(), ensure_ascii=False, separators=(",", ":"))


def stated_reason(record_id: str, seed: Seed) -> dict[str, Any]:
    """Why a record is gone, and what to use instead, as `withdrawn.yaml` states it."""
    stated = seed.withdrawn.get(record_id)
    return {
        "reason": stated.reason if stated else "",
        "successor": stated.successor if stated else None,
    }


def settle_present(seed: Seed, past: Sequence[State], present: State) -> str:
    """Mark the present state and note its changes, unless it is a recorded release.

    Returns how many records differ from the last release; nothing for a recorded one.
    """
    if is_recorded(present, past):
        return ""
    changes = changes_between(past[-1] if past else None, present, seed)
    present.changes = write_changes(changes)
    present.head.version += UNRELEASED
    if not past:
        return f"{say_count(len(present.entries), 'record')}, all not released yet"
    number = len(changes.added) + len(changes.changed) + len(changes.withdrawn)
    return f"{say_count(number, 'record')} not released yet, since {past[-1].head.version}"


def release_rows(past: Sequence[State], present: State) -> Iterator[ReleaseRow | ReleasePartRow]:
    """A row for each release, oldest first, and the records of each that is recorded."""
    is_new = present.head.version.endswith(UNRELEASED)
    for position, state in enumerate([*past, *([present] if is_new else [])]):
        head, recorded = state.head, state is not present
        changes = Changes.model_validate_json(state.changes)
        info = release_info(state, changes, recorded)
        yield ReleaseRow(
            version=head.version,
            date=head.date,
            digest=head.digest,
            position=position,
            json_text=info.model_dump_json(),
            changes=pack(state.changes.encode()),
            feed_entry=feed_entry(info, changes),
        )
        if recorded:
            yield from part_rows(state)


def part_rows(state: State) -> Iterator[ReleasePartRow]:
    """The records of each collection of a release, one a line."""
    by_kind = groupby(state.entries.values(), key=lambda entry: entry.kind)
    for position, (kind, entries) in enumerate(by_kind):
        lines = "".join(f"{entry.whole(state.head.shape)}\n" for entry in entries)
        yield ReleasePartRow(
            release=state.head.version, kind=kind, position=position, content=pack(lines.encode())
        )


def release_info(state: State, changes: Changes, recorded: bool) -> ReleaseInfo:
    """A release as the API answers it."""
    head = state.head
    url = f"{BASE_URL}/v1/releases/{head.version}"
    return ReleaseInfo(
        version=head.version,
        url=url,
        date=head.date.isoformat(),
        digest=head.digest,
        shape=head.shape,
        counts=Counter(entry.kind for entry in state.entries.values()),
        changes={
            "added": len(changes.added),
            "changed": len(changes.changed),
            "withdrawn": len(changes.withdrawn),
        },
        changes_url=f"{url}/changes",
        records_url=f"{url}/records" if recorded else None,
    )


def field_digest() -> str:
    """A digest of the names of all fields of all records: it changes with their shape only."""
    names: set[str] = set()
    for resource in RESOURCES:
        for model in filter(None, (resource.model, resource.links_model)):
            names |= {f"{resource.kind}.{name}" for name in field_names(model)}
    return digest("\n".join(sorted(names)))[:12]


def field_names(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Yield the place of every field of a model, at any depth."""
    for name, field in model.model_fields.items():
        yield f"{above}{name}"
        for inner in find_models(field.annotation):
            yield from field_names(inner, f"{above}{name}.")


def check_history(seed: Seed, past: Sequence[State], present: State) -> None:
    """The data fits the recorded releases: the last is the latest, no id is lost or reused."""
    for state in past:
        if version_key(state.head.version) > version_key(present.head.version):
            message = f"{state.head.version} is recorded and is later"
            seed.fault("release", message, ("version",))
    check_shape(seed, past)
    known = {name for state in past for name in state.entries}
    for name in sorted(known - present.entries.keys() - seed.withdrawn.keys()):
        seed.fault("withdrawn", f"{name} was released and is gone: add it here with the reason")
    for name in sorted(seed.withdrawn.keys() & present.entries.keys()):
        number = list(seed.withdrawn).index(name)
        message = "is still a record; an id is never used again"
        seed.fault("withdrawn", message, (number, "id"), name)


def check_shape(seed: Seed, past: Sequence[State]) -> None:
    """The shape of records has a number of its own, if it is not that of the last release."""
    last = past[-1].head if past else None
    if last and last.shape == SHAPE and last.fields not in (None, field_digest()):
        message = (
            f"the fields of records are others than those of {last.version}: raise SHAPE in "
            "app/history/shapes.py, and list there what was only renamed"
        )
        seed.fault("release", message, ("version",))
