from __future__ import annotations

import threading
import time
from concurrent.futures import Future

from server.incoming import Incoming
from server.lanes import ARRIVED, MOST_IN_LINE, PICTURES, Lane, Lanes
from server.openapi import specification
from tests.server.asking import until


def asked(data: bytes) -> Incoming:
    incoming = Incoming(1_000)
    incoming.feed(data)
    return incoming


def unheard(_: Future[bool]) -> None:
    pass


def test_uploads_pages_and_probes_have_threads_of_their_own() -> None:
    lanes = Lanes(2, 2, 100)
    assert lanes.of(asked(b"GET /ping?a HTTP/1.1\r\nHost: x\r\n\r\n")) is lanes.probes
    assert lanes.of(asked(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")) is lanes.pages
    assert lanes.of(asked(b"POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na")) is lanes.uploads
    lanes.shutdown()


def test_all_that_is_posted_is_pictures() -> None:
    paths = specification()["paths"]
    assert {path.encode() for path, operations in paths.items() if "post" in operations} == {*PICTURES}


def test_what_may_wait_leaves_room_for_who_has_not_asked_yet() -> None:
    lanes, go_on = Lanes(2, 2, 400), threading.Event()
    for lane in (lanes.uploads, lanes.pages, lanes.probes):
        while lane.submit(go_on.wait, unheard):
            pass
    go_on.set()
    assert lanes.uploads.in_hand == 2 + MOST_IN_LINE
    assert lanes.pages.in_hand >= 200
    assert lanes.probes.in_hand >= 100
    assert sum(lane.in_hand for lane in (lanes.uploads, lanes.pages, lanes.probes)) < 350
    lanes.shutdown()


def test_only_so_many_are_taken_and_each_makes_room_for_another() -> None:
    lane, go_on, told = Lane("test", 1, 5), threading.Event(), []
    assert [lane.submit(go_on.wait, told.append) for _ in range(7)] == [True] * 6 + [False]
    assert lane.in_hand == 6
    go_on.set()
    until(lambda: lane.in_hand == 0)
    assert len(told) == 6
    assert lane.submit(go_on.wait, unheard)
    lane.close()


def test_waiting_for_a_thread_counts_from_the_arrival() -> None:
    lane, go_on, found = Lane("test", 1, 5), threading.Event(), []

    def look() -> bool:
        found.append(time.monotonic() - (ARRIVED.get() or 0))
        return True

    lane.submit(go_on.wait, unheard)
    lane.submit(look, unheard)
    time.sleep(0.1)
    go_on.set()
    until(lambda: found)
    assert 0.1 <= found[0] < 10
    assert ARRIVED.get() is None
    lane.close()


def test_after_the_end_nobody_is_told() -> None:
    lane, go_on, told = Lane("test", 1, 5), threading.Event(), []
    for _ in range(3):
        lane.submit(go_on.wait, told.append)
    lane.close()
    go_on.set()
    until(lambda: lane.in_hand == 0)
    assert told == []
