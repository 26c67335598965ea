"""Writing behind the requests' backs: what waits, what is lost, and what a database that is away costs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from server.errors import RecordUnavailable
from server.record import keeper as module
from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.keeper import Keeper
from server.record.store import Store
from tests.server.asking import until
from tests.server.record.conftest import entry, some
from tools.postgres import Postgres


class Tally(Counter[str]):
    """What a keeper told."""

    def __call__(self, outcome: str, count: int) -> None:
        if outcome == "waiting":
            self[outcome] = count
        else:
            self[outcome] += count


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def keeper(store: Store, tally: Tally) -> Iterator[Keeper]:
    made = Keeper(store, tally)
    until(lambda: made._prompt)
    yield made
    made.close()


@pytest.fixture
def away(sqlite_address: str, tally: Tally) -> Iterator[tuple[Keeper, Store]]:
    """A keeper whose database is locked by somebody else for longer than it waits."""
    store = Store(Database(parse_url(sqlite_address)))
    keeper = Keeper(store, tally)
    until(lambda: keeper._prompt)
    store.database._down = True
    store.database.probe = lambda: (_ for _ in ()).throw(RecordUnavailable("away"))  # type: ignore[method-assign]
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
        assert tally["waiting"] == 1
    until(lambda: tally["written"] == 1)
    keeper.close()
