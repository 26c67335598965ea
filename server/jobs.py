"""Work that takes longer than a request: a bounded queue, progress, a time limit, and an end in any case.

A job lives as long as its client asks for it. Whoever works on a job learns at its next step that it is over,
whatever the reason: it was cancelled, took too long, nobody asks for it any more, or the server stops.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from server.errors import Busy, JobCancelled, JobTimeout, UnknownJob
from server.job import Job, Stopped, Work
from server.job_answers import ExplanationAnswer, JobState
from server.problems import Problem, problem_of

__all__ = ["Jobs", "Observer"]

CLIENT_GONE_S = 30.0
"""Seconds without a word from its client after which a job is cancelled and forgotten."""
LOOK_AFTER_S = 1.0
QUEUE_FACTOR = 4
"""Jobs that may wait for each one at work."""
MOST_KEPT = 64
"""Jobs that are remembered, those that are over included."""

AGAIN = "please ask again where it is still wanted."
CLIENT_LEFT = f"Whoever asked for this explanation cancelled it, or left; {AGAIN}"
SERVER_STOPS = f"The server stopped before this explanation was done; {AGAIN}"

Observer = Callable[[Job, str], None]
"""Is told of each end and its outcome."""


def _unheard(_: int) -> None:
    """Tell nobody."""


class Jobs:
    """The jobs of one server: ``at_once`` at work for at most ``time_limit`` seconds each, a few waiting.

    ``tell`` is told how many wait, whenever that changes.
    """

    def __init__(
        self, at_once: int, time_limit: float, observe: Observer, tell: Callable[[int], None] = _unheard
    ) -> None:
        self._at_once, self._time_limit, self._observe, self._tell = at_once, time_limit, observe, tell
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._at_work = 0
        self._looked_after = self._closed = False
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="job")

    def submit(self, name: str, instance: str, work: Work) -> Job:
        """Queue ``work``, whose problems will name the request ``instance``. Raises Busy."""
        job = Job(name, instance, work)
        with self._lock:
            if self._closed or len(self._waiting) >= QUEUE_FACTOR * self._at_once:
                raise Busy("Too many explanations are waiting; please try again in a few seconds.")
            self._remember(job)
            self._waiting.append(job)
            self._tell(len(self._waiting))
            if self._at_work < self._at_once:
                self._at_work += 1
                self._workers.submit(self._serve)
        return job

    def answered(self, name: str, instance: str, explanation: ExplanationAnswer) -> Job:
        """Return a job that is done already."""
        job = Job(name, instance)
        job.end("done", explanation)
        with self._lock:
            self._remember(job)
        self._observe(job, "cached")
        return job

    def find(self, job_id: str, key: str) -> Job:
        """Return a client's job, and note that the client is there. Raises UnknownJob."""
        job = self._jobs.get(job_id)
        if job is None or not secrets.compare_digest(job.key.encode(), key.encode("utf-8", "replace")):
            raise UnknownJob(
                "There is no such job for this X-Job-Key: it never was, or nobody asked for it for "
                f"{CLIENT_GONE_S:g} seconds, or many others came since. Please ask for the explanation again."
            )
        job.heard()
        return job

    def cancel(self, job: Job, because: str = CLIENT_LEFT) -> None:
        """End a job, and tell who did; one that is over stays as it is."""
        self._end(job, "cancelled", problem=problem_of(JobCancelled(because), job.instance))

    def fail(self, job: Job, error: Exception) -> None:
        """End a job by an error; one that is over stays as it is."""
        self._end(job, "failed", problem=problem_of(error, job.instance))

    def close(self) -> None:
        """End all jobs and take no more."""
        with self._lock:
            self._closed = True
            jobs = list(self._jobs.values())
        for job in jobs:
            self.cancel(job, SERVER_STOPS)
        self._workers.shutdown(wait=False)

    def look_after(self) -> None:
        """End what takes too long; end and forget what nobody asks for."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            if job.silence() > CLIENT_GONE_S:
                self.cancel(job, f"Nobody asked for this explanation for {CLIENT_GONE_S:g} seconds; {AGAIN}")
                with self._lock:
                    self._jobs.pop(job.id, None)
            elif job.seconds() > self._time_limit and not job.status.over:
                told = (
                    f"The explanation took longer than {self._time_limit:g} seconds and was stopped; "
                    "please choose a lower precision or another method."
                )
                self.fail(job, JobTimeout(told))

    def _remember(self, job: Job) -> None:
        over = sorted((kept for kept in self._jobs.values() if kept.status.over), key=Job.silence)
        for _ in range(min(len(over), len(self._jobs) + 1 - MOST_KEPT)):
            del self._jobs[over.pop().id]
        self._jobs[job.id] = job
        if not self._looked_after:
            self._looked_after = True
            threading.Thread(target=self._keep_looking, name="look-after-jobs", daemon=True).start()

    def _keep_looking(self) -> None:
        """Look after the jobs until there are none."""
        while True:
            time.sleep(LOOK_AFTER_S)
            self.look_after()
            with self._lock:
                if not self._jobs:
                    self._looked_after = False
                    return

    def _serve(self) -> None:
        """Work until nothing waits."""
        while (job := self._next()) is not None:
            self._work(job)

    def _next(self) -> Job | None:
        with self._lock:
            if self._waiting:
                job = self._waiting.popleft()
                self._tell(len(self._waiting))
                return job
            self._at_work -= 1
            return None

    def _work(self, job: Job) -> None:
        work = job.work
        if work is None:  # it was ended between the queue and here
            return
        try:
            job.begin()
            self._end(job, "done", work(job))
        except Stopped:
            pass
        except Exception as error:
            self.fail(job, error)

    def _end(
        self,
        job: Job,
        state: JobState,
        explanation: ExplanationAnswer | None = None,
        problem: Problem | None = None,
    ) -> None:
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                self._tell(len(self._waiting))
        if not job.end(state, explanation, problem):
            return
        self._observe(job, problem.type.rpartition("/")[2] if state == "failed" and problem else state)
