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
from typing import NamedTuple

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


class _Ticket(NamedTuple):
    """One that waits, by urgency and arrival; ``called`` says that the place is its own."""

    urgency: int
    number: int
    called: threading.Event


class Places:
    """A fixed number of places, given out to requests first, then to jobs, and by order of arrival.

    At most ``queue`` requests wait at a time, each of which enters ``waiting`` meanwhile. Whoever gives a
    place back hands it to the first that waits, and wakes nobody else: each that wakes keeps those at work,
    and the loop that receives all clients, from Python's lock.
    """

    def __init__(
        self, count: int, queue: int, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._count, self._free, self._queue = count, count, queue
        self._a_request_waits = waiting
        self._waiting: list[_Ticket] = []  # none of them where a place is free
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._seconds = FIRST_GUESS_S

    @property
    def waiting(self) -> int:
        """Requests that wait for a place."""
        return sum(ticket.urgency == _URGENT for ticket in tuple(self._waiting))

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
        if self._free or (waiting := self.waiting) < self._queue:
            return None
        return Busy(
            "Too many images came at the same time; please try again in a few seconds.",
            retry_after=self._advice(waiting),
        )

    @contextmanager
    def hold(self, client: Client) -> Iterator[None]:
        """Hold a place for a request.

        Raises Busy where too many wait already; Deadline or ClientGone where no place came free in time.
        """
        with self._lock:
            self.check_room()
            ticket = self._line_up(_URGENT)
        self._wait(ticket, client.check, REQUESTS_LOOK_S, self._a_request_waits())
        begun = time.monotonic()
        try:
            yield
        finally:
            self.give()
            spent, before = time.monotonic() - begun, self._seconds
            self._seconds = before + WEIGHT_OF_LAST * (spent - before)

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

    def take_patiently(self, check: Callable[[], None]) -> None:
        """Wait for a place that no request wants, see `turns`."""
        with self._lock:
            ticket = self._line_up(_PATIENT)
        self._wait(ticket, check, JOBS_LOOK_S, nullcontext())

    def give(self) -> None:
        """Give a place back, to the first that waits."""
        with self._lock:
            if self._waiting:
                self._waiting.pop(0).called.set()
            else:
                self._free += 1

    def _line_up(self, urgency: int) -> _Ticket:
        """Take a free place, or a place in line; the lower ``urgency`` comes first."""
        ticket = _Ticket(urgency, next(self._numbers), threading.Event())
        if self._free:
            self._free -= 1
            ticket.called.set()
        else:
            insort(self._waiting, ticket)
        return ticket

    def _wait(
        self,
        ticket: _Ticket,
        check: Callable[[], None],
        every: float,
        meanwhile: AbstractContextManager[None],
    ) -> None:
        """Wait to be called; what ``check`` raises, which is called ``every`` so many seconds, ends it."""
        try:
            with meanwhile:
                while not ticket.called.wait(every):
                    check()
        except BaseException:
            with self._lock:
                called = ticket.called.is_set()
                if not called:
                    self._waiting.remove(ticket)
            if called:
                self.give()
            raise

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
        self._places.take_patiently(self._check)
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
