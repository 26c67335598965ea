"""The record of predictions: off unless a database is named, SQLite's file or a PostgreSQL server.

`answers` says what it tells, `tables` and `migrations` how it is kept, `database` reaches it, `store` asks
it, `keeper` writes what comes in though the database be slow or away, `recorder` joins them for one server,
`owner` says whose records a request is about, `asked` what it wants of them, `evaluation` measures the model
on confirmed cases, `sheet` writes CSV, and `commands` are those of ``lesion history``.

Importing this package loads no SQLAlchemy: only `open_record` does, where there is a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.config import Config, ConfigError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from server.record.recorder import Recorder

__all__ = ["open_record"]


def open_record(config: Config, registry: CollectorRegistry) -> Recorder | None:
    """Return the record that the configuration asks for, or None where it asks for none.

    It begins to work at once, in a thread of its own: call it after the fork. A database that does not answer
    yet holds up nothing.

    Raises:
        ConfigError: the address cannot be used, or what reaches the database is not installed.
    """
    if config.database_url is None:
        return None
    try:
        from server.record.recorder import Recorder
    except ImportError as error:
        raise ConfigError(
            f"DATABASE_URL cannot be used: {error.name} is missing. Install requirements-server.txt, or "
            "leave DATABASE_URL away to keep no record."
        ) from error
    return Recorder(config, registry)
