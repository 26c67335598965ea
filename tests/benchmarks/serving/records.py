"""A record of a run that never was, for the tests of what is made of one."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.serving.contestants import Installed
from benchmarks.serving.record import (
    CLIENTS,
    DECODE,
    ENGINE,
    IDLE,
    MODEL,
    PEAK,
    SIZES,
    START,
    WORK,
    Outcome,
    Round,
    Server,
    named,
)


def one_round(latency: float, rate: float, refused: float = 0.0, engine: float | None = None) -> Round:
    """A round in which every latency, and every rate, is the same."""
    loads = {
        named(size, clients, what): value
        for size in SIZES
        for clients in CLIENTS
        for what, value in {
            "rate": rate,
            "p50_ms": latency,
            "p95_ms": latency,
            "p99_ms": latency,
            "answers": 10.0,
            "refused": refused,
            "failed": 0.0,
        }.items()
    }
    costs = {START: latency / 100, IDLE: 10 * latency, PEAK: 20 * latency}
    inside = {} if engine is None else {ENGINE: engine, DECODE: 1.0, MODEL: engine, WORK: engine + 2}
    return {**costs, **loads, **inside}


def server(ours: bool, shares: dict[str, float], int8: bool = False) -> Server:
    """A server that found this in its only drawing."""
    installed = Installed(everything=3_000_000_000, without_gpu=300_000_000, versions={"torch": "2.14.0"})
    return Server(about="somehow", ours=ours, int8=int8, installed=installed, shares=[shares])


def outcome(
    own: Sequence[Round], plain: Sequence[Round], other: Sequence[Round] | None = None, int8: bool = False
) -> Outcome:
    """A record of this server, plain fastai, and LitServe where there is any."""
    found = {"this server": list(own), "plain fastai": list(plain)}
    if other is not None:
        found["LitServe"] = list(other)
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.serve",
        machine="2 cores",
        versions={"python": "3.11"},
        model="densenet161",
        manifest="0" * 64,
        input_size=224,
        temperature=0.5,
        multiply_adds=8_000_000_000,
        threads=2,
        seconds=4.0,
        planned=len(own),
        servers={
            name: server(
                name == "this server",
                {"mel": 0.8, "nv": 0.2} if name == "this server" else {"mel": 2 / 3, "nv": 1 / 3},
                int8 and name == "this server",
            )
            for name in found
        },
        rounds=found,
        peaks=[100e9] * len(own),
    )
