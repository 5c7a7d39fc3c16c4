"""The migrations make just the tables that the models describe; a changed model is noticed."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Column, Connection, Enum, Table, create_engine, inspect, text
from sqlmodel import SQLModel

from app.build import build
from app.settings import PROJECT, Settings
from app.store.database import DatabaseUnusable
from app.store.migrations import configure, find_changed_tables, migrate
from app.store.writing import make_empty_database

Write = Callable[..., Path]
PARTS = ("columns", "check_constraints", "foreign_keys", "indexes", "unique_constraints")
RECIPE = """

class RecipeRow(TableRow, table=True):
    \"""A recipe.\"""

    __tablename__ = "recipe"

    id: str = Column(primary_key=True)
    topic: str = Column(foreign_key="record.id", index=True)
"""


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection to an empty database."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def recipe() -> Iterator[Table]:
    """A table of the models that no migration makes."""
    course = Enum("1", "2", name="Course", native_enum=False, create_constraint=True)
    table = Table("recipe", SQLModel.metadata, Column("course", course))
    make_empty_database.cache_clear()  # that of the other models
    yield table
    SQLModel.metadata.remove(table)


def described(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """Every column, constraint and index of every table but Alembic's."""
    inspector = inspect(connection)
    return {
        (table, part): sorted(map(str, getattr(inspector, f"get_{part}")(table)))
        for table in inspector.get_table_names()
        for part in PARTS
        if table != "alembic_version"
    }


def test_upgrade_equals_the_models_and_downgrade_leaves_nothing(connection: Connection) -> None:
    migrate(connection)
    migrated = described(connection)
    assert find_changed_tables(connection) == []
    command.downgrade(configure(connection), "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
    SQLModel.metadata.create_all(connection)
    assert described(connection) == migrated


def test_the_search_tables_of_a_built_database_are_left_alone(tiny: Settings) -> None:
    engine = create_engine(f"sqlite:///{tiny.database}")
    with engine.connect() as connection:
        assert "search" in inspect(connection).get_table_names()
        assert find_changed_tables(connection) == []
    engine.dispose()


def test_a_table_without_migration_is_one_line_and_no_database(
    recipe: Table, tiny_seed: Write, tmp_path: Path
) -> None:
    with pytest.raises(DatabaseUnusable) as refusal:
        build(Settings(seed=tiny_seed(), database=tmp_path / "var" / "tiny.db"))
    assert str(refusal.value) == (
        "The models differ from the migrations (recipe): run `make migration NAME=…`"
    )
    assert not list((tmp_path / "var").iterdir())


@pytest.mark.parametrize(("words", "changed"), [("'1', '2'", []), ("'1'", ["recipe"])])
def test_a_new_word_needs_a_migration(
    recipe: Table, connection: Connection, words: str, changed: list[str]
) -> None:
    migrate(connection)
    check = f"CONSTRAINT ck_recipe_course_Course CHECK (course IN ({words}))"
    connection.execute(text(f"CREATE TABLE recipe (course VARCHAR(1), {check})"))
    assert find_changed_tables(connection) == changed


def test_alembic_itself_says_how_it_is_used_and_makes_no_database() -> None:
    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    with pytest.raises(CommandError, match="`make migration NAME=add_genes` writes a migration"):
        command.upgrade(config, "head")


# The commands one after another, in one process.
COMMANDS = """
import os
from app.cli import cli
from app.store.writing import make_empty_database
cli(["migration", "add recipes"], standalone_mode=False)
cli(["migration", "nothing"], standalone_mode=False)
assert not os.path.exists("tiny.db")
# As a build does; it raises an error if the models differ from the migrations.
assert b"ix_recipe_topic" in make_empty_database()
"""


def test_a_migration_is_written_numbered_and_formatted_without_a_database(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    clone = tmp_path / "clone"
    for name in ("app", "migrations"):
        shutil.copytree(PROJECT / name, clone / name)
    shutil.copy(PROJECT / "pyproject.toml", clone)
    with (clone / "app" / "store" / "tables.py").open("a") as tables:
        tables.write(RECIPE)
    environment["HER2_DATABASE"] = str(clone / "tiny.db")

    def run(*arguments: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=clone, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.splitlines()

    number = len(list((clone / "migrations" / "versions").glob("*.py"))) + 1
    written = clone / "migrations" / "versions" / f"{number:04}_add_recipes.py"
    lines = run("-c", COMMANDS)
    assert f"wrote {written}" in lines
    assert "the migrations match the models: nothing to write" in lines
    assert "ix_recipe_topic" in written.read_text()
    run("-m", "ruff", "format", "--check", ".")
    run("-m", "ruff", "check", "migrations")
