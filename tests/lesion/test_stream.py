from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from lesion.stream import ordered_map


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_if_early(n: int) -> int:
        time.sleep(0.02 if n % 5 == 0 else 0)
        return n * n

    assert list(ordered_map(slow_if_early, range(40), threads=4)) == [n * n for n in range(40)]


def test_work_is_done_side_by_side() -> None:
    meeting = threading.Barrier(3, timeout=20)
    assert len(list(ordered_map(lambda _: meeting.wait(), range(6), threads=3))) == 6


def test_only_so_many_items_are_taken_in_advance() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for n in range(1000):
            taken.append(n)
            yield n

    results = ordered_map(lambda n: n, source(), threads=2, ahead=6)
    for _ in range(10):
        next(results)
    assert len(taken) <= 10 + 6
    results.close()  # type: ignore[attr-defined]


def test_an_exception_ends_the_work() -> None:
    begun: list[int] = []

    def fail_at_three(n: int) -> int:
        begun.append(n)
        if n == 3:
            raise ValueError("three")
        return n

    with pytest.raises(ValueError, match="three"):
        list(ordered_map(fail_at_three, range(1000), threads=1, ahead=4))
    assert len(begun) < 20


def test_nothing_to_do_is_nothing_done() -> None:
    assert list(ordered_map(str, [], threads=2)) == []
