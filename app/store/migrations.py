"""Alembic: apply the migrations to a new database, compare it with the models, write a new one."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.ddl.impl import ComparisonResult
from alembic.ddl.sqlite import SQLiteImpl
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine
from sqlmodel import SQLModel

from app.settings import MIGRATIONS, PROJECT


class ComparedChecks(SQLiteImpl):
    """Makes Alembic compare CHECK constraints on SQLite by their text, not only by name.

    The column of a vocabulary lists its words in a CHECK, so a new word needs a migration.
    """

    __dialect__ = "sqlite"

    def compare_check_constraint(
        self, metadata_constraint: CheckConstraint, reflected_constraint: CheckConstraint
    ) -> ComparisonResult:
        options = {"literal_binds": True, "include_table": False}
        model = metadata_constraint.sqltext.compile(dialect=self.dialect, compile_kwargs=options)
        if str(model) == str(reflected_constraint.sqltext):
            return ComparisonResult.Equal()
        return ComparisonResult.Different(f"now {model}")


def is_compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether Alembic compares a table: all but those that `fill_search_index` creates."""
    is_search = kind == "table" and str(name).startswith("search")
    return not is_search or name in SQLModel.metadata.tables


# How Alembic compares the database with the models, here and in migrations/env.py.
COMPARISON: dict[str, Any] = {
    "target_metadata": SQLModel.metadata,
    "render_as_batch": True,  # SQLite alters a table by copying it
    "include_name": is_compared,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
}


def configure(connection: Connection) -> Config:
    """Alembic's configuration from pyproject.toml, for this connection."""
    config = Config(toml_file=str(PROJECT / "pyproject.toml"))  # absent where it is installed
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Bring a database to the newest schema."""
    command.upgrade(configure(connection), "head")


def find_changed_tables(connection: Connection) -> list[str]:
    """The tables that differ between a database and the models."""
    context = MigrationContext.configure(connection, opts=COMPARISON)
    upgrade: Any = produce_migrations(context, SQLModel.metadata).upgrade_ops
    return sorted({operation.table_name for operation in upgrade.ops})


def write_migration(name: str) -> Path | None:
    """Write a migration with the changes of the models, or return None if there are none.

    Works on a database in memory: a database file is always built anew, never migrated.
    """
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            migrate(connection)
            if not find_changed_tables(connection):
                return None
            config = configure(connection)
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            script: Any = command.revision(config, name, autogenerate=True, rev_id=f"{number:04}")
    finally:
        engine.dispose()
    return Path(script.path)
