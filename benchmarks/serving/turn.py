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
from benchmarks.serving.record import CLIENTS, SIZES, SMALL, Inside, Loaded, Round, Server
from lesion.bundle import INT8

SETTLE = 2.0
"""Seconds between the first answer and looking at the idle memory, in which a server may tidy up."""
WARM_UP = 12
"""Requests of two clients before a server is measured with images of a size: every drawing twice."""
WARM_UP_LIMIT = 60.0
"""Seconds after which a server counts as warm whatever it answered."""
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
    with running(place.contestant.kind, place.source, images[SMALL][0], place.python) as (server, _):
        shares = {size: server.judge(files) for size, files in images.items()}
    return Server(
        about=place.contestant.about,
        ours=place.contestant.ours,
        int8=place.contestant.graph == INT8,
        installed=installed(place.contestant, place.python, place.source),
        shares=shares,
    )


def one_turn(place: Place, images: Images, seconds: float, step: Callable[[], object]) -> Round:
    """Start a server, measure everything about it, and stop it; last of all what is of ours alone."""
    contestant = place.contestant
    with running(contestant.kind, place.source, images[SMALL][0], place.python) as (server, start):
        time.sleep(SETTLE)
        idle = server.proportional()
        shared = server.resident() - idle
        with Peak(server) as peak:
            loads = {
                size: _loads(server, files, seconds, contestant.ours, step) for size, files in images.items()
            }
    return Round(
        start_s=start,
        memory_idle_mb=idle / 1e6,
        memory_peak_mb=max(peak.highest - shared, idle) / 1e6,
        loads=loads,
        engine_ms=1000 * engine_seconds(place.python, place.source, seconds) if contestant.ours else None,
    )


def _loads(
    server: Running, files: Sequence[bytes], seconds: float, ours: bool, step: Callable[[], object]
) -> dict[int, Loaded]:
    """Offer a server images of one size with each number of clients. Raises RuntimeError without answers."""
    found: dict[int, Loaded] = {}
    ask = server.asking(files)
    closed_loop(ask, clients=2, seconds=WARM_UP_LIMIT, requests=WARM_UP)
    for clients in CLIENTS:
        used = server.processor_seconds()
        load = closed_loop(
            ask,
            clients=clients,
            seconds=seconds * (ALONE if clients == 1 else 1),
            note=_timing if ours and clients == 1 else None,
        )
        used = server.processor_seconds() - used
        if not load.good:
            raise RuntimeError(f"{server.kind.name} answers none of {clients} clients: {load.outcomes}")
        found[clients] = kept(load, used)
        step()
    return found


def kept(load: Load, used: float) -> Loaded:
    """Return what is kept of a load that had any answers, and took so many seconds of processors."""
    refused = load.outcomes.get("503", 0)
    return Loaded(
        rate=load.rate,
        p50_ms=1000 * load.percentile(50),
        p95_ms=1000 * load.percentile(95),
        p99_ms=1000 * load.percentile(99),
        answers=len(load.good),
        refused=refused,
        failed=len(load.replies) - len(load.good) - refused,
        processors=used / load.seconds,
        inside=_inside(load),
        times_ms=[round(1000 * reply.seconds, 1) for reply in load.good],
    )


class _Timing(msgspec.Struct, frozen=True):
    decode: float
    model: float
    total: float


class _Timed(msgspec.Struct, frozen=True):
    timing_ms: _Timing


def _timing(said: Said) -> str:
    timing = msgspec.json.decode(said.body, type=_Timed).timing_ms if said.status == 200 else None
    return msgspec.json.encode(timing).decode()


def _inside(load: Load) -> Inside | None:
    """Return the medians of what was noted of each answer; ``None`` where nothing was."""
    noted = [(reply, msgspec.json.decode(reply.note, type=_Timing)) for reply in load.good if reply.note]
    if not noted:
        return None
    spans = [(t.decode, t.model, t.total, 1000 * reply.seconds - t.total) for reply, t in noted]
    decode, model, work, outside = np.median(spans, axis=0).tolist()
    return Inside(decode_ms=decode, model_ms=model, work_ms=work, outside_ms=outside)
