from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import outgoing as outgoing_module
from server.outgoing import Outgoing


@pytest.fixture
def pair() -> Iterator[tuple[Outgoing, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Outgoing(ours), theirs


def test_what_fits_is_gone_at_once(pair: tuple[Outgoing, socket.socket]) -> None:
    outgoing, theirs = pair
    assert outgoing.send(b"hello") == 5
    assert not outgoing.kept
    assert theirs.recv(10) == b"hello"


def test_what_a_client_does_not_take_is_kept_in_order_and_nobody_waits(
    pair: tuple[Outgoing, socket.socket],
) -> None:
    outgoing, theirs = pair
    outgoing.setblocking(True)
    sent = b"".join(bytes([n]) * 50_000 for n in range(18))
    for start in range(0, len(sent), 50_000):
        outgoing.sendall(sent[start : start + 50_000])
    assert outgoing.kept
    taken = b""
    while len(taken) < len(sent):
        taken += theirs.recv(65_536)
        outgoing.flush()
    assert taken == sent
    assert outgoing.flush()


def test_who_sends_far_too_much_waits_until_the_client_has_taken_some(
    pair: tuple[Outgoing, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_module, "MOST_KEPT", 1_000)
    outgoing, theirs = pair
    theirs.settimeout(0.05)  # what is kept at the end comes only once it is flushed

    def take() -> int:
        try:
            return len(theirs.recv(65_536))
        except TimeoutError:
            return 0

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(outgoing.sendall, b"a" * 3_000_000)
        taken = 0
        while not sending.done():
            taken += take()
        sending.result()
    assert taken > 2_000_000
    while not outgoing.flush():
        taken += take()
    while taken < 3_000_000:
        taken += take()


def test_a_client_that_takes_nothing_is_given_up(
    pair: tuple[Outgoing, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_module, "PATIENCE_S", 0.01)
    with pytest.raises(BrokenPipeError):
        pair[0].sendall(b"a" * 3_000_000)


def test_a_client_that_is_gone_is_an_error(pair: tuple[Outgoing, socket.socket]) -> None:
    outgoing, theirs = pair
    theirs.close()
    with pytest.raises(OSError, match="pipe"):
        outgoing.sendall(b"hello")
