"""Addresses of databases, and what becomes of one that cannot be used."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.config import Config, ConfigError
from server.errors import RecordUnavailable
from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.migrate import migrate
from server.record.store import Store
from tests.server.record.conftest import entry
from tools.postgres import Postgres


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(scheme: str) -> None:
    url = parse_url(f"{scheme}://someone:s3cret@host:5433/name?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.database, url.query["sslmode"]) == ("host", 5433, "name", "require")


def test_a_file_in_a_folder_that_is_there_is_fine(tmp_path: Path) -> None:
    assert parse_url(f"sqlite:///{tmp_path}/record.db").database == f"{tmp_path}/record.db"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("s3cret", "no address"),
        ("mysql://someone:s3cret@host/name", "mysql is no database"),
        ("sqlite://", "needs the path of a file"),
        ("sqlite:///:memory:", "needs the path of a file"),
        ("sqlite:////no/such/folder/record.db", "there is no folder"),
        ("postgresql://someone:s3cret@host:port/name", "no address"),
    ],
)
def test_an_unusable_address_is_refused_without_its_password(address: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"^DATABASE_URL cannot be used: ") as caught:
        parse_url(address)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="a superuser may write anywhere")
def test_a_folder_that_may_not_be_written_into_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="may be written"):
        parse_url(f"sqlite:///{tmp_path}/record.db")


def test_a_server_does_not_start_with_an_unusable_address(make_client: Callable[..., FlaskClient]) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        make_client(database_url="mysql://host/name")
    assert Config().database_url is None


def ask(database: Database) -> None:
    with database.transaction(probe=True) as connection:
        connection.execute(text("SELECT 1"))


def test_after_a_failure_everything_but_a_probe_fails_at_once_until_it_answers(postgres: Postgres) -> None:
    database = Database(parse_url(postgres.make_database("probed")))
    ask(database)
    postgres.stop()
    try:
        with pytest.raises(RecordUnavailable):
            ask(database)
        assert database.down
        with pytest.raises(RecordUnavailable), database.transaction():
            pytest.fail("nothing is asked of a database that is away")
    finally:
        postgres.start()
    ask(database)
    assert database.down
    database.answers()
    assert not database.down
    with database.transaction():
        pass
    database.close()


def test_connections_survive_a_restart_of_the_database(postgres: Postgres) -> None:
    database = Database(parse_url(postgres.make_database("restarted")))
    ask(database)
    postgres.stop()
    postgres.start()
    ask(database)
    with database.transaction():
        pass
    database.close()


def test_a_transaction_has_its_limits_and_leaves_none_behind(postgres: Postgres) -> None:
    database = Database(parse_url(postgres.make_database("limited")), connections=1)
    shown = {}
    with database.transaction() as connection:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            shown[name] = connection.execute(text(f"SHOW {name}")).scalar_one()
    assert shown == {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "10s"}
    left = database._engine.raw_connection()
    cursor = left.cursor()
    for name in shown:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == ("0",)
    left.close()
    database.close()


SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
TAKEN_BY_POOLERS = {"user", "database", "application_name", "client_encoding"}


def begun_with(listener: socket.socket, told: list[set[str]]) -> None:
    """Note what a client of PostgreSQL asks for when it connects, as a pooler sees it; then hang up."""
    client, _ = listener.accept()
    with client:
        while True:
            size, code = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
            words = client.recv(size - 8, socket.MSG_WAITALL).split(b"\0")
            if code not in (SSL_REQUEST, GSS_REQUEST):
                told.append({word.decode() for word in words[::2] if word})
                return
            client.sendall(b"N")


def test_a_connection_asks_for_nothing_that_a_pooler_refuses() -> None:
    told: list[set[str]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        pooler = threading.Thread(target=begun_with, args=(listener, told))
        pooler.start()
        database = Database(parse_url(f"postgresql://someone@127.0.0.1:{port}/name?sslmode=disable"))
        with pytest.raises(RecordUnavailable):
            ask(database)
        pooler.join(10)
        database.close()
    (asked,) = told
    assert "user" in asked
    assert asked <= TAKEN_BY_POOLERS


@pytest.mark.parametrize("all_of_them", [False, True])
def test_what_is_deleted_is_nowhere_in_the_file_of_sqlite(
    tmp_path: Path, sqlite_address: str, owner: str, *, all_of_them: bool
) -> None:
    database = Database(parse_url(sqlite_address))
    migrate(database)
    store = Store(database)
    kept, image = entry(owner, b"PICTURE" * 2000, note="a note about somebody"), b"PICTURE" * 100
    store.add([kept, entry("key:other")])

    def held() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("record.db*"))

    assert b"a note about somebody" in held()
    assert image in held()
    deleted = store.delete_all(owner) if all_of_them else store.delete(owner, kept.record.id)
    assert deleted == 1
    assert b"a note about somebody" not in held()
    assert image not in held()
    assert store.page("key:other", Period(), 1, 1).total == 1
    database.close()
