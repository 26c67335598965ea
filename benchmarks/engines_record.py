"""What :mod:`benchmarks.engines` records: every case, what it cost and what it computed."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from benchmarks.outcome import Circumstances
from benchmarks.wheels import Wheel
from lesion.calibrate import probabilities

LEVELS = {
    "none": "ORT_DISABLE_ALL",
    "basic": "ORT_ENABLE_BASIC",
    "extended": "ORT_ENABLE_EXTENDED",
    "all": "ORT_ENABLE_ALL",
}
"""Graph optimisations of ONNX Runtime, from none to those that serving uses."""
BATCHES = (1, 4, 16)
AT_ONCE = 2
"""Callers at once: as many pictures as a server has in work that is not told otherwise."""
PROCESSOR, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
NAMES = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A graph on an engine with all that can be set; the defaults are how bundles are served.

    ``callers`` run it at the same time, each by a batch of its own.
    """

    engine: str
    graph: str
    threads: int
    provider: str = PROCESSOR
    level: str = "all"
    batch: int = 1
    spin: bool = False
    arena: bool = False
    callers: int = 1


Found = dict[str, float]
Logits = list[list[float]]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one process found of a case: its cost, the logits of each drawing, and what it really ran on."""

    costs: Found
    logits: Logits
    provider: str


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """A case and what it cost, round by round; the logits of the drawings are those of its first round."""

    case: Case
    rounds: list[Found]
    logits: Logits

    def median(self, key: str) -> float:
        """Return the median over the rounds."""
        return float(np.median([found[key] for found in self.rounds]))

    def against(self, other: Timed, key: str = "ms") -> list[float]:
        """Return this case's number over another's, round by round."""
        return [a[key] / b[key] for a, b in zip(self.rounds, other.rounds, strict=True)]


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """The largest distance of two logits, and of two calibrated probabilities, over all drawings."""

    logits: float
    probabilities: float


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Every number measured, on which instructions of the processor, and what can be installed where."""

    model: str
    size: int
    temperature: float
    processor: str
    cases: list[Timed]
    wheels: list[Wheel]

    @property
    def by_case(self) -> dict[Case, Timed]:
        """What was measured of each case."""
        return {timed.case: timed for timed in self.cases}

    @property
    def served(self) -> list[Case]:
        """The cases in which nothing is changed: each graph on each engine."""
        threads = self.cases[0].case.threads
        plain = (Case(engine=c.engine, graph=c.graph, threads=threads) for c in self.by_case)
        return [case for case in dict.fromkeys(plain) if case in self.by_case]

    def apart(self, one: Case, other: Case) -> Apart:
        """Return how far what two cases compute is apart."""
        a, b = (np.array(self.by_case[case].logits) for case in (one, other))
        return Apart(
            logits=farthest(a, b),
            probabilities=farthest(probabilities(a, self.temperature), probabilities(b, self.temperature)),
        )


def farthest(one: ArrayLike, other: ArrayLike) -> float:
    """Return the largest distance of two numbers at the same place."""
    return float(np.abs(np.subtract(one, other)).max())


def changed(case: Case) -> dict[str, Case]:
    """Return a case and those in which one setting of it is another."""
    others = {level: msgspec.structs.replace(case, level=level) for level in LEVELS if level != case.level}
    return {
        "as served": case,
        **{f"graph optimisations: {level}": one for level, one in others.items()},
        "spinning threads": msgspec.structs.replace(case, spin=True),
        "memory arena": msgspec.structs.replace(case, arena=True),
    }


def at_once(case: Case) -> Case:
    """Return a case with as many callers at once as a server has pictures in work."""
    return msgspec.structs.replace(case, callers=AT_ONCE)
