"""What this server is to reach, and whether it did."""

from __future__ import annotations

import msgspec
import numpy as np

from benchmarks.serving.record import ENGINE, IDLE, PEAK, SIZES, START, Outcome, named

PLAIN = "plain fastai"
MANY = 16
"""Clients at which throughput is compared, and cost is reckoned."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A bound on a number, and that number in each round."""

    what: str
    bound: float
    values: list[float]
    at_least: bool = False

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return float(np.median(self.values))

    @property
    def met(self) -> bool:
        """Whether the median is within the bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    @property
    def rule(self) -> str:
        """The bound in words."""
        return f"at {'least' if self.at_least else 'most'} {self.bound:g}"


def targets(outcome: Outcome, name: str) -> list[Target]:
    """Return the targets of one of this server's ways, as far as what they need was measured."""
    return [
        *(_against_plain(outcome, name) if PLAIN in outcome.servers else ()),
        *(_against_the_best(outcome, name) if outcome.others else ()),
        *_against_the_engine(outcome, name),
    ]


def best_other(outcome: Outcome, key: str) -> str:
    """Return the other server whose median is the least."""
    return min(outcome.others, key=lambda other: outcome.median(other, key))


def _against_plain(outcome: Outcome, name: str) -> list[Target]:
    def ratio(what: str, key: str, bound: float, at_least: bool = False) -> Target:
        values = outcome.ratios(key, name, PLAIN)
        return Target(what=f"{what}, over plain fastai", bound=bound, values=values, at_least=at_least)

    return [
        *(ratio(f"latency p50, {size}", named(size, 1, "p50_ms"), 0.35) for size in SIZES),
        *(
            ratio(f"throughput, {MANY} clients, {size}", named(size, MANY, "rate"), 3, at_least=True)
            for size in SIZES
        ),
        ratio("start to first answer", START, 0.25),
        ratio("idle memory", IDLE, 0.35),
        ratio("memory at its peak", PEAK, 0.35),
    ]


def _against_the_best(outcome: Outcome, name: str) -> list[Target]:
    def ratio(size: str) -> Target:
        key = named(size, 1, "p50_ms")
        best = best_other(outcome, key)
        what = f"latency p50, {size}, over the best other ({best})"
        return Target(what=what, bound=0.8, values=outcome.ratios(key, name, best))

    return [ratio(size) for size in SIZES]


def _against_the_engine(outcome: Outcome, name: str) -> list[Target]:
    int8 = outcome.servers[name].int8
    bound = 1.0 if int8 else 1.8
    size = next(iter(SIZES))
    rounds = outcome.rounds[name]
    whole = [each[named(size, 1, "p50_ms")] for each in rounds]
    engine = [each[ENGINE] for each in rounds]
    limits = outcome.limits_ms[: len(rounds)]
    added = [a / b - 1 for a, b in zip(whole, engine, strict=True)]
    return [
        Target(what=f"share that the server adds to the engine's call, {size}", bound=0.1, values=added),
        Target(
            what="engine's call, over the float32 limit",
            bound=bound,
            values=[a / b for a, b in zip(engine, limits, strict=True)],
        ),
        Target(
            what=f"latency p50, {size}, over the float32 limit",
            bound=bound,
            values=[a / b for a, b in zip(whole, limits, strict=True)],
        ),
    ]
