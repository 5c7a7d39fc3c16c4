"""The migrations make just the tables that the models describe, and can be undone."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect
from sqlmodel import SQLModel

from app.settings import PROJECT


def is_search(name: str | None, kind: str) -> bool:
    """The virtual tables of the full-text search, which no model describes."""
    return kind == "table" and str(name).startswith("search")


def checks(connection: Connection) -> dict[str, list[tuple[str | None, str]]]:
    """The CHECK constraints of every table, which Alembic does not compare."""
    inspector = inspect(connection)
    return {
        table: sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table))
        for table in inspector.get_table_names()
        if table != "alembic_version" and not is_search(table, "table")
    }


def checks_of_the_models(tmp_path: Path) -> dict[str, list[tuple[str | None, str]]]:
    engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    with engine.connect() as connection:
        SQLModel.metadata.create_all(connection)
        found = checks(connection)
    engine.dispose()
    return found


def test_upgrade_equals_the_models_and_downgrade_leaves_nothing(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    config = Config(toml_file=str(PROJECT / "pyproject.toml"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        options = {"include_name": lambda name, kind, _: not is_search(name, kind)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []
        assert checks(connection) == checks_of_the_models(tmp_path)
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
