"""Work shared out among threads, of which only so much is ever in hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

__all__ = ["ordered_map"]

S = TypeVar("S")
T = TypeVar("T")


def ordered_map(
    function: Callable[[S], T], items: Iterable[S], threads: int, ahead: int | None = None
) -> Iterator[T]:
    """Give ``function(item)`` for each item, in the order of the items, worked out by ``threads`` threads.

    At most ``ahead`` items (four a thread unless said) are taken in advance, so that memory does not grow
    with their number. An exception of ``function`` ends the iteration; work not yet begun is then dropped.
    """
    source = iter(items)
    with ThreadPoolExecutor(threads, thread_name_prefix="stream") as pool:
        waiting: deque[Future[T]] = deque(
            pool.submit(function, item) for item in islice(source, ahead or 4 * threads)
        )
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(source, 1))
                yield result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
