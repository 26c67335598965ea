"""A record of a run that never was, for the tests of what is made of one."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.running import Shares
from benchmarks.serving.contestants import Installed
from benchmarks.serving.record import CLIENTS, SIZES, Inside, Loaded, Outcome, Round, Server


def one_round(
    latency: float,
    rate: float,
    refused: int = 0,
    engine: float | None = None,
    answers: int = 10,
    kept: bool = False,
) -> Round:
    """A round in which every latency, and every rate, is the same; each answer's time may be ``kept``."""
    inside = Inside(decode_ms=1.0, model_ms=engine, work_ms=engine + 2, outside_ms=3.0) if engine else None
    loads = {
        clients: Loaded(
            rate=rate,
            p50_ms=latency,
            p95_ms=latency,
            p99_ms=latency,
            answers=answers,
            refused=refused,
            failed=0,
            processors=1.5,
            inside=inside if clients == 1 else None,
            times_ms=[latency] * answers if kept else [],
        )
        for clients in CLIENTS
    }
    return Round(
        start_s=latency / 100,
        memory_idle_mb=10 * latency,
        memory_peak_mb=20 * latency,
        loads=dict.fromkeys(SIZES, loads),
        engine_ms=engine,
    )


def server(ours: bool, shares: Shares, int8: bool = False, torch: str = "2.14.0+cu130") -> Server:
    """A server that found this in its only drawing, whatever its size."""
    installed = Installed(everything=3_000_000_000, without_gpu=300_000_000, versions={"torch": torch})
    return Server(
        about="somehow", ours=ours, int8=int8, installed=installed, shares={size: [shares] for size in SIZES}
    )


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
        program="0" * 64,
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
