"""The tables in the report of `benchmarks.serve`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy as np

from benchmarks.outcome import ratio
from benchmarks.serving import record
from benchmarks.serving.dynos import smallest
from benchmarks.serving.record import CLIENTS, LARGE, SIZES, SMALL, Loaded, Measure, Outcome, p50, rate
from benchmarks.serving.targets import MANY, Target, targets
from benchmarks.serving.turn import ALONE
from tools.markdown import table

ENOUGH = 100
"""Answers from which on there is a 99th percentile to tell."""


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

    def measured(title: str, measure: Measure) -> list[str]:
        return line(title, lambda name: outcome.median(name, measure))

    disk = {name: server.installed for name, server in outcome.servers.items()}
    rows = [
        measured(f"latency p50, {SMALL}, ms", p50(SMALL)),
        measured(f"latency p50, {LARGE}, ms", p50(LARGE)),
        measured(f"images a second, {MANY} clients, {SMALL}", rate(SMALL, MANY)),
        measured(f"images a second, {MANY} clients, {LARGE}", rate(LARGE, MANY)),
        measured(f"processors busy, one client, {SMALL}", lambda each: each.loads[SMALL][1].processors),
        measured("start to first answer, s", record.start),
        measured("idle memory, MB", record.idle),
        measured("memory at its peak, MB", record.peak),
        line("installed, MB", lambda name: disk[name].everything / 1e6),
        line("installed without GPU libraries, MB", lambda name: disk[name].without_gpu / 1e6),
    ]
    return table(["", *outcome.servers], rows)


def latency(outcome: Outcome) -> str:
    """Return p50, p95 and p99 of every server under every load, and of how many answers they are."""

    def cell(loads: Sequence[Loaded]) -> str:
        times = [_median(each.p50_ms for each in loads), _median(each.p95_ms for each in loads), _p99(loads)]
        answers, refused = sum(each.answers for each in loads), sum(each.refused for each in loads)
        told = f" of {answers:,}" + (f", {refused:,} refused" if refused else "")
        return ", ".join(map(_number, times)) + told

    return _under_load(outcome, cell)


def tails(outcome: Outcome) -> str:
    """Say which 99th percentiles are told, why the others are not, and by what they would be."""
    rounds = [
        [each.loads[size][clients] for each in found]
        for found, size, clients in product(outcome.rounds.values(), SIZES, CLIENTS)
    ]
    told = (
        f"The 99th percentile is that of the answers of all rounds together,\nand told of {ENOUGH} or more"
        if all(map(_kept, rounds))
        else "This run did not keep the time of each answer: its 99th percentile is\n"
        f"the median of those of the rounds, and told where every round has {ENOUGH} answers or more"
    )
    text = f"{told}, since of fewer it is but the slowest."
    if not any(math.isnan(_p99(loads)) for loads in rounds):
        return text
    return f"{text}\nElsewhere a dash stands for it; `--seconds {_seconds(outcome):g}` should give all."


def _seconds(outcome: Outcome) -> float:
    """Return how long loads would have to last for each to have enough answers in all rounds together.

    By the rates, since what was under way at the end is counted in none: it weighs most in short loads.
    """
    slowest = 1 / outcome.seconds  # where no answer came within a load
    needed = [
        ENOUGH
        / (sum(each.loads[size][clients].rate for each in rounds) or slowest)
        / (ALONE if clients == 1 else 1)
        for rounds, size, clients in product(outcome.rounds.values(), SIZES, CLIENTS)
    ]
    return max(outcome.seconds, math.ceil(max(needed)))


def throughput(outcome: Outcome) -> str:
    """Return the answers a second of every server under every load."""
    return _under_load(outcome, lambda loads: _number(_median(each.rate for each in loads)))


def refusals(outcome: Outcome) -> str:
    """Return a line for each load under which a server refused, or failed; empty where none did."""
    rows = []
    for (name, rounds), size, clients in product(outcome.rounds.items(), SIZES, CLIENTS):
        loads = [each.loads[size][clients] for each in rounds]
        good, refused, failed = np.sum([(a.answers, a.refused, a.failed) for a in loads], axis=0)
        if refused or failed:
            rows.append([name, size, str(clients), f"{good:,}", f"{refused:,}", f"{failed:,}"])
    return table(["", "image", "clients", "answered", "refused", "failed"], rows) if rows else ""


def engine(outcome: Outcome) -> str:
    """Return the limit, the engine's call and the whole answer of this server's ways."""
    limit = float(np.median(outcome.limits_ms))
    rows = []
    for name in outcome.ours:
        call, whole = outcome.median(name, record.engine), outcome.median(name, p50(SMALL))
        rows.append([name, *map(_number, (limit, call, whole)), f"{100 * (whole / call - 1):+.0f} %"])
    header = ["", "float32 limit, ms", "engine's call, ms", f"latency p50, {SMALL}, ms", "the server adds"]
    return table(header, rows)


def inside(outcome: Outcome) -> str:
    """Return where the time of an answer goes, as medians of what each answer of this server says."""
    rows = []
    for name, size in product(outcome.ours, SIZES):
        found = [each.loads[size][1].inside for each in outcome.rounds[name]]
        known = [(a.decode_ms, a.model_ms, a.work_ms, a.outside_ms) for a in found if a]
        decode, model, work, outside = np.median(known, axis=0).tolist()
        rows.append([name, size, *map(_number, (decode, model, work - decode - model, outside))])
    header = ["", "image", "decoding", "network", "quality, reduction, evidence map", "HTTP, and the client"]
    return table(header, rows)


def cost(outcome: Outcome) -> str:
    """Return what an hour of the smallest dyno that holds a server buys."""
    rows = []
    for name in outcome.servers:
        memory = max(outcome.values(name, record.peak))
        hourly = 3600 * outcome.median(name, rate(SMALL, MANY))
        dyno = smallest(1e6 * memory)
        told = ["none", "–", "–"]
        if dyno:
            told = [dyno.name, f"{dyno.an_hour:.4f}", f"{round(hourly / dyno.an_hour, -3):,.0f}"]
        rows.append([name, _number(memory), f"{hourly:,.0f}", *told])
    header = ["", "most memory, MB", "images an hour", "smallest dyno", "dollars an hour", "images a dollar"]
    return table(header, rows)


def _p99(loads: Sequence[Loaded]) -> float:
    """Return the 99th percentile of a load's rounds, NaN of too few answers."""
    if _kept(loads):
        times = [time for each in loads for time in each.times_ms]
        return float(np.percentile(times, 99)) if len(times) >= ENOUGH else math.nan
    enough = min(each.answers for each in loads) >= ENOUGH
    return _median(each.p99_ms for each in loads) if enough else math.nan


def _kept(loads: Sequence[Loaded]) -> bool:
    return all(len(each.times_ms) == each.answers for each in loads)


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))


def _under_load(outcome: Outcome, cell: Callable[[Sequence[Loaded]], str]) -> str:
    def of(name: str, size: str, clients: int) -> str:
        return cell([each.loads[size][clients] for each in outcome.rounds[name]])

    rows = [
        [size, str(clients), *(of(name, size, clients) for name in outcome.servers)]
        for size, clients in product(SIZES, CLIENTS)
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
