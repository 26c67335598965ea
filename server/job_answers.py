"""What the API answers about explanations and the jobs that make them."""

from __future__ import annotations

from typing import Literal

import msgspec

from lesion.explain import Precision
from server.problems import Problem

__all__ = ["ExplanationAnswer", "JobCreated", "JobState", "JobStatus"]

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
_OVER = frozenset({"done", "failed", "cancelled"})


class JobCreated(msgspec.Struct, frozen=True, kw_only=True):
    """A job, and the ``key`` without which nobody can ask for it. ``samples`` is the number of passes."""

    id: str
    key: str
    state: JobState
    method: str
    target: str
    precision: Precision | None
    samples: int


class ExplanationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation: ``heatmap`` is a transparent PNG over the centred square, as a data URL.

    ``seconds`` is what its making took, though this answer may come from memory; ``sentence`` says how far
    the method's maps can be trusted.
    """

    method: str
    target: str
    precision: Precision | None
    heatmap: str
    seconds: float
    diagnostics: dict[str, float | int | str]
    sentence: str


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is: ``done`` of ``total`` passes, both 0 before it knows.

    ``explanation`` comes with the state ``done``, ``problem`` with ``failed``, and with ``cancelled``, of
    which it says who ended the job.
    """

    id: str
    state: JobState
    done: int
    total: int
    explanation: ExplanationAnswer | None
    problem: Problem | None

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in _OVER
