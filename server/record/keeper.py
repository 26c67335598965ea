"""Writes records behind the requests' backs, so that a database that is slow or away holds up no picture.

What cannot be written is tried again until it can be, but for an image that the database gives up on: after a
few times its record is written without it. What waits is bounded. What is lost is counted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

import msgspec
from sqlalchemy.exc import DataError, IntegrityError

from server.errors import RecordUnavailable
from server.record.database import TooSlow, away
from server.record.migrate import migrate
from server.record.store import Entry, Store

__all__ = ["Keeper", "Observer"]

logger = logging.getLogger(__name__)

MOST_BYTES = 32_000_000
"""What may wait, images included; of records alone these are some 30,000."""
ENTRY_BYTES = 1_000
AT_ONCE = 100
"""Records that are written together; one with an image is written by itself, since that may take long."""
TRIES = 3
"""How often the database may give up on an image before its record is tried without it."""
PATIENCE_S = 0.25
"""Seconds that a request waits for its record to be written, so that whoever asks for it next finds it.

It does not wait at all while the database is away, or while somebody waited for so long in vain.
"""
HAND_OVER_S = 2.0
"""Seconds that a deletion waits for what is being written, so that it is there to be deleted."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 5.0
LOOK_AROUND_S = 1.0
PURGE_EVERY_S = 3600.0

Observer = Callable[[str, int], None]
"""Is told how many records were ``written`` or ``lost``, how many ``images`` alone were lost, and how many
records are ``waiting`` now."""


class _Item:
    """An entry that waits, how much it holds, and whether it is written."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.bytes = ENTRY_BYTES + (len(entry.image[0]) if entry.image else 0)
        self.tries = 0
        self.over = threading.Event()


class Keeper:
    """One thread that makes the tables, writes what comes, deletes what is too old, and tries what failed."""

    def __init__(self, store: Store, observe: Observer) -> None:
        self._store, self._observe = store, observe
        self._changed = threading.Condition()
        self._waiting: deque[_Item] = deque()
        self._in_hand: list[_Item] = []  # the oldest of these, which are being written
        self._bytes = 0
        self._prompt, self._migrated = False, False
        self._closing, self._tried_last = False, False
        self._purge_at, self._purged = 0.0, 0
        self._thread = threading.Thread(target=self._run, name="record", daemon=True)
        self._thread.start()

    def keep(self, entry: Entry) -> bool:
        """Take a record, and wait a moment for it to be written. False: too many wait already, it is lost."""
        item = _Item(entry)
        with self._changed:
            full = self._bytes + item.bytes > MOST_BYTES and self._waiting
            if full or self._closing:
                self._observe("lost", 1)
                return False
            self._waiting.append(item)
            self._bytes += item.bytes
            self._tell()
            prompt = self._prompt
        if prompt and not item.over.wait(PATIENCE_S):
            self._prompt = False
        return True

    def forget(self, owner: str, record_id: str | None = None) -> int:
        """Let go of what waits of an owner, or of one record of it; return how many there were.

        What is being written just now is in the database afterwards, to be deleted there. Raises
        RecordUnavailable where that takes too long.
        """

        def meant(item: _Item) -> bool:
            return item.entry.owner == owner and record_id in (None, item.entry.record.id)

        with self._changed:
            count = self._take_out(meant)
            if not self._changed.wait_for(lambda: not any(map(meant, self._in_hand)), HAND_OVER_S):
                raise away()
            return count + self._take_out(meant)  # what could not be written waits again

    def close(self, within: float = 3.0) -> None:
        """Write what waits, if the database lets it; count the rest as lost, and take no more.

        The log tells of these; of the count only who asks other workers of the same server learns.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(within)
        with self._changed:
            if left := len(self._waiting):
                logger.error("%d records are lost: the database did not take them before the end", left)
                self._observe("lost", left)
                self._waiting.clear()
            self._tell()

    def _run(self) -> None:
        pause = 0.0
        while self._rest(pause):
            try:
                self._work()
            except RecordUnavailable:
                pause = min(max(2 * pause, FIRST_PAUSE_S), LONGEST_PAUSE_S)
            except Exception:
                logger.exception("the record cannot be kept")
                pause = LONGEST_PAUSE_S
            else:
                pause = 0.0
            if pause:
                self._prompt = False

    def _rest(self, pause: float) -> bool:
        """Wait until there is something to do, or as long as a failure asks for. False: it is over."""
        with self._changed:
            if not self._migrated and not pause:
                return True
            if pause:
                self._changed.wait_for(lambda: self._closing, pause)
                once_more, self._tried_last = not self._tried_last, self._closing
                return once_more or not self._closing
            is_purging = time.monotonic() >= self._purge_at  # some at a time: others want to write
            self._changed.wait_for(lambda: self._closing or self._waiting, 0 if is_purging else LOOK_AROUND_S)
            return bool(self._waiting) or not self._closing

    def _work(self) -> None:
        if not self._migrated or self._store.database.down:  # one that comes back may be empty
            before, now = migrate(self._store.database)
            self._migrated = self._prompt = True
            if before != now:
                logger.info("the record's tables were made or changed", extra={"schema": now})
        while batch := self._batch():
            try:
                self._write(batch)
            finally:
                self._let_go()
            self._store.database.answers()  # not before it took what waits: a full disk can still be read
        self._store.database.answers()
        if time.monotonic() >= self._purge_at:
            self._purge()

    def _purge(self) -> None:
        """Delete some of what is too old; the next time comes at once, or in an hour if there is no more."""
        deleted = self._store.delete_expired()
        self._purged += deleted
        if deleted:
            return
        self._purge_at = time.monotonic() + PURGE_EVERY_S
        if self._purged:
            logger.info("old records were deleted", extra={"count": self._purged})
            self._purged = 0

    def _batch(self) -> list[_Item]:
        """Take in hand the oldest of what waits: one with an image, or as many without as there are."""
        with self._changed:
            oldest = list(islice(self._waiting, AT_ONCE))
            pictured = next((i for i, item in enumerate(oldest) if item.entry.image), len(oldest))
            self._in_hand = oldest[: max(1, pictured)]
            return self._in_hand

    def _let_go(self) -> None:
        with self._changed:
            self._in_hand = []
            self._changed.notify_all()

    def _take_out(self, meant: Callable[[_Item], bool]) -> int:
        """Drop what waits, is meant, and is not in hand; return how many those were. The lock is held."""
        gone = [item for item in self._waiting if meant(item) and item not in self._in_hand]
        for item in gone:
            item.over.set()
        self._waiting = deque(item for item in self._waiting if not item.over.is_set())
        self._bytes = sum(item.bytes for item in self._waiting)
        self._tell()
        return len(gone)

    def _write(self, batch: list[_Item]) -> None:
        """Write the oldest of what waits; one that the database refuses does not hold up the others."""
        started = time.monotonic()
        try:
            self._store.add([item.entry for item in batch])
        except TooSlow:
            (item,) = batch
            item.tries += 1
            if item.tries < TRIES:
                raise
            self._write_without_image(item)
        except (DataError, IntegrityError) as error:
            if len(batch) > 1:
                for item in batch:
                    self._write([item])
                return
            logger.error("a record is lost, since the database refuses it: %s", error.orig)
            self._over(batch, "lost")
        else:
            self._prompt = time.monotonic() - started < PATIENCE_S
            self._over(batch, "written")

    def _write_without_image(self, item: _Item) -> None:
        """Write a record without its image, which is lost; if that fails too, it was not for the image."""
        whole, item.entry = item.entry, msgspec.structs.replace(item.entry, image=None)
        try:
            self._write([item])
        except RecordUnavailable:
            item.entry = whole
            raise
        size = len(whole.image[0]) if whole.image else 0
        logger.error("an image is lost: it does not get to the database in time", extra={"bytes": size})
        self._observe("images", 1)

    def _over(self, batch: list[_Item], outcome: str) -> None:
        with self._changed:
            for item in batch:
                if self._waiting and self._waiting[0] is item:  # else `close` has given it up
                    self._waiting.popleft()
                    self._bytes -= item.bytes
            self._observe(outcome, len(batch))
            self._tell()
        for item in batch:
            item.over.set()

    def _tell(self) -> None:
        """Say how many wait; the lock is held."""
        self._observe("waiting", len(self._waiting))
        self._changed.notify_all()
