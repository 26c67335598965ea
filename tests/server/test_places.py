from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest

from server import places as places_module
from server.client import Client
from server.errors import Busy, ClientGone, Deadline
from server.places import LONGEST_ADVICE_S, Places
from tests.server.asking import until

QUEUE = 30


def go_on() -> None:
    pass


def waiting(seconds: float = 60.0, gone: Callable[[], bool] = lambda: False) -> Client:
    return Client(time.monotonic() + seconds, gone)


def test_no_more_are_held_than_there_are() -> None:
    places, held, most = Places(2, QUEUE), [], []

    def work(_: int) -> None:
        with places.hold(waiting()):
            held.append(True)
            most.append(len(held))
            time.sleep(0.01)
            held.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert max(most) == 2


@pytest.mark.parametrize(
    ("client", "error"),
    [(waiting(seconds=0.0), Deadline), (waiting(gone=lambda: True), ClientGone)],
    ids=["too late", "gone"],
)
def test_who_waits_in_vain_leaves_the_queue_and_the_place_stays_good(
    client: Client, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places_module, "REQUESTS_LOOK_S", 0.02)
    places = Places(1, QUEUE)
    with places.hold(waiting()), pytest.raises(error), places.hold(client):
        pass
    assert places.waiting == 0
    with places.hold(client):  # who need not wait is not asked
        assert places.at_work == 1
    assert places.at_work == 0


@pytest.mark.parametrize("queue", [0, 1, 3])
def test_who_comes_when_the_queue_is_full_is_sent_away_at_once(queue: int) -> None:
    places, done = Places(1, queue), []

    def request() -> None:
        with places.hold(waiting()):
            done.append(True)

    with ThreadPoolExecutor(4) as pool, places.hold(waiting()):
        others = [pool.submit(request) for _ in range(queue)]
        until(lambda: places.waiting == queue)
        for ask in (places.check_room, lambda: places.hold(waiting()).__enter__()):
            began = time.perf_counter()
            with pytest.raises(Busy) as caught:
                ask()
            assert time.perf_counter() - began < 0.2
            assert caught.value.retry_after >= 1
    assert len(done) == len(others)
    places.check_room()


def test_a_queue_of_none_still_has_its_places() -> None:
    places = Places(2, 0)
    with places.hold(waiting()), places.hold(waiting()):
        assert places.at_work == 2


@pytest.mark.parametrize("queue", [0, 1])
def test_who_takes_a_free_place_stands_in_no_line_in_which_others_would_see_it(
    queue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places_module, "insort", lambda *_: pytest.fail("it stands in line"))
    places = Places(2, queue)
    with places.hold(waiting()), places.hold(waiting()):
        assert places.at_work == 2


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("free", [True, False])
def test_what_counts_those_that_wait_may_fail_without_a_place_being_lost(before: bool, free: bool) -> None:
    @contextmanager
    def observed() -> Iterator[None]:
        if before:
            raise MemoryError
        yield
        raise MemoryError

    places = Places(1, QUEUE, observed)
    with ExitStack() as stack:
        if not free:
            stack.enter_context(places.turns(go_on))
        gone = waiting() if before or free else waiting(gone=lambda: True)
        with pytest.raises((MemoryError, ClientGone)):
            places.hold(gone).__enter__()
    assert (places.waiting, places.at_work) == (0, 0)


def test_a_place_that_comes_free_calls_the_first_in_line_and_wakes_nobody_else() -> None:
    places, order = Places(1, QUEUE), []

    def request(name: int) -> None:
        with places.hold(waiting()):
            order.append((name, [ticket.called.is_set() for ticket in places._waiting]))

    with ThreadPoolExecutor(3) as pool, places.hold(waiting()):
        for name in range(3):
            pool.submit(request, name)
            until(lambda: places.waiting == name + 1)  # noqa: B023
    assert order == [(0, [False, False]), (1, [False]), (2, [])]


def test_who_is_called_in_the_moment_that_it_gives_up_hands_the_place_on() -> None:
    places = Places(1, QUEUE)

    def too_late() -> bool:
        places.give()
        return True

    held = places.hold(waiting(gone=too_late))
    places._free = 0  # somebody has it, who gives it back in that moment
    with pytest.raises(ClientGone):
        held.__enter__()
    assert (places.waiting, places.at_work) == (0, 0)


def test_the_longer_the_work_the_later_one_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(places_module, "time", SimpleNamespace(monotonic=lambda: now))
    places, told = Places(1, 0), []
    for seconds in (0.01, 1.0, 1000.0):
        for _ in range(50):
            with places.hold(Client(1e9, lambda: False)):
                now += seconds
        with places.hold(Client(1e9, lambda: False)), pytest.raises(Busy) as caught:
            places.check_room()
        told.append(caught.value.retry_after)
    assert told == [1, 2, LONGEST_ADVICE_S]


def test_jobs_that_wait_take_no_room_from_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(1, 1)
    over = threading.Event()

    def check() -> None:
        if over.is_set():
            raise ZeroDivisionError

    def job() -> None:
        with pytest.raises(ZeroDivisionError), places.turns(check):
            pass

    monkeypatch.setattr(places_module, "JOBS_LOOK_S", 0.01)
    with ThreadPoolExecutor(3) as pool, places.hold(waiting()):
        for _ in range(3):
            pool.submit(job)
        until(lambda: len(places._waiting) == 3)
        assert places.waiting == 0
        places.check_room()
        over.set()


def test_a_request_comes_before_a_job_that_waits_for_longer() -> None:
    places, order = Places(1, QUEUE), []

    def job() -> None:
        with places.turns(go_on):
            order.append("job")

    def request() -> None:
        with places.hold(waiting()):
            order.append("request")

    with ThreadPoolExecutor(2) as pool, places.hold(waiting()):
        pool.submit(job)
        until(lambda: len(places._waiting) == 1)
        pool.submit(request)
        until(lambda: len(places._waiting) == 2)
    assert order == ["request", "job"]


def test_a_job_lets_each_request_in_between_two_of_its_turns() -> None:
    places, turns, done = Places(1, QUEUE), [], threading.Event()

    def job() -> None:
        with places.turns(go_on) as turn:
            while not done.is_set():
                turns.append(True)
                time.sleep(0.002)
                turn.give_way()

    def request() -> int:
        before = len(turns)
        with places.hold(waiting()):
            return len(turns) - before

    with ThreadPoolExecutor(2) as pool:
        pool.submit(job)
        until(lambda: turns)
        waited = [request() for _ in range(20)]
        done.set()
    assert max(waited) <= 1


def test_jobs_take_turns() -> None:
    places, order = Places(1, QUEUE), []
    both = threading.Barrier(2)

    def job(name: str) -> None:
        both.wait(20)
        with places.turns(go_on) as turn:
            for _ in range(5):
                until(lambda: places._waiting or len(order) > 7)
                order.append(name)
                turn.give_way()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(job, "ab"))
    assert order[:8] in (list("abababab"), list("babababa"))


def test_a_job_that_is_over_stops_waiting_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_module, "JOBS_LOOK_S", 0.01)
    places = Places(1, QUEUE)

    def over() -> None:
        raise ZeroDivisionError

    with places.hold(waiting()), pytest.raises(ZeroDivisionError), places.turns(over):
        pass
    with pytest.raises(ZeroDivisionError), places.turns(over) as turn, places.turns(over):
        turn.give_way()
    with places.hold(waiting()):
        pass
