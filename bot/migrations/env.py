"""Alembic's way in: run by `bot.database`, on the connection it is given."""

from __future__ import annotations

from alembic import context

from bot.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="people_version",
)
with context.begin_transaction():
    context.run_migrations()
