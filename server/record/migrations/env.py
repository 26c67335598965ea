"""Carry out migrations on the connection that `server.record.migrate` opened; Alembic runs this file."""

from __future__ import annotations

from alembic import context

from server.record.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
