"""The tables: made once, by whoever comes first, and as the code describes them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from server.record.database import Database, parse_url
from server.record.migrate import migrate, newest
from server.record.tables import VERSION_TABLE, metadata


@pytest.fixture
def empty(request: pytest.FixtureRequest, address: str) -> Iterator[Database]:
    """A database whose tables are gone."""
    opened = Database(parse_url(address))
    with opened.transaction(writes=True) as connection:
        for table in ("lesion_images", "lesion_predictions", VERSION_TABLE):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    yield opened
    opened.close()


def test_tables_are_made_once(empty: Database) -> None:
    assert migrate(empty) == (None, newest())
    assert migrate(empty) == (newest(), newest())


def test_migrations_make_what_the_code_describes(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_servers_that_start_together_do_not_meet(empty: Database, address: str) -> None:
    others = [Database(parse_url(address)) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(migrate, [empty, *others]))
    assert sorted(before or "" for before, _ in done) == ["", *[newest()] * 3]
    for other in others:
        other.close()


def test_a_migration_may_take_its_time(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def look(config: Config, _: str) -> None:
        connection = config.attributes["connection"]
        if connection.dialect.name == "postgresql":
            limits.append(connection.execute(text("SHOW statement_timeout")).scalar_one())

    monkeypatch.setattr("server.record.migrate.command.upgrade", look)
    migrate(empty)
    assert set(limits) <= {"0"}
    with empty.transaction() as connection:
        assert len(limits) == (connection.dialect.name == "postgresql")


def test_tables_of_a_newer_release_stay_as_they_are(
    empty: Database, caplog: pytest.LogCaptureFixture
) -> None:
    migrate(empty)
    with empty.transaction(writes=True) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    assert migrate(empty) == ("9999", "9999")
    assert "newer release" in caplog.text
