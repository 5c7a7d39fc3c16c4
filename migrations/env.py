"""Alembic's entry point: run the migrations on the connection that app.store.migrations made."""

from alembic import context
from alembic.util import CommandError

import app.resources
import app.store.tables  # noqa: F401  (fills the metadata)
from app.store.migrations import COMPARISON

connection = context.config.attributes.get("connection")
if connection is None:
    raise CommandError(
        "the database is built anew, never migrated: `make build` builds it, "
        "`make migration NAME=add_genes` writes a migration"
    )
context.configure(connection=connection, **COMPARISON)
with context.begin_transaction():
    context.run_migrations()
