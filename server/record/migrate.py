"""Bring the database's tables to what this release needs."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.record.database import Database
from server.record.tables import VERSION_TABLE

__all__ = ["migrate", "newest", "version"]

logger = logging.getLogger(__name__)

_SCRIPTS = Path(__file__).with_name("migrations")

_ONE_AT_A_TIME = threading.Lock()
"""Alembic hands the migration in hand to its scripts through a module."""

_POSTGRESQL_LOCK = 0x1E510
"""Number of the lock that servers starting together take turns by; any would do that nobody else uses."""


def migrate(database: Database) -> tuple[str | None, str | None]:
    """Carry out the migrations that are missing; return the schema's version before and after.

    Several may call it at the same time, from several machines. A schema of a newer release is left alone:
    migrations only add, so that old and new servers can run side by side.

    Raises RecordUnavailable.
    """
    config = _config()
    with _ONE_AT_A_TIME, database.transaction(writes=True, probe=True) as connection:
        if connection.dialect.name == "postgresql":
            # A large table takes its time, and so does whoever is at it already.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _POSTGRESQL_LOCK})
        before = _version(connection)
        if before is not None and before not in _known(config):
            logger.warning("the record's tables are of a newer release (%s) and stay as they are", before)
            return before, before
        if before != newest():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before, _version(connection)


def version(database: Database) -> str | None:
    """Return the schema's version, ``None`` where there are no tables. Raises RecordUnavailable."""
    with database.transaction() as connection:
        return _version(connection)


def newest() -> str | None:
    """Return the version that this release brings the schema to."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()
