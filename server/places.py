"""The places in which images are worked on, and who gets the next one that comes free.

As many are worked on at once as the processors warrant, a bounded number waits, and each of these only for as
long as its request may take and its client is there. Whoever comes when the queue is full is sent away at
once: an answer that would come too late is no answer, and waiting for it would make all others late too.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from server.client import Client
from server.errors import Busy

__all__ = ["Places", "Turn"]

REQUESTS_LOOK_S = 0.25
JOBS_LOOK_S = 1.0
"""How often those that wait look whether there still is a reason to."""

FIRST_GUESS_S = 0.1
WEIGHT_OF_LAST = 0.1
LONGEST_ADVICE_S = 30

_URGENT, _PATIENT = 0, 1


class Places:
    """A fixed number of places, given out to requests first, then to jobs, and by order of arrival.

    At most ``queue`` requests wait at a time, each of which enters ``waiting`` meanwhile.
    """

    def __init__(
        self, count: int, queue: int, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._count, self._free, self._queue = count, count, queue
        self._a_request_waits = waiting
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._seconds = FIRST_GUESS_S

    @property
    def waiting(self) -> int:
        """Requests that wait for a place."""
        return sum(urgency == _URGENT for urgency, _ in tuple(self._waiting))

    @property
    def at_work(self) -> int:
        """Places that are held."""
        return self._count - self._free

    def check_room(self) -> None:
        """Raise Busy if a request that came now would have to be sent away."""
        busy = self.no_room()
        if busy:
            raise busy

    def no_room(self) -> Busy | None:
        """Return what to tell a request that came now and would have to be sent away; it waits for nobody."""
        # Read in this order, whoever takes a free place at this moment is not taken for one that waits.
        free, waiting = self._free, self.waiting
        if waiting - free >= self._queue:
            return Busy(
                "Too many images came at the same time; please try again in a few seconds.",
                retry_after=self._advice(waiting),
            )
        return None

    @contextmanager
    def hold(self, client: Client) -> Iterator[None]:
        """Hold a place for a request.

        Raises Busy where too many wait already; Deadline or ClientGone where no place came free in time.
        """
        with self._changed:
            self.check_room()
            with self._a_request_waits():
                self.take(_URGENT, client.check, REQUESTS_LOOK_S)
        begun = time.monotonic()
        try:
            yield
        finally:
            self.give()
            self._seconds += WEIGHT_OF_LAST * (time.monotonic() - begun - self._seconds)

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

    def take(self, urgency: int, check: Callable[[], None], every: float) -> None:
        """Wait in line for a place; the lower ``urgency`` comes first.

        ``check`` is called ``every`` so many seconds; what it raises ends the waiting.
        """
        with self._changed:
            number = (urgency, next(self._numbers))
            insort(self._waiting, number)
            try:
                while not self._changed.wait_for(lambda: self._free and self._waiting[0] == number, every):
                    check()
            finally:
                self._waiting.remove(number)
                self._changed.notify_all()
            self._free -= 1  # only now: see no_room

    def give(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def _advice(self, waiting: int) -> int:
        """Return after how many seconds to come again: twice what those take who are here already."""
        seconds = 2 * self._seconds * (waiting + self._count) / self._count
        return min(LONGEST_ADVICE_S, math.ceil(seconds))


class Turn:
    """A job's place, which it holds from `begin` to `end`."""

    def __init__(self, places: Places, check: Callable[[], None]) -> None:
        self._places, self._check, self._held = places, check, False

    def begin(self) -> None:
        """Wait until a place is free that no request wants."""
        self._places.take(_PATIENT, self._check, JOBS_LOOK_S)
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
