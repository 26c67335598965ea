"""One piece of work that takes longer than a request: how far it is, who follows it, and its end."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

import msgspec

from server.job_answers import ExplanationAnswer, JobState, JobStatus
from server.problems import Problem

__all__ = ["Job", "Stopped", "Work"]


class Stopped(Exception):  # noqa: N818 (nothing went wrong)
    """The job is over; its work may end."""


class Job:
    """One piece of work and how far it is. ``status`` is replaced at each change, never altered."""

    def __init__(self, name: str, instance: str, work: Work | None = None) -> None:
        self.id, self.key = secrets.token_urlsafe(12), secrets.token_urlsafe(24)
        self.name, self.instance, self.work = name, instance, work
        self.status = JobStatus(id=self.id, state="queued", done=0, total=0, explanation=None, problem=None)
        self._changed = threading.Condition()
        self._watcher: object = None
        self._heard = time.monotonic()
        self._begun: float | None = None

    def begin(self) -> None:
        """Note that the work begins. Raises Stopped."""
        self._begun = time.monotonic()
        self._set(state="running")

    def advance(self, done: int, total: int) -> None:
        """Note how far the work is. Raises Stopped when it need not go on."""
        self._set(done=done, total=total)

    def check(self) -> None:
        """Raise Stopped if the job is over."""
        if self.status.over:
            raise Stopped

    def end(
        self,
        state: JobState,
        explanation: ExplanationAnswer | None = None,
        problem: Problem | None = None,
    ) -> bool:
        """End the job, and return True, unless it is over already."""
        try:
            self._set(state=state, explanation=explanation, problem=problem)
        except Stopped:
            return False
        self.work = None  # it holds the image
        return True

    def heard(self) -> None:
        """Note that the client is there."""
        self._heard = time.monotonic()

    def silence(self) -> float:
        """Return how many seconds ago the client was last heard of."""
        return time.monotonic() - self._heard

    def seconds(self) -> float:
        """Return for how many seconds the job has been worked on."""
        return 0.0 if self._begun is None else time.monotonic() - self._begun

    def watch(self) -> object:
        """Return a token for one who follows the job; whoever followed it before is told to let go."""
        with self._changed:
            self._watcher = object()
            self._changed.notify_all()
            return self._watcher

    def next_status(self, watcher: object, seen: JobStatus | None, timeout: float) -> JobStatus | None:
        """Wait for a status other than the one ``seen``, and return it, or the same when time is up.

        Return ``None`` to a watcher whose place somebody else has taken.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self.status is not seen or self._watcher is not watcher, timeout=timeout
            )
            return self.status if self._watcher is watcher else None

    def _set(self, **changes: object) -> None:
        with self._changed:
            self.check()
            self.status = msgspec.structs.replace(self.status, **changes)
            self._changed.notify_all()


Work = Callable[[Job], ExplanationAnswer]
