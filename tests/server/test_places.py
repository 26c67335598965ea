from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import places as places_module
from server.errors import Busy
from server.places import Places
from tests.server.asking import until


def go_on() -> None:
    pass


def test_no_more_are_held_than_there_are() -> None:
    places, held, most = Places(2), [], []

    def work(_: int) -> None:
        with places.hold():
            held.append(True)
            most.append(len(held))
            time.sleep(0.01)
            held.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert max(most) == 2


def test_who_waits_too_long_is_sent_away_and_the_place_stays_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_module, "LONGEST_WAIT_S", 0.02)
    places = Places(1)
    with places.hold(), pytest.raises(Busy), places.hold():
        pass
    with places.hold():
        pass


def test_a_request_comes_before_a_job_that_waits_for_longer() -> None:
    places, order = Places(1), []

    def job() -> None:
        with places.turns(go_on):
            order.append("job")

    def request() -> None:
        with places.hold():
            order.append("request")

    with ThreadPoolExecutor(2) as pool, places.hold():
        pool.submit(job)
        until(lambda: len(places._waiting) == 1)
        pool.submit(request)
        until(lambda: len(places._waiting) == 2)
    assert order == ["request", "job"]


def test_a_job_lets_each_request_in_between_two_of_its_turns() -> None:
    places, turns, done = Places(1), [], threading.Event()

    def job() -> None:
        with places.turns(go_on) as turn:
            while not done.is_set():
                turns.append(True)
                time.sleep(0.002)
                turn.give_way()

    def request() -> int:
        before = len(turns)
        with places.hold():
            return len(turns) - before

    with ThreadPoolExecutor(2) as pool:
        pool.submit(job)
        until(lambda: turns)
        waited = [request() for _ in range(20)]
        done.set()
    assert max(waited) <= 1


def test_jobs_take_turns() -> None:
    places, order = Places(1), []
    both = threading.Barrier(2)

    def job(name: str) -> None:
        both.wait(20)
        with places.turns(go_on) as turn:
            for _ in range(5):
                until(lambda: places._waiting or len(order) > 4)
                order.append(name)
                turn.give_way()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(job, "ab"))
    assert order[:8] in (list("abababab"), list("babababa"))


def test_a_job_that_is_over_stops_waiting_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_module, "LOOK_AROUND_S", 0.01)
    places = Places(1)

    def over() -> None:
        raise ZeroDivisionError

    with places.hold(), pytest.raises(ZeroDivisionError), places.turns(over):
        pass
    with pytest.raises(ZeroDivisionError), places.turns(over) as turn, places.turns(over):
        turn.give_way()
    with places.hold():
        pass
