"""What this server is to reach, and whether it did."""

from __future__ import annotations

import msgspec
import numpy as np

from benchmarks.serving.record import SIZES, SMALL, Measure, Outcome, engine, idle, p50, peak, rate, start

PLAIN = "plain fastai"
MANY = 16
"""Clients at which throughput is compared, and cost is reckoned."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A bound on a number, and that number in each round."""

    what: str
    bound: float
    values: list[float]
    at_least: bool = False
    below: bool = False
    """Whether the bound itself is a miss already."""

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return float(np.median(self.values))

    @property
    def met(self) -> bool:
        """Whether the median is within the bound."""
        if self.below:
            return self.value < self.bound
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def rule(self) -> str:
        """The bound in words."""
        return f"{'below' if self.below else 'at least' if self.at_least else 'at most'} {self.bound:g}"


def targets(outcome: Outcome, name: str) -> list[Target]:
    """Return the targets of one of this server's ways, as far as what they need was measured."""
    return [
        *(_against_plain(outcome, name) if PLAIN in outcome.servers else ()),
        *(_against_the_best(outcome, name) if outcome.others else ()),
        *_against_the_engine(outcome, name),
    ]


def best_other(outcome: Outcome, measure: Measure) -> str:
    """Return the other server whose median is the least."""
    return min(outcome.others, key=lambda other: outcome.median(other, measure))


def _against_plain(outcome: Outcome, name: str) -> list[Target]:
    def ratio(what: str, measure: Measure, bound: float, at_least: bool = False) -> Target:
        values = outcome.ratios(measure, name, PLAIN)
        return Target(what=f"{what}, over plain fastai", bound=bound, values=values, at_least=at_least)

    return [
        *(ratio(f"latency p50, {size}", p50(size), 0.35) for size in SIZES),
        *(ratio(f"throughput, {MANY} clients, {size}", rate(size, MANY), 3, at_least=True) for size in SIZES),
        ratio("start to first answer", start, 0.25),
        ratio("idle memory", idle, 0.35),
        ratio("memory at its peak", peak, 0.35),
    ]


def _against_the_best(outcome: Outcome, name: str) -> list[Target]:
    def ratio(size: str) -> Target:
        best = best_other(outcome, p50(size))
        what = f"latency p50, {size}, over the best other ({best})"
        return Target(what=what, bound=0.8, values=outcome.ratios(p50(size), name, best))

    return [ratio(size) for size in SIZES]


def _against_the_engine(outcome: Outcome, name: str) -> list[Target]:
    int8 = outcome.servers[name].int8
    bound = 1.0 if int8 else 1.8
    whole, calls = outcome.values(name, p50(SMALL)), outcome.values(name, engine)
    limits = outcome.limits_ms[: len(calls)]
    added = [a / b - 1 for a, b in zip(whole, calls, strict=True)]
    return [
        Target(what=f"share that the server adds to the engine's call, {SMALL}", bound=0.1, values=added),
        Target(
            what="engine's call, over the float32 limit",
            bound=bound,
            below=int8,
            values=[a / b for a, b in zip(calls, limits, strict=True)],
        ),
        Target(
            what=f"latency p50, {SMALL}, over the float32 limit",
            bound=bound,
            below=int8,
            values=[a / b for a, b in zip(whole, limits, strict=True)],
        ),
    ]
