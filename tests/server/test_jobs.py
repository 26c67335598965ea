from __future__ import annotations

import gc
import logging
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from lesion.errors import InvalidOption
from server import events as events_module
from server import jobs as jobs_module
from server.errors import Busy, UnknownJob
from server.events import events
from server.job import Job
from server.job_answers import ExplanationAnswer
from server.jobs import MOST_KEPT, QUEUE_FACTOR, Jobs
from tests.server.asking import until

ANSWER = ExplanationAnswer(
    method="cam", target="malignant", precision=None, heatmap="", seconds=0, diagnostics={}, sentence=""
)


def endless(job: Job) -> ExplanationAnswer:
    """Work that ends only when it is told to."""
    while True:
        job.advance(job.status.done + 1, 1000)
        time.sleep(0.005)


def quick(job: Job) -> ExplanationAnswer:
    job.advance(1, 1)
    return ANSWER


Outcomes = list[tuple[str, str]]


@pytest.fixture
def outcomes() -> Outcomes:
    return []


@pytest.fixture
def jobs(outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(jobs_module, "LOOK_AFTER_S", 0.02)
    made = Jobs(1, 60, lambda job, outcome: outcomes.append((job.name, outcome)))
    yield made
    made.close()


def begin(jobs: Jobs, work: Callable[[Job], ExplanationAnswer], state: str | None = None) -> Job:
    job = jobs.submit("cam", "request-id", work)
    until(lambda: state is None or job.status.state == state)
    return job


def why(job: Job) -> str:
    """Who ended a job that was cancelled, as its problem says it."""
    problem = job.status.problem
    assert problem is not None
    assert (problem.type, problem.status, problem.instance) == ("/problems/job-cancelled", 409, "request-id")
    return problem.detail


def test_work_becomes_an_answer(jobs: Jobs, outcomes: Outcomes) -> None:
    job = begin(jobs, quick, "done")
    assert job.status.explanation == ANSWER
    assert (job.status.done, job.status.total, job.status.problem) == (1, 1, None)
    until(lambda: outcomes == [("cam", "done")])


def test_no_more_are_at_work_than_allowed_and_the_others_wait_in_order(outcomes: Outcomes) -> None:
    jobs = Jobs(2, 60, lambda job, outcome: outcomes.append((job.name, outcome)))
    first, second = begin(jobs, endless, "running"), begin(jobs, endless, "running")
    third, fourth = begin(jobs, endless), begin(jobs, endless)
    jobs.cancel(first)
    until(lambda: third.status.state == "running")
    assert (second.status.state, fourth.status.state) == ("running", "queued")
    jobs.close()


def test_a_full_queue_takes_no_more_until_one_leaves(jobs: Jobs) -> None:
    begin(jobs, endless, "running")
    waiting = [begin(jobs, endless) for _ in range(QUEUE_FACTOR)]
    with pytest.raises(Busy, match="try again"):
        begin(jobs, endless)
    jobs.cancel(waiting[1])
    assert begin(jobs, endless).status.state == "queued"


def test_cancelling_ends_work_at_its_next_step(jobs: Jobs, outcomes: Outcomes) -> None:
    job = begin(jobs, endless, "running")
    jobs.cancel(job)
    assert job.status.state == "cancelled"
    assert "Whoever asked for this explanation cancelled it" in why(job)
    begin(jobs, quick, "done")  # the one place to work in is free again
    jobs.cancel(job)
    assert outcomes.count(("cam", "cancelled")) == 1


def test_work_that_takes_too_long_is_a_problem_that_says_what_to_do(outcomes: Outcomes) -> None:
    jobs = Jobs(1, 0.05, lambda job, outcome: outcomes.append((job.name, outcome)))
    job = begin(jobs, endless, "running")
    until(lambda: (jobs.look_after(), job.status.over)[1])
    problem = job.status.problem
    assert problem is not None
    assert (problem.type, problem.status, problem.instance) == ("/problems/job-timeout", 504, "request-id")
    assert "choose a lower precision" in problem.detail
    until(lambda: outcomes == [("cam", "job-timeout")])
    jobs.close()


def test_what_work_raises_is_its_problem(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def wrong(job: Job) -> ExplanationAnswer:
        raise InvalidOption("Choose something else.")

    def surprising(job: Job) -> ExplanationAnswer:
        raise RuntimeError("the secret cause")

    named = begin(jobs, wrong, "failed").status.problem
    assert named is not None
    assert (named.type, named.detail) == ("/problems/invalid-option", "Choose something else.")
    with caplog.at_level(logging.ERROR):
        unnamed = begin(jobs, surprising, "failed").status.problem
    assert unnamed is not None
    assert (unnamed.type, unnamed.status) == ("/problems/internal", 500)
    assert "request-id" in unnamed.detail
    assert "secret" not in unnamed.detail
    assert "the secret cause" in caplog.text


def test_a_job_is_found_by_its_id_and_key_alone(jobs: Jobs) -> None:
    job, other = begin(jobs, quick), begin(jobs, quick)
    assert jobs.find(job.id, job.key) is job
    told = set()
    for job_id, key in ((job.id, other.key), (job.id, ""), (job.id, "ä\udcff"), ("none", job.key)):
        with pytest.raises(UnknownJob) as caught:
            jobs.find(job_id, key)
        told.add(str(caught.value))
    assert len(told) == 1


def test_a_job_whose_client_is_silent_is_cancelled_and_forgotten(
    jobs: Jobs, outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "CLIENT_GONE_S", 0.3)
    left, waiting, kept = begin(jobs, endless, "running"), begin(jobs, endless), begin(jobs, quick)
    for _ in range(30):
        time.sleep(0.02)
        jobs.find(kept.id, kept.key)
    assert (left.status.state, waiting.status.state) == ("cancelled", "cancelled")
    assert "Nobody asked for this explanation for 0.3 seconds" in why(left)
    until(lambda: kept.status.state == "done")
    with pytest.raises(UnknownJob):
        jobs.find(left.id, left.key)
    until(lambda: not jobs._jobs)
    until(lambda: not jobs._looked_after)
    begin(jobs, quick, "done")  # and it goes on being looked after
    until(lambda: not jobs._jobs)


def test_memory_of_finished_jobs_is_bounded_and_unfinished_ones_stay(jobs: Jobs) -> None:
    unfinished = begin(jobs, endless, "running")
    for _ in range(2 * MOST_KEPT):
        newest = jobs.answered("cam", "request-id", ANSWER)
    assert len(jobs._jobs) <= MOST_KEPT
    assert jobs.find(unfinished.id, unfinished.key).status.state == "running"
    assert jobs.find(newest.id, newest.key).status.explanation == ANSWER


def test_what_was_asked_for_lately_is_remembered_longest(jobs: Jobs) -> None:
    kept = [jobs.answered("cam", "request-id", ANSWER) for _ in range(MOST_KEPT)]
    kept[0].heard()
    jobs.answered("cam", "request-id", ANSWER)
    assert jobs.find(kept[0].id, kept[0].key) is kept[0]
    with pytest.raises(UnknownJob, match="many others came"):
        jobs.find(kept[1].id, kept[1].key)


def test_what_a_job_worked_on_is_let_go_when_it_ends(jobs: Jobs) -> None:
    class Picture:
        def __call__(self, job: Job) -> ExplanationAnswer:
            return quick(job)

    picture = Picture()
    gone = weakref.ref(picture)
    begin(jobs, picture, "done")
    begin(jobs, quick, "done")
    del picture
    gc.collect()
    assert gone() is None


def test_closing_ends_every_job_and_takes_no_more(jobs: Jobs) -> None:
    at_work, waiting = begin(jobs, endless, "running"), begin(jobs, endless)
    jobs.close()
    assert (at_work.status.state, waiting.status.state) == ("cancelled", "cancelled")
    assert why(at_work) == why(waiting)
    assert "The server stopped" in why(at_work)
    with pytest.raises(Busy):
        begin(jobs, quick)
    until(lambda: not any(thread.is_alive() for thread in jobs._workers._threads))


def test_events_begin_with_the_present_and_end_with_the_job(jobs: Jobs) -> None:
    job = begin(jobs, endless, "running")
    stream = events(job)
    assert next(stream).startswith(b"event: progress\ndata: {")
    jobs.cancel(job)
    *_, last = stream
    assert last.startswith(b"event: cancelled\n")
    assert [event.split(b"\n")[0] for event in events(job)] == [b"event: cancelled"]


def test_without_news_a_comment_shows_whether_somebody_listens(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "HEARTBEAT_S", 0.01)
    begin(jobs, endless, "running")
    waiting = begin(jobs, endless)
    stream = events(waiting)
    assert next(stream).startswith(b"event: progress")
    time.sleep(0.05)
    before = waiting.silence()
    assert [next(stream), next(stream)] == [b": still here\n\n"] * 2
    assert waiting.silence() < before


def test_a_newer_listener_takes_over(jobs: Jobs) -> None:
    begin(jobs, endless, "running")
    waiting = begin(jobs, endless)
    older, newer = events(waiting), events(waiting)
    next(older)
    next(newer)
    assert list(older) == []
    jobs.cancel(waiting)
    assert next(newer).startswith(b"event: cancelled")
