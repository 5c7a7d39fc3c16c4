"""The floors of the house: a module imports what stands below it, and only the store speaks SQL."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from app.settings import PROJECT

# From the ground up; packages on one floor do not know each other.
FLOORS = [
    "settings model",
    "resources store history",
    "pages",
    "curation serving",
    "main console export",
    "build curate",
    "cli",
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names.split()}
# Who alone may reach for what stands outside.
OUTSIDE = {
    "fastapi": "main serving",
    "starlette": "serving",
    "sqlalchemy": "model store",  # the model declares columns, the store selects them
    "sqlmodel.select": "store",
    "alembic": "store",
    "yaml": "curation serving",
    "jinja2": "pages",
    "markupsafe": "pages",
    "rispy": "pages",
    "httpx": "curation",
    "selectolax": "curation",
    "typer": "console curate cli",
}
FILES = sorted(path for path in (PROJECT / "app").rglob("*.py") if path.stat().st_size)


def imported(path: Path) -> list[str]:
    """Every name that a module imports, with its module."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return names + [f"{node.module}.{a.name}" for node in froms for a in node.names]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    package = path.relative_to(PROJECT / "app").with_suffix("").parts[0]
    for name in imported(path):
        first, second, *_ = [*name.split("."), ""]
        if first == "app" and second in FLOOR and second != package and package in FLOOR:
            assert FLOOR[second] < FLOOR[package], f"{package} imports {name}"
        for key in (first, f"{first}.{second}"):
            assert package in OUTSIDE.get(key, package).split(), f"{package} imports {name}"


def test_the_project_declares_what_it_imports() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split("[ ;]", line)[0] for line in project["dependencies"]}
    modules = {name.split(".")[0] for path in FILES for name in imported(path)}
    packages = packages_distributions()
    for module in modules - sys.stdlib_module_names - {"app"}:
        names = {name.lower().replace("_", "-") for name in packages[module]}
        assert names & declared, f"pyproject.toml should declare {module}"


def test_a_name_means_one_thing() -> None:
    """No two modules define functions, classes or constants of one name."""
    repeated = {"router", "log"}  # idioms of FastAPI and of logging: one in each module
    places: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [node]
            for target in targets:
                name = getattr(target, "name", getattr(target, "id", None))
                if name and name not in repeated:
                    places.setdefault(name, []).append(str(path.relative_to(PROJECT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
