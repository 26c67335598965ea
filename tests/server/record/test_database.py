"""Addresses of databases, and what becomes of one that cannot be used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.config import Config, ConfigError
from server.errors import RecordUnavailable
from server.record.database import Database, parse_url
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


def test_after_a_failure_everything_fails_at_once_until_a_probe_succeeds(postgres: Postgres) -> None:
    database = Database(parse_url(postgres.make_database("probed")))
    database.probe()
    postgres.stop()
    try:
        with pytest.raises(RecordUnavailable):
            database.probe()
        assert database.down
        with pytest.raises(RecordUnavailable), database.transaction():
            pytest.fail("nothing is asked of a database that is away")
    finally:
        postgres.start()
    database.probe()
    assert not database.down
    with database.transaction():
        pass
    database.close()


def test_connections_survive_a_restart_of_the_database(postgres: Postgres) -> None:
    database = Database(parse_url(postgres.make_database("restarted")))
    database.probe()
    postgres.stop()
    postgres.start()
    database.probe()
    with database.transaction():
        pass
    database.close()
