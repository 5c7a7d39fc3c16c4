"""Release the data in one step: name the state, record it, and say so in the files around it."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.curation.releases import (
    changes_between,
    check_history,
    read_states,
    record_path,
    write_changes,
)
from app.curation.render import render
from app.curation.seed import ReleaseSeed, Seed
from app.history.state import State, version_key
from app.model.labels import say_count
from app.model.release import Changes

VERSION = re.compile(r"^(version: *).*$", re.MULTILINE)
DAY = re.compile(r"^(date: *).*$", re.MULTILINE)
RELEASED = re.compile(r"^(date-released: *).*$", re.MULTILINE)
DATA_PART = "## Data\n"


class NotReleased(Exception):
    """Nothing was released; the message says why, and what to do."""


class NewRelease(NamedTuple):
    """A release, and the files that were written for it."""

    state: State
    files: list[Path]


def make_release(seed: Seed, today: date) -> NewRelease:
    """Release the data of a sound seed; raises NotReleased and changes nothing if it can't."""
    past = read_states(seed)
    version = next_version(past, today)
    if seed.faults:
        raise NotReleased("\n".join(map(str, seed.faults)))
    seed.release = ReleaseSeed(version=version, date=today)
    state, _ = render(seed)
    check_history(seed, past, state)
    if seed.faults:
        raise NotReleased("\n".join(map(str, seed.faults)))
    before = past[-1] if past else None
    if before and before.head.digest == state.head.digest:
        raise NotReleased(f"nothing has changed since {before.head.version}")
    state.changes = write_changes(changes_between(before, state, seed))
    path = record_path(seed.directory, version)
    try:
        state.write(path)
    except FileExistsError:
        raise NotReleased(f"{path}: exists already. {parallel_advice(version)}") from None
    return NewRelease(state, [path, *write_around(seed, before, state)])


def next_version(past: Sequence[State], today: date) -> str:
    """The version of a release of today: year, month, the next number in the month."""
    year, month, number = version_key(past[-1].head.version) if past else [0, 0, 0]
    if (year, month) >= (today.year, today.month):
        return f"{year}.{month}.{number + 1}"
    return f"{today.year}.{today.month}.0"


def write_around(seed: Seed, before: State | None, state: State) -> list[Path]:
    """Name the release in release.yaml and, where they are, in CITATION.cff and CHANGELOG.md."""
    project, version, day = seed.directory.parent, state.head.version, state.head.date
    named = rf'\g<1>"{version}"'
    edits = {
        seed.directory / "release.yaml": ((VERSION, named), (DAY, rf"\g<1>{day}")),
        project / "CITATION.cff": ((VERSION, named), (RELEASED, rf'\g<1>"{day}"')),
    }
    written = []
    for path, pairs in edits.items():
        if path.exists():
            text = path.read_text("utf-8")
            for pattern, replacement in pairs:
                text = pattern.sub(replacement, text)
            path.write_text(text, "utf-8")
            written.append(path)
    changelog = project / "CHANGELOG.md"
    if changelog.exists() and DATA_PART in (text := changelog.read_text("utf-8")):
        heading, line = f"### {version}\n\n", f"- {count_changes(before, state)}\n"
        if heading in text:  # begun by hand
            text = text.replace(heading, heading + line, 1)
        else:
            text = text.replace(DATA_PART, f"{DATA_PART}\n{heading}{line}", 1)
        changelog.write_text(text, "utf-8")
        written.append(changelog)
    return written


def count_changes(before: State | None, state: State) -> str:
    """The changes in numbers: what the curator's own words are put behind."""
    if before is None:
        return f"{say_count(len(state.entries), 'record')}."
    changes = Changes.model_validate_json(state.changes)
    return (
        f"{say_count(len(changes.added), 'record')} added, {len(changes.changed)} changed, "
        f"{len(changes.withdrawn)} withdrawn."
    )


def parallel_advice(version: str) -> str:
    """What to do where two curators release at the same time."""
    return (
        f"If somebody else has released {version} meanwhile, keep their files (release.yaml, "
        f"releases/{version}.ndjson.zst, CITATION.cff) when you merge, and run `her2-facts "
        "release` again: your changes become the next version."
    )
