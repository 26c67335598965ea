"""The way to the record's database: SQLite's file, or a PostgreSQL server."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, TimeoutError

from server.config import ConfigError
from server.errors import RecordUnavailable

__all__ = ["Database", "TooSlow", "away", "parse_url"]

logger = logging.getLogger(__name__)

CONNECT_S = 3
STATEMENT_S = 5
"""Seconds after which a database that does not answer is taken to be away."""
SLOW_BYTES_S = 125_000
"""Bytes a second that the way to the database carries at least: images have that much more time."""
PLACE_S = 0.5
"""Seconds that a request waits for a connection: the server's threads are for other work too."""

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}
_GIVEN_UP = "57014"
"""PostgreSQL's code of a statement that ran out of its time, in which what it carries has to pass too."""
_EXAMPLES = "sqlite:////data/record.db or postgresql://user:password@host/name"


def parse_url(address: str) -> URL:
    """Return a database's address for SQLAlchemy. Raises ConfigError, which repeats no password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise _unusable(f"it is no address such as {_EXAMPLES}") from error
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        _check_file(url)
        return url
    raise _unusable(
        f"{url.drivername} is no database that the record can be kept in; name one such as {_EXAMPLES}"
    )


def _check_file(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _unusable("SQLite needs the path of a file, as in sqlite:////data/record.db")
    folder = Path(url.database).absolute().parent
    if not folder.is_dir():
        raise _unusable(f"there is no folder {folder}; make it, or name another")
    if not os.access(folder, os.W_OK):
        raise _unusable(f"nothing may be written into {folder}; let this user, or name another folder")


def _unusable(reason: str) -> ConfigError:
    return ConfigError(f"DATABASE_URL cannot be used: {reason}.")


class TooSlow(RecordUnavailable):
    """The database answers, but an image did not get there, or from there, in time."""


class Database:
    """A pool of at most ``connections``, whose failures are one error. Several threads may use it.

    They are few, since each may hold up one of the server's threads that is also wanted for the page.
    Once the database has failed to answer, everything but a transaction that is a ``probe`` fails at once
    until somebody finds that it `answers`, so that requests do not wait in vain for the same thing one after
    the other.
    """

    def __init__(self, url: URL, connections: int = 3) -> None:
        self._engine = _engine(url, connections)
        self._down = False

    @property
    def down(self) -> bool:
        """Whether it failed to answer when it was asked last."""
        return self._down

    @contextmanager
    def transaction(
        self, *, writes: bool = False, probe: bool = False, carries: int = 0
    ) -> Iterator[Connection]:
        """Open a transaction, which is committed at the end of the block and rolled back by an error.

        One that ``carries`` so many bytes, there or back, has the time that they take on a slow line.

        Raises RecordUnavailable, as TooSlow where that was not enough for what it carries; DataError and
        IntegrityError, which are about a row, pass through.
        """
        if self._down and not probe:
            raise away()
        try:
            with (
                self._engine.connect() as connection,
                connection.execution_options(lesion_writes=writes, lesion_carries=carries).begin(),
            ):
                yield connection
        except (DataError, IntegrityError):
            raise
        except TimeoutError as error:  # of the pool: others hold the connections
            raise away() from error
        except DBAPIError as error:
            if carries and getattr(error.orig, "sqlstate", None) == _GIVEN_UP:
                raise TooSlow("The image takes too long between here and the database.") from error
            self._fail(error)
            raise away() from error

    def answers(self) -> None:
        """Note that the database does what is asked of it, so that everything may be asked again."""
        if self._down:
            self._down = False
            logger.info("the record's database answers again")

    def overwrite(self) -> None:
        """Have SQLite empty its log, in which what was deleted still stands as it was.

        Where somebody else is at work in the file for long, that is left to the next time.
        """
        if self._engine.dialect.name != "sqlite":
            return
        try:
            with closing(self._engine.raw_connection()) as connection:  # it must be outside a transaction
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, DBAPIError, TimeoutError) as error:
            logger.warning("what was deleted stays in SQLite's log for now: %s", error)

    def close(self) -> None:
        """Close the connections that nobody holds."""
        self._engine.dispose()

    def _fail(self, error: DBAPIError) -> None:
        if not self._down:
            self._down = True
            # The driver's own words: SQLAlchemy's hold the statement.
            logger.error("the record's database does not answer: %s", str(error.orig).strip())


def away() -> RecordUnavailable:
    """Return the error of a database that does not answer, or not soon enough."""
    return RecordUnavailable(
        "The record cannot be reached now; pictures are judged all the same. Please try again."
    )


def _engine(url: URL, connections: int) -> Engine:
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": PLACE_S,
        "pool_pre_ping": True,
    }
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": CONNECT_S}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    reaching = {
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": 1000 * STATEMENT_S,
        "application_name": "lesion",
        # Statements that a connection prepared are unknown to the next one behind a pooler such as PgBouncer,
        # which for the same reason refuses a connection that asks for settings of its own.
        "prepare_threshold": None,
    }
    engine = create_engine(url, connect_args=reaching, pool_recycle=1800, **options)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: Connection) -> None:
    """Limit the transaction that begins; the limits end with it."""
    carries = connection.get_execution_options()["lesion_carries"]
    seconds = STATEMENT_S + carries / SLOW_BYTES_S
    # To PostgreSQL a transaction is idle while its answer is under way.
    limits = {"statement_timeout": seconds, "idle_in_transaction_session_timeout": 2 * seconds}
    if carries:
        limits["lock_timeout"] = STATEMENT_S  # who is locked out has no need of more time
    settings = (
        f"set_config('{name}', '{round(1000 * seconds)}ms', true)" for name, seconds in limits.items()
    )
    connection.exec_driver_sql(f"SELECT {', '.join(settings)}")


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Let readers and a writer work side by side, enforce foreign keys, and overwrite what is deleted."""
    connection.isolation_level = None  # the driver would begin transactions by itself, and too late
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that will write waits for its turn now, since later it would be refused."""
    writes = connection.get_execution_options().get("lesion_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
