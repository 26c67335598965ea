"""What the store answers, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event

from server.errors import UnknownRecord
from server.record import store as module
from server.record.asked import Period
from server.record.store import Store
from tests.server.record.conftest import NOW, entry, some


def test_a_record_comes_back_as_it_went_in(store: Store, owner: str) -> None:
    kept = entry(owner)
    store.add([kept])
    assert store.find(owner, kept.record.id) == kept.record


def test_nobody_finds_another_one_s_record(store: Store, owner: str) -> None:
    kept = entry(owner, b"picture")
    store.add([kept])
    for ask in (
        lambda: store.find("key:other", kept.record.id),
        lambda: store.image("key:other", kept.record.id),
        lambda: store.change("key:other", kept.record.id, {"note": "mine"}),
        lambda: store.delete("key:other", kept.record.id),
    ):
        with pytest.raises(UnknownRecord):
            ask()
    assert store.page("key:other", Period(), 1, 20).total == 0
    assert store.delete_all("key:other") == 0
    assert store.find(owner, kept.record.id).note is None


def test_pages_are_ordered_by_falling_time(store: Store, owner: str) -> None:
    kept = some(owner, 7)
    store.add(kept)
    pages = [store.page(owner, Period(), page, 3) for page in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [3, 3, 1, 0]
    listed = [record.id for page in pages for record in page.items]
    assert listed == [one.record.id for one in reversed(kept)]
    assert {page.total for page in pages} == {7}


def test_filters_choose_and_confirmed_counts_all(store: Store, owner: str) -> None:
    store.add(some(owner, 3, prediction="benign"))
    store.add(some(owner, 2, confirmed_dx="mel"))
    assert store.page(owner, Period(verdict="benign"), 1, 20).total == 3
    assert store.page(owner, Period(confirmed=True), 1, 20).total == 2
    unconfirmed = store.page(owner, Period(confirmed=False), 1, 20)
    assert (unconfirmed.total, unconfirmed.confirmed) == (3, 2)


def test_both_ends_of_a_period_belong_to_it(store: Store, owner: str) -> None:
    kept = some(owner, 5)
    store.add(kept)
    period = Period(start=kept[1].record.time, end=kept[3].record.time)
    assert store.page(owner, period, 1, 20).total == 3


def test_a_record_that_is_written_again_stays_as_it_is(store: Store, owner: str) -> None:
    kept = entry(owner, b"picture")
    store.add([kept])
    store.change(owner, kept.record.id, {"note": "seen"})
    store.add([kept, entry(owner)])
    assert store.page(owner, Period(), 1, 20).total == 2
    assert store.find(owner, kept.record.id).note == "seen"


def test_an_image_is_kept_as_it_was_sent_and_goes_with_its_record(store: Store, owner: str) -> None:
    kept, other = entry(owner, b"\xff\xd8 picture"), entry(owner)
    store.add([kept, other])
    assert store.find(owner, kept.record.id).image == f"/api/history/{kept.record.id}/image"
    assert store.find(owner, other.record.id).image is None
    assert store.image(owner, kept.record.id) == (b"\xff\xd8 picture", "image/jpeg")
    with pytest.raises(UnknownRecord):
        store.image(owner, other.record.id)
    store.delete(owner, kept.record.id)
    with pytest.raises(UnknownRecord):
        store.image(owner, kept.record.id)


def test_reading_an_image_has_the_time_of_its_own_size_once_the_database_answers(
    store: Store, owner: str
) -> None:
    kept = entry(owner, bytes(range(256)) * 40)  # bytes, also where they are no text
    store.add([kept])
    begun: list[int] = []

    def note(connection: Connection) -> None:
        begun.append(connection.get_execution_options()["lesion_carries"])

    event.listen(store.database._engine, "begin", note)
    store.image(owner, kept.record.id)
    event.remove(store.database._engine, "begin", note)
    assert begun == [0, 10_240]


def test_a_change_is_returned_and_stays(store: Store, owner: str) -> None:
    kept = entry(owner)
    store.add([kept])
    changed = store.change(owner, kept.record.id, {"note": "left arm", "confirmed_dx": "nv"})
    assert (changed.note, changed.confirmed_dx) == ("left arm", "nv")
    assert store.change(owner, kept.record.id, {}) == changed


def test_everything_of_one_owner_can_be_deleted(
    store: Store, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    store.add(some(owner, 5))
    store.add([entry("key:stays")])
    assert store.delete_all(owner) == 5
    assert store.page(owner, Period(), 1, 20).total == 0
    assert store.delete_all("key:stays") == 1


def test_all_records_are_passed_through_some_at_a_time(
    store: Store, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    kept = some(owner, 6) + some(owner, 4, time=NOW)
    store.add(kept)
    batches = list(store.each(owner))
    assert max(map(len, batches)) == 3
    found = [record for batch in batches for _, record in batch]
    assert len(found) == len({record.id for record in found}) == 10
    assert [record.time for record in found] == sorted((one.record.time for one in kept), reverse=True)


def test_what_is_too_old_is_gone_before_it_is_deleted(store: Store, owner: str) -> None:
    now = datetime.now(UTC)
    old, new = entry(owner, time=now - timedelta(days=31)), entry(owner, time=now - timedelta(days=29))
    store.add([old, new])
    limited = Store(store.database, timedelta(days=30))
    assert [record.id for record in limited.page(owner, Period(), 1, 20).items] == [new.record.id]
    with pytest.raises(UnknownRecord):
        limited.find(owner, old.record.id)
    assert store.delete_expired() == 0
    assert limited.delete_expired() >= 1
    with pytest.raises(UnknownRecord):
        store.find(owner, old.record.id)
    assert store.find(owner, new.record.id) == new.record
