"""Images on a line that takes longer over them than PostgreSQL has for a statement."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from sqlalchemy import text

from server.errors import RecordUnavailable
from server.record import database as database_module
from server.record.database import Database, parse_url
from server.record.keeper import TRIES, Keeper
from server.record.migrate import migrate
from server.record.store import Entry, Store
from tests.server.asking import until
from tests.server.record.conftest import Tally, entry
from tools.postgres import Postgres

PIECE = 16_384
IMAGE = os.urandom(4_000_000)
TWO_SECONDS = len(IMAGE) // 2
"""Bytes a second at which the image takes two, four times as long as a statement may here."""


class Line:
    """A line to a port of this machine, which carries so many bytes a second there, and as many back."""

    def __init__(self, port: int, bytes_s: float) -> None:
        self._port, self._bytes_s = port, bytes_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket()
                # Else the system itself would take an image off the other side's hands.
                far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
                far.connect(("127.0.0.1", self._port))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(PIECE):
                target.sendall(data)
                time.sleep(len(data) / self._bytes_s)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def near(postgres: Postgres) -> Iterator[Database]:
    """The database as it is met without the line."""
    database = Database(parse_url(postgres.make_database(f"line{time.monotonic_ns()}")))
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def store(postgres: Postgres, near: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A record at the other end of the line."""
    line = Line(postgres.port, TWO_SECONDS)
    address = near._engine.url.set(port=line.port).render_as_string(hide_password=False)
    database = Database(parse_url(address))
    monkeypatch.setattr(database_module, "STATEMENT_S", 0.5)
    yield Store(database)
    database.close()
    line.close()


def test_an_image_has_the_time_that_it_takes_there_and_back(
    store: Store, keeper: Keeper, tally: Tally, owner: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = entry(owner, IMAGE)
    assert keeper.keep(kept)
    until(lambda: tally["written"] == 1, 20)
    assert store.image(owner, kept.record.id) == (IMAGE, "image/jpeg")
    assert (tally["images"], tally["lost"]) == (0, 0)
    assert "does not answer" not in caplog.text


def test_an_image_for_which_no_time_is_enough_is_lost_alone_and_holds_up_nobody(
    store: Store,
    keeper: Keeper,
    tally: Tally,
    owner: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(database_module, "SLOW_BYTES_S", 1e12)
    pictured, plain = entry(owner, IMAGE), entry(owner)
    for kept in (pictured, plain):
        assert keeper.keep(kept)
    until(lambda: tally["written"] == 2, 30)
    assert store.find(owner, pictured.record.id) == pictured.record
    assert store.find(owner, plain.record.id) == plain.record
    assert (tally["images"], tally["lost"], tally["waiting"]) == (1, 0, 0)
    assert "an image is lost" in caplog.text
    assert "does not answer" not in caplog.text  # History went on


def test_an_image_that_waits_for_somebody_s_lock_is_not_lost(
    near: Database, tally: Tally, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, failed, kept = Store(near), [], entry(owner, IMAGE[:300_000])
    other = Database(near._engine.url)
    add = store.add

    def noted(entries: Sequence[Entry]) -> None:
        try:
            add(entries)
        except RecordUnavailable as error:
            failed.append(error)
            raise

    monkeypatch.setattr(store, "add", noted)
    with other.transaction(writes=True) as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("LOCK TABLE lesion_images IN EXCLUSIVE MODE"))
        monkeypatch.setattr(database_module, "STATEMENT_S", 0.2)
        keeper = Keeper(store, tally)
        assert keeper.keep(kept)
        until(lambda: len(failed) > TRIES)
    until(lambda: tally["written"] == 1)
    assert store.image(owner, kept.record.id)[0] == IMAGE[:300_000]
    assert tally["images"] == 0
    keeper.close()
    other.close()
