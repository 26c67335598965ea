"""Writing behind the requests' backs: what waits, what is lost, and what a database that is away costs."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from server.errors import RecordUnavailable
from server.record import keeper as module
from server.record import store as store_module
from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.keeper import Keeper
from server.record.migrate import migrate
from server.record.store import Entry, Store
from server.record.tables import VERSION_TABLE
from tests.server.asking import until
from tests.server.record.conftest import Tally, entry, some
from tools.postgres import Postgres


@pytest.fixture
def away(
    sqlite_address: str, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Keeper, Store]]:
    """A keeper whose database is away."""
    store = Store(Database(parse_url(sqlite_address)))
    keeper = Keeper(store, tally)
    until(lambda: keeper._prompt)
    monkeypatch.setattr(module, "migrate", lambda _: (_ for _ in ()).throw(RecordUnavailable("away")))
    store.database._down = True
    until(lambda: not keeper._prompt)
    yield keeper, store
    keeper.close()


def test_what_is_kept_is_there_for_the_next_request(keeper: Keeper, store: Store, owner: str) -> None:
    for kept in some(owner, 3):
        assert keeper.keep(kept)
        assert store.find(owner, kept.record.id) == kept.record


def test_many_threads_at_once_lose_nothing(keeper: Keeper, store: Store, owner: str, tally: Tally) -> None:
    kept = some(owner, 200)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(keeper.keep, kept))
    until(lambda: store.page(owner, Period(), 1, 1).total == 200)
    assert tally == {"written": 200, "waiting": 0}


def test_one_that_the_database_refuses_does_not_hold_up_the_others(
    postgres: Postgres, owner: str, tally: Tally, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(Database(parse_url(postgres.make_database("refuses"))))
    keeper = Keeper(store, tally)
    good, bad = some(owner, 2), entry(owner, note="\0")
    for kept in (good[0], bad, good[1]):  # one batch, since the tables are not made yet
        keeper.keep(kept)
    until(lambda: tally["lost"] == 1 and tally["written"] == 2)
    assert store.page(owner, Period(), 1, 1).total == 2
    assert "refuses" in caplog.text
    keeper.close()
    store.database.close()


def test_an_image_holds_no_other_record_back(
    sqlite_address: str, tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Database(parse_url(sqlite_address)))
    written: list[list[bool]] = []
    add = store.add

    def noted(entries: Sequence[Entry]) -> None:
        written.append([one.image is not None for one in entries])
        add(entries)

    monkeypatch.setattr(store, "add", noted)
    began = threading.Event()
    monkeypatch.setattr(module, "migrate", lambda database: began.wait(10) and migrate(database))
    keeper = Keeper(store, tally)
    for kept in (*some(owner, 3), entry(owner, b"1"), entry(owner, b"2"), *some(owner, 2)):
        assert keeper.keep(kept)
    began.set()
    until(lambda: tally["written"] == 7)
    assert written == [[False] * 3, [True], [True], [False] * 2]
    keeper.close()


def test_a_database_that_is_away_holds_up_nobody_and_gets_everything_later(
    postgres: Postgres, tally: Tally, owner: str
) -> None:
    store = Store(Database(parse_url(postgres.make_database("comes-and-goes"))))
    keeper = Keeper(store, tally)
    before, meanwhile = some(owner, 5), some(owner, 20)
    for kept in before:
        assert keeper.keep(kept)
    until(lambda: tally["written"] == 5)
    postgres.stop(at_once=True)
    try:
        started = time.perf_counter()
        for kept in meanwhile:
            assert keeper.keep(kept)
        assert time.perf_counter() - started < len(meanwhile) * module.PATIENCE_S / 2
        until(lambda: store.database.down)
        with pytest.raises(RecordUnavailable):
            store.page(owner, Period(), 1, 1)
        assert tally["waiting"] == 20
    finally:
        postgres.start()
    until(lambda: tally["written"] == 25)
    assert store.page(owner, Period(), 1, 1).total == 25
    assert (tally["lost"], tally["waiting"]) == (0, 0)
    keeper.close()
    store.database.close()


def test_a_disk_that_is_full_is_told_once_and_gets_everything_later(
    sqlite_address: str,
    tally: Tally,
    owner: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.05)
    caplog.set_level("INFO")
    store, no_limit = Store(Database(parse_url(sqlite_address))), 2**32 - 2
    pages = [no_limit]

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages[0]}")  # at least as many as there are

    event.listen(store.database._engine, "checkout", limit)
    keeper = Keeper(store, tally)
    assert keeper.keep(entry(owner))
    until(lambda: tally["written"] == 1)
    pages[0] = 1
    assert keeper.keep(entry(owner, b"x" * 200_000))
    until(lambda: store.database.down)
    time.sleep(0.5)  # in which it is tried again several times
    with pytest.raises(RecordUnavailable):
        store.page(owner, Period(), 1, 1)
    assert tally["waiting"] == 1
    assert caplog.text.count("does not answer: database or disk is full") == 1
    assert "answers again" not in caplog.text
    pages[0] = no_limit
    until(lambda: tally["written"] == 2)
    until(lambda: not store.database.down)
    assert store.page(owner, Period(), 1, 1).total == 2
    assert (tally["lost"], tally["waiting"]) == (0, 0)
    keeper.close()
    store.database.close()


def test_a_database_that_comes_late_gets_its_tables_and_records(
    postgres: Postgres, tally: Tally, owner: str
) -> None:
    address = postgres.make_database("late")
    postgres.stop()
    store = Store(Database(parse_url(address)))
    keeper = Keeper(store, tally)
    try:
        assert keeper.keep(entry(owner))
        until(lambda: store.database.down)
    finally:
        postgres.start()
    until(lambda: tally["written"] == 1)
    assert store.page(owner, Period(), 1, 1).total == 1
    keeper.close()
    store.database.close()


def test_a_database_that_is_made_anew_gets_its_tables_and_records(
    store: Store, keeper: Keeper, tally: Tally, owner: str
) -> None:
    assert keeper.keep(entry(owner))
    with store.database.transaction(writes=True) as connection:
        for table in ("lesion_images", "lesion_predictions", VERSION_TABLE):
            connection.execute(text(f"DROP TABLE {table}"))
    assert keeper.keep(entry(owner))
    until(lambda: tally["written"] == 2)
    assert store.page(owner, Period(), 1, 1).total == 1
    assert tally["lost"] == 0


def test_what_waits_is_bounded_and_the_rest_is_counted_as_lost(
    away: tuple[Keeper, Store], tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, _ = away
    monkeypatch.setattr(module, "MOST_BYTES", 3 * module.ENTRY_BYTES + 10)
    taken = [keeper.keep(kept) for kept in some(owner, 5)]
    assert taken == [True, True, True, False, False]
    assert (tally["waiting"], tally["lost"]) == (3, 2)


def test_one_image_may_be_larger_than_what_may_wait(
    away: tuple[Keeper, Store], tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, _ = away
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    assert keeper.keep(entry(owner, b"x" * 5_000))
    assert not keeper.keep(entry(owner))


def test_what_waits_can_be_forgotten(away: tuple[Keeper, Store], tally: Tally, owner: str) -> None:
    keeper, _ = away
    mine, others = some(owner, 3), some("key:other", 2)
    for kept in (mine[0], others[0], *mine[1:], others[1]):
        assert keeper.keep(kept)
    assert keeper.forget("key:other", mine[1].record.id) == 0
    assert keeper.forget(owner, mine[1].record.id) == 1
    assert keeper.forget(owner, mine[1].record.id) == 0
    assert keeper.forget(owner) == 2
    assert [item.entry for item in keeper._waiting] == others
    assert keeper._bytes == 2 * module.ENTRY_BYTES
    assert (tally["waiting"], tally["lost"]) == (2, 0)


def test_what_is_being_written_is_there_once_it_is_to_be_forgotten(
    store: Store, keeper: Keeper, tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, add = threading.Event(), threading.Event(), store.add

    def slowly(entries: Sequence[Entry]) -> None:
        begun.set()
        assert go_on.wait(10)
        add(entries)

    monkeypatch.setattr(store, "add", slowly)
    keeper._prompt = False
    kept = some(owner, 2)
    keeper.keep(kept[0])
    begun.wait(10)
    keeper.keep(kept[1])
    with ThreadPoolExecutor(1) as pool:
        forgotten = pool.submit(keeper.forget, owner)
        until(lambda: tally["waiting"] == 1)
        assert not forgotten.done()
        go_on.set()
        assert forgotten.result(10) == 1
    assert store.delete_all(owner) == 1
    assert tally["written"] == 1


def test_what_takes_too_long_to_be_written_cannot_be_forgotten(
    store: Store, keeper: Keeper, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(module, "HAND_OVER_S", 0.05)
    monkeypatch.setattr(store, "add", lambda _: begun.set() or go_on.wait(10))
    keeper._prompt = False
    keeper.keep(entry(owner))
    begun.wait(10)
    with pytest.raises(RecordUnavailable):
        keeper.forget(owner)
    assert keeper.forget("key:other") == 0
    go_on.set()


def test_a_long_purge_lets_others_write_and_goes_on_after_a_failure(
    sqlite_address: str, tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(parse_url(sqlite_address))
    migrate(database)
    monkeypatch.setattr(store_module, "AT_ONCE", 2)
    Store(database).add(some(owner, 7, time=datetime.now(UTC) - timedelta(days=31)))
    store = Store(database, timedelta(days=30))
    done: list[str] = []
    add, delete_expired = store.add, store.delete_expired
    new = entry(owner, time=datetime.now(UTC))

    def adding(entries: Sequence[Entry]) -> None:
        add(entries)
        done.append("written")

    def deleting() -> int:
        if not done:
            done.append("away")
            raise RecordUnavailable("away")
        if len(done) == 1:
            keeper.keep(new)
        done.append(f"{(deleted := delete_expired())} deleted")
        return deleted

    monkeypatch.setattr(store, "add", adding)
    monkeypatch.setattr(store, "delete_expired", deleting)
    keeper = Keeper(store, tally)
    until(lambda: "0 deleted" in done)
    keeper.close()
    assert done == ["away", "2 deleted", "written", "2 deleted", "2 deleted", "1 deleted", "0 deleted"]
    assert Store(database).page(owner, Period(), 1, 1).total == 1
    database.close()


def test_an_end_without_the_database_says_what_is_lost(
    away: tuple[Keeper, Store], tally: Tally, owner: str, caplog: pytest.LogCaptureFixture
) -> None:
    keeper, _ = away
    assert keeper.keep(entry(owner))
    started = time.perf_counter()
    keeper.close()
    assert time.perf_counter() - started < 4  # `close` itself would wait for five
    assert (tally["lost"], tally["waiting"]) == (1, 0)
    assert "1 records are lost" in caplog.text
    assert not keeper.keep(entry(owner))


def test_an_end_waits_for_what_is_to_be_written(store: Store, owner: str, tally: Tally) -> None:
    keeper = Keeper(store, tally)
    until(lambda: keeper._prompt)
    keeper._prompt = False  # then nobody waits for the writing
    for kept in some(owner, 50):
        keeper.keep(kept)
    keeper.close()
    assert tally["lost"] == 0
    assert store.page(owner, Period(), 1, 1).total == 50


def test_a_slow_database_costs_a_request_no_more_than_its_patience(
    sqlite_address: str, tally: Tally, owner: str
) -> None:
    store = Store(Database(parse_url(sqlite_address)))
    keeper = Keeper(store, tally)
    until(lambda: keeper._prompt)
    other = Database(parse_url(sqlite_address))
    with other.transaction(writes=True) as connection:
        connection.execute(text("SELECT 1"))
        started = time.perf_counter()
        assert keeper.keep(entry(owner))
        assert time.perf_counter() - started < 1  # the lock would have held it for three
        started = time.perf_counter()
        assert keeper.keep(entry(owner))
        assert time.perf_counter() - started < module.PATIENCE_S / 2  # nobody else waits for it
        assert tally["waiting"] == 2
    until(lambda: tally["written"] == 2)
    until(lambda: keeper._prompt)
    keeper.close()
