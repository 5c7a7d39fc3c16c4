"""Which worker of pytest-xdist runs which files, and in which order."""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Files that one worker runs, one after another, as they share what a process makes once: the schemas
# of a build, the process that others are forked from, compiled SQL.
TOGETHER = {
    "builds": (
        "pages", "reload", "releases", "curating", "errors", "addresses", "lookup",
        "export", "sources",
    ),
    "processes": (
        "stop", "observing", "building", "connections", "protocol", "cli", "deploy", "benchmarks",
    ),
    "browsers": ("proxy", "browser"),
    "lists": ("filters", "contract", "formats", "answers"),
}  # fmt: skip
# The longest of the others.
LONG = ("markdown", "hostile", "ready", "seed_data", "migrations", "cite", "docs")


def name_file(path: Path) -> str:
    """The name of a test file."""
    return path.stem.removeprefix("test_")


def find_group(name: str) -> str:
    """The group of a test file, or its own name."""
    return next((group for group, names in TOGETHER.items() if name in names), name)


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Put the tests in the order in which workers take them, so that all have enough to do.

    First the files that build, with the real database before any other; then those that start
    processes and wait; what does not need the real database before what does; short files last.
    """
    groups: dict[str, list[pytest.Function]] = {}
    for item in items:
        groups.setdefault(find_group(name_file(item.path)), []).append(item)
    names = [name for together in TOGETHER.values() for name in together]
    for group in TOGETHER.keys() & groups:
        groups[group].sort(key=lambda item: names.index(name_file(item.path)))
    real = {name for name in groups if any("settings" in i.fixturenames for i in groups[name])}
    order = [
        "builds",
        "processes",
        "browsers",
        *sorted(groups.keys() - real),
        "lists",
        *LONG,
        *groups,
    ]
    items[:] = [item for name in dict.fromkeys(order) for item in groups.get(name, ())]


class GroupScheduling(LoadScopeScheduling):
    """Gives a worker all tests of a group."""

    def _split_scope(self, nodeid: str) -> str:
        return find_group(name_file(Path(nodeid.partition("::")[0])))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    return GroupScheduling(config, log)
