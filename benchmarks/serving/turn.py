"""A server's turn: started, asked under every load, and stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.asking import Said
from benchmarks.load import Load, closed_loop
from benchmarks.running import Peak, Running, running
from benchmarks.serving.contestants import Contestant, installed
from benchmarks.serving.engine_call import engine_seconds
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
    Round,
    Server,
    named,
)
from lesion.bundle import INT8

SETTLE = 2.0
"""Seconds between the first answer and looking at the idle memory, in which a server may tidy up."""
WARM_UP = 0.5
ALONE = 2
"""How many times longer one client alone is measured: percentiles need many answers."""
PHASES = len(SIZES) * len(CLIENTS)
"""Loads in a turn."""

Images = dict[str, list[bytes]]
"""The JPEGs of each size."""


class Place(msgspec.Struct, frozen=True):
    """A contestant's interpreter, and what it serves."""

    contestant: Contestant
    python: str
    source: Path


def introduced(place: Place, images: Images) -> Server:
    """Start a server once, which fills the system's file cache and shows that it does the same work."""
    with running(place.contestant.kind, place.source, images["600x450"][0], place.python) as (server, _):
        shares = server.judge(images["600x450"])
    return Server(
        about=place.contestant.about,
        ours=place.contestant.ours,
        int8=place.contestant.graph == INT8,
        installed=installed(place.contestant, place.python, place.source),
        shares=shares,
    )


def one_turn(place: Place, images: Images, seconds: float, step: Callable[[], object]) -> Round:
    """Start a server, measure everything about it, and stop it."""
    found: Round = {}
    if place.contestant.ours:
        found[ENGINE] = 1000 * engine_seconds(place.python, place.source, seconds)
    kind, first = place.contestant.kind, images["600x450"][0]
    with running(kind, place.source, first, place.python) as (server, start):
        time.sleep(SETTLE)
        idle = server.proportional()
        shared = server.resident() - idle
        if place.contestant.ours:
            found |= inside(server, images["600x450"], seconds)
        with Peak(server) as peak:
            for size, files in images.items():
                found |= _loads(server, size, files, seconds, step)
    highest = max(peak.highest - shared, idle)
    return {START: start, IDLE: idle / 1e6, PEAK: highest / 1e6, **found}


class _Timing(msgspec.Struct, frozen=True):
    decode: float
    model: float
    total: float


class _Timed(msgspec.Struct, frozen=True):
    timing_ms: _Timing


def inside(server: Running, files: Sequence[bytes], seconds: float) -> Round:
    """Return where this server says that its time goes, of one client's images: medians in milliseconds."""
    ask = server.asking(files)
    closed_loop(ask, clients=2, seconds=WARM_UP)
    load = closed_loop(ask, clients=1, seconds=seconds, note=_timing)
    times = [msgspec.json.decode(reply.note, type=_Timing) for reply in load.good]
    spans = [(each.decode, each.model, each.total) for each in times]
    return dict(zip((DECODE, MODEL, WORK), np.median(spans, axis=0).tolist(), strict=True))


def _timing(said: Said) -> str:
    timing = msgspec.json.decode(said.body, type=_Timed).timing_ms if said.status == 200 else None
    return msgspec.json.encode(timing).decode()


def _loads(
    server: Running, size: str, files: Sequence[bytes], seconds: float, step: Callable[[], object]
) -> Round:
    """Offer a server images of one size with each number of clients. Raises RuntimeError without answers."""
    found: Round = {}
    ask = server.asking(files)
    closed_loop(ask, clients=2, seconds=WARM_UP)
    for clients in CLIENTS:
        load = closed_loop(ask, clients=clients, seconds=seconds * (ALONE if clients == 1 else 1))
        if not load.good:
            raise RuntimeError(f"{server.kind.name} answers none of {clients} clients: {load.outcomes}")
        found |= {named(size, clients, what): value for what, value in numbers(load).items()}
        step()
    return found


def numbers(load: Load) -> Round:
    """Return what is kept of a load that had any answers."""
    refused = load.outcomes.get("503", 0)
    counts = {
        "answers": len(load.good),
        "refused": refused,
        "failed": len(load.replies) - len(load.good) - refused,
    }
    latencies = {f"p{q}_ms": 1000 * load.percentile(q) for q in (50, 95, 99)}
    return {"rate": load.rate, **counts, **latencies}
