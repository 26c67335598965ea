"""More than the server can do, and as much as it can do for long."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from benchmarks.asking import Ask
from benchmarks.faults.growth import DAY_H, DYNO_MB, Growth, growth, room
from benchmarks.faults.record import Found, Numbers, check, counted, milliseconds, percentile, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.faults.watching import Watch
from benchmarks.fuzz import MEMORY_MB
from benchmarks.load import Load, closed_loop, open_loop
from benchmarks.photographs import photographs
from benchmarks.running import running
from server.config import Config

__all__ = ["overload", "soak"]

FACTOR = 10
SHARE = 0.8
CLIENTS = 8
"""Clients that keep the server busy without filling its queue."""
PATIENCE_S = 30.0
"""What the router of a platform as a service allows."""
PROBE_S = 10.0
FLOOD_H = 1
"""Hours of overload that memory must last."""
ANSWERED, REFUSED = 200, 503


class Capacity:
    """What a server does when it is not pressed: seconds for one client, and answers a second at most."""

    def __init__(self, ask: Ask, seconds: float) -> None:
        closed_loop(ask, clients=1, seconds=seconds / 4)  # the first ones are slower
        self.alone = closed_loop(ask, clients=1, seconds=seconds).percentile(50)
        self.rate = closed_loop(ask, clients=CLIENTS, seconds=seconds).rate


def overload(bundle: Path, seconds: float) -> Found:
    """Offer ten times of what the server can do, by strangers who do not wait for each other."""
    config, images = Config(), photographs()  # what the server has too: this shell's variables reach neither
    bound = config.parallel + config.lesion_queue
    with running(UNLIMITED, bundle, images[0]) as (server, _):
        ask = server.asking(images)
        capacity = Capacity(ask, min(PROBE_S, seconds))
        began, work = time.perf_counter(), np.array([server.processor_seconds(), time.process_time()])
        with Watch(server) as watch:
            load = open_loop(ask, rate=FACTOR * capacity.rate, seconds=seconds, patience=PATIENCE_S)
        took = time.perf_counter() - began
        busy = (np.array([server.processor_seconds(), time.process_time()]) - work) / took
        sent = len(load.replies) / took
        after = closed_loop(ask, clients=1, seconds=min(PROBE_S, seconds) / 2).percentile(50)
    memory = growth(watch.memory.at, watch.memory.resident)
    limit = 3 * capacity.alone * bound
    refused = [reply.seconds for reply in load.replies if reply.status == REFUSED]
    goodput = len(load.good) / len(load.replies) * sent
    return Found(
        how=f"Before: one client is answered in {milliseconds(capacity.alone)} (p50), {CLIENTS} clients get "
        f"{capacity.rate:.1f} answers a second. Then {FACTOR} times as many requests come for {seconds:g} "
        f"seconds, each by a connection of its own. At most {bound} are admitted at a time: "
        f"{config.parallel} at work, {config.lesion_queue} waiting. The generator shares the "
        f"server's processors. {_room(FLOOD_H, 'hour of this')}",
        checks=[
            check("requests a second, planned and sent", f"{FACTOR * capacity.rate:.0f}, {sent:.0f}"),
            check("answered or refused, and nothing else", told(load), not _others(load)),
            check(
                f"p99 of those admitted, at most 3 × p50 × {bound} = {milliseconds(limit)}",
                milliseconds(load.percentile(99)),
                load.percentile(99) <= limit,
            ),
            check(
                "refusals, p50 and p99",
                f"{milliseconds(percentile(refused, 50))}, {milliseconds(percentile(refused, 99))}",
            ),
            check("answers a second meanwhile", f"{goodput:.1f}"),
            check(
                "processors kept busy, by the server and by the generator", f"{busy[0]:.2f}, {busy[1]:.2f}"
            ),
            *watch.checks(),
            *memory.checks(FLOOD_H),
            check("p50 of one client afterwards", milliseconds(after)),
        ],
        numbers=_numbers(capacity, load, watch, memory)
        | {"sent": sent, "after": after, "bound": bound}
        | {"server_processors": float(busy[0]), "generator_processors": float(busy[1])},
    )


def soak(bundle: Path, seconds: float) -> Found:
    """Offer four fifths of what the server can do, for long."""
    images = photographs()
    with running(UNLIMITED, bundle, images[0]) as (server, _):
        ask = server.asking(images)
        capacity = Capacity(ask, min(PROBE_S, seconds))
        with Watch(server) as watch:
            load = open_loop(ask, rate=SHARE * capacity.rate, seconds=seconds, patience=PATIENCE_S)
    memory = growth(watch.memory.at, watch.memory.resident)
    return Found(
        how=f"{SHARE:.0%} of the {capacity.rate:.1f} answers a second that the server can give, asked for "
        f"by strangers at random times, for {seconds:g} seconds. They come in bursts, so that some may find "
        f"the queue full. {_room(DAY_H, 'hours, in which Heroku restarts every dyno')}",
        checks=[
            check("answered or refused, and nothing else", told(load), not _others(load)),
            check("p50 and p99 of the answers", _both(load)),
            *watch.checks(),
            *memory.checks(DAY_H),
        ],
        numbers=_numbers(capacity, load, watch, memory),
    )


def _room(hours: float, of_what: str) -> str:
    """Say where the bound of memory's growth comes from."""
    return (
        "Memory must be shown to grow by no more than what would fill the smallest dyno in "
        f"{hours:g} {of_what}: from the {MEMORY_MB} MB that a server may hold at its peak to "
        f"{DYNO_MB:.0f} MB is {room(hours):.0f} MB an hour. It is looked at 20 times a "
        "second, and the slope is that of the least in each tenth of the time: pictures come and go, what "
        "is never given back stays."
    )


def _others(load: Load) -> int:
    return sum(reply.status not in (ANSWERED, REFUSED) for reply in load.replies)


def _both(load: Load) -> str:
    return f"{milliseconds(load.percentile(50))}, {milliseconds(load.percentile(99))}"


def _numbers(capacity: Capacity, load: Load, watch: Watch, memory: Growth) -> Numbers:
    return {
        "alone_p50_s": capacity.alone,
        "capacity_per_s": capacity.rate,
        **{f"answers_p{q}_s": load.percentile(q) for q in (50, 95, 99)},
        **counted(load),
        "health_p50_s": percentile(watch.seconds, 50),
        "health_p99_s": percentile(watch.seconds, 99),
        "health_failures": len(watch.failures),
        **memory.numbers,
    }
