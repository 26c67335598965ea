from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from server import connections as connections_module
from server.connections import Connection, Connections

MOST_HELD = 100


@pytest.fixture
def poller() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as poller:
        yield poller


@pytest.fixture
def make(poller: selectors.BaseSelector) -> Iterator[Callable[[], Connection]]:
    """Connections, and the other ends of them as ``connection.peer``."""
    made: list[socket.socket] = []

    def connect() -> Connection:
        ours, theirs = socket.socketpair()
        made.extend((ours, theirs))
        connection = Connection(SimpleNamespace(), ours, "", "", 1_000)
        connection.peer = theirs
        return connection

    yield connect
    for one in made:
        one.close()


def dispatch(poller: selectors.BaseSelector) -> None:
    for key, _ in poller.select(1):
        key.data(key.fileobj)


def test_an_event_of_before_is_not_taken_for_one_of_now(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections, called = Connections(poller, MOST_HELD), []
    first, second = make(), make()

    def send_the_other_away(connection: Connection) -> None:
        called.append("first")
        other = second if connection is first else first
        connections.unwatch(other)
        connections.watch(other, selectors.EVENT_READ, lambda _: called.append("drained"), 1)

    for connection in (first, second):
        connections.watch(connection, selectors.EVENT_READ, send_the_other_away, 1)
        connection.peer.send(b"a")
    dispatch(poller)  # both are ready in one batch
    assert called == ["first"]


def test_one_that_cannot_be_watched_is_not(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections, connection = Connections(poller, MOST_HELD), make()
    connection.sock.close()
    with pytest.raises(ValueError, match="descriptor"):
        connections.watch(connection, selectors.EVENT_READ, lambda _: None, 1)
    connections.unwatch(connection)
    assert list(connections) == []


def test_one_that_was_closed_meanwhile_can_be_let_go(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections, connection = Connections(poller, MOST_HELD), make()
    connections.watch(connection, selectors.EVENT_READ, lambda _: None, 1)
    connection.sock.close()
    connections.unwatch(connection)
    assert list(connections) == []
    assert not poller.get_map()


def watched(connections: Connections, make: Callable[[], Connection], held: int) -> Connection:
    connection = make()
    connections.watch(connection, selectors.EVENT_READ, lambda _: None, 100)
    connections.hold(connection, held)
    return connection


def test_the_idle_go_first_and_then_who_began_first_however_busy(
    poller: selectors.BaseSelector, make: Callable[[], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "IDLE_S", 0.05)
    connections = Connections(poller, MOST_HELD)
    dripping, idle = watched(connections, make, 1), watched(connections, make, 0)
    upload = watched(connections, make, 1)
    time.sleep(0.06)
    just_came = watched(connections, make, 0)
    gone = []
    for _ in range(4):
        connections.heard(dripping)
        one = connections.least_missed()
        assert one is not None
        gone.append(one)
        connections.unwatch(one)
    assert gone == [idle, dripping, upload, just_came]
    assert connections.least_missed() is None


def test_a_request_begins_with_its_first_byte(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections = Connections(poller, MOST_HELD)
    idle, upload = watched(connections, make, 0), watched(connections, make, 1)
    connections.begin(idle)
    connections.hold(idle, 1)
    assert connections.least_missed() is upload


def test_of_those_that_hold_too_much_who_began_first_goes(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections = Connections(poller, MOST_HELD)
    made = [watched(connections, make, held) for held in (30, 0, 30, 30, 30)]
    assert connections.held == 120
    connections.heard(made[0])
    for one in connections.too_much():
        connections.hold(one, 0)
        assert one is made[0]
    assert connections.held == 90


def test_when_the_server_stops_a_byte_now_and_then_puts_no_end_off(
    poller: selectors.BaseSelector, make: Callable[[], Connection]
) -> None:
    connections = Connections(poller, MOST_HELD)
    idle, reader, upload = (watched(connections, make, held) for held in (0, 5, 5))
    upload.incoming.feed(b"POST ")
    now = time.monotonic()
    connections.hurry(now + 2, now + 10)
    for connection in (reader, upload):
        connections.heard(connection)
    later = watched(connections, make, 5)
    later.incoming.feed(b"POST ")
    connections.heard(later)
    assert idle.expires == now + 2
    assert upload.expires == later.expires == now + 10
    assert reader.expires > now + 10


def test_nothing_goes_on_for_ever(
    poller: selectors.BaseSelector, make: Callable[[], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "LONGEST_S", 0.05)
    connections = Connections(poller, MOST_HELD)
    slow = watched(connections, make, 5)
    while time.monotonic() < slow.begun + 0.06:
        connections.heard(slow)
    assert connections.overdue() == [slow]
