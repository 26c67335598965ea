"""The tables in the report of `benchmarks.serve`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.outcome import ratio
from benchmarks.serving.dynos import smallest
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
    named,
)
from benchmarks.serving.targets import MANY, Target, targets
from tools.markdown import table

SMALL, LARGE = SIZES


def target_table(outcome: Outcome) -> str:
    """Return each target with what this server's ways reached; empty where none of them was measured."""
    columns = {name: targets(outcome, name) for name in outcome.ours}
    lines = zip(*columns.values(), strict=True)
    rows = [[line[0].what, _rules(line), *map(_reached, line)] for line in lines]
    return table(["", "target", *columns], rows) if rows else ""


def glance(outcome: Outcome) -> str:
    """Return what there is to compare of a server in a line each."""

    def line(title: str, value: Callable[[str], float]) -> list[str]:
        return [title, *(_number(value(name)) for name in outcome.servers)]

    def measured(title: str, key: str) -> list[str]:
        return line(title, lambda name: outcome.median(name, key))

    disk = {name: server.installed for name, server in outcome.servers.items()}
    rows = [
        measured(f"latency p50, {SMALL}, ms", named(SMALL, 1, "p50_ms")),
        measured(f"latency p50, {LARGE}, ms", named(LARGE, 1, "p50_ms")),
        measured(f"images a second, {MANY} clients, {SMALL}", named(SMALL, MANY, "rate")),
        measured(f"images a second, {MANY} clients, {LARGE}", named(LARGE, MANY, "rate")),
        measured("start to first answer, s", START),
        measured("idle memory, MB", IDLE),
        measured("memory at its peak, MB", PEAK),
        line("installed, MB", lambda name: disk[name].everything / 1e6),
        line("installed without GPU libraries, MB", lambda name: disk[name].without_gpu / 1e6),
    ]
    return table(["", *outcome.servers], rows)


def latency(outcome: Outcome) -> str:
    """Return p50, p95 and p99 of every server under every load."""

    def cell(name: str, size: str, clients: int) -> str:
        found = [outcome.median(name, named(size, clients, f"p{q}_ms")) for q in (50, 95, 99)]
        return ", ".join(map(_number, found))

    return _under_load(outcome, cell)


def throughput(outcome: Outcome) -> str:
    """Return the answers a second of every server under every load."""
    return _under_load(
        outcome, lambda name, size, clients: _number(outcome.median(name, named(size, clients, "rate")))
    )


def refusals(outcome: Outcome) -> str:
    """Return a line for each load under which a server refused, or failed; empty where none did."""
    rows = []
    for name, rounds in outcome.rounds.items():
        for size in SIZES:
            for clients in CLIENTS:
                counts = [
                    sum(each[named(size, clients, what)] for each in rounds)
                    for what in ("answers", "refused", "failed")
                ]
                if any(counts[1:]):
                    rows.append([name, size, str(clients), *(f"{count:,.0f}" for count in counts)])
    return table(["", "image", "clients", "answered", "refused", "failed"], rows) if rows else ""


def engine(outcome: Outcome) -> str:
    """Return the limit, the engine's call and the whole answer of this server's ways."""
    limit = float(np.median(outcome.limits_ms))
    rows = []
    for name in outcome.ours:
        call, whole = outcome.median(name, ENGINE), outcome.median(name, named(SMALL, 1, "p50_ms"))
        rows.append([name, *map(_number, (limit, call, whole)), f"{100 * (whole / call - 1):+.0f} %"])
    header = ["", "float32 limit, ms", "engine's call, ms", f"latency p50, {SMALL}, ms", "the server adds"]
    return table(header, rows)


def inside(outcome: Outcome) -> str:
    """Return where the time of an answer goes, as medians of what each answer of this server says."""
    rows = []
    for name in outcome.ours:
        decode, model, work = (outcome.median(name, key) for key in (DECODE, MODEL, WORK))
        whole = outcome.median(name, named(SMALL, 1, "p50_ms"))
        rows.append([name, *map(_number, (decode, model, work - decode - model, whole - work))])
    header = ["", "decoding", "network", "quality, reduction, evidence map", "HTTP, and the client"]
    return table(header, rows)


def cost(outcome: Outcome) -> str:
    """Return what an hour of the smallest dyno that holds a server buys."""
    rows = []
    for name in outcome.servers:
        memory = outcome.median(name, PEAK)
        hourly = 3600 * outcome.median(name, named(SMALL, MANY, "rate"))
        dyno = smallest(1e6 * memory)
        told = ["none", "–", "–"]
        if dyno:
            told = [dyno.name, f"{dyno.an_hour:.4f}", f"{round(hourly / dyno.an_hour, -3):,.0f}"]
        rows.append([name, _number(memory), f"{hourly:,.0f}", *told])
    header = ["", "memory, MB", "images an hour", "smallest dyno", "dollars an hour", "images a dollar"]
    return table(header, rows)


def _under_load(outcome: Outcome, cell: Callable[[str, str, int], str]) -> str:
    rows = [
        [size, str(clients), *(cell(name, size, clients) for name in outcome.servers)]
        for size in SIZES
        for clients in CLIENTS
    ]
    return table(["image", "clients", *outcome.servers], rows)


def _rules(line: Sequence[Target]) -> str:
    return " / ".join(dict.fromkeys(target.rule for target in line))


def _reached(target: Target) -> str:
    return f"{ratio(target.values)} {'met' if target.met else 'missed'}"


def _number(value: float) -> str:
    """Return a number with three digits that count."""
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
