"""The places in which images are worked on, and who gets the next one that comes free."""

from __future__ import annotations

import itertools
import threading
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.errors import Busy

__all__ = ["Places", "Turn"]

LONGEST_WAIT_S = 10.0
"""Seconds that a request waits for a place to work in; an image takes a small part of one."""

_URGENT, _PATIENT = 0, 1
LOOK_AROUND_S = 1.0


class Places:
    """A fixed number of places, given out to requests first, then to jobs, and by order of arrival."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a place for a request. Raises Busy when none comes free in time."""
        if not self.take(_URGENT, LONGEST_WAIT_S):
            raise Busy("Too many images came at the same time; please try again in a few seconds.")
        try:
            yield
        finally:
            self.give()

    @contextmanager
    def turns(self, check: Callable[[], None]) -> Iterator[Turn]:
        """Hold a place for a job, which offers it to others after each of its turns.

        ``check`` is called now and then while the job waits; what it raises ends the waiting.
        """
        turn = Turn(self, check)
        turn.begin()
        try:
            yield turn
        finally:
            turn.end()

    def take(self, urgency: int, timeout: float) -> bool:
        """Wait for a place, at most ``timeout`` seconds; the lower ``urgency`` comes first."""
        with self._changed:
            number = (urgency, next(self._numbers))
            insort(self._waiting, number)
            try:
                got = self._changed.wait_for(lambda: self._free and self._waiting[0] == number, timeout)
                self._free -= bool(got)
            finally:
                self._waiting.remove(number)
                self._changed.notify_all()
        return bool(got)

    def give(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


class Turn:
    """A job's place, which it holds from `begin` to `end`."""

    def __init__(self, places: Places, check: Callable[[], None]) -> None:
        self._places, self._check, self._held = places, check, False

    def begin(self) -> None:
        """Wait until a place is free that no request wants."""
        while not self._places.take(_PATIENT, LOOK_AROUND_S):
            self._check()
        self._held = True

    def end(self) -> None:
        """Give the place back."""
        if self._held:
            self._held = False
            self._places.give()

    def give_way(self) -> None:
        """Let others go first, if there are any, and go on."""
        self.end()
        self.begin()
