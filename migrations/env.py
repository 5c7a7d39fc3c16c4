"""How Alembic reaches the database and knows the models."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import app.resources
import app.store.tables  # noqa: F401  (fills the metadata)
from app.settings import Settings

connection = context.config.attributes.get("connection")
if connection is None:
    connection = create_engine(f"sqlite:///{Settings().database}").connect()

context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
