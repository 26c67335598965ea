from __future__ import annotations

import pytest

from benchmarks.serving.record import SMALL, p50
from benchmarks.serving.targets import Target, best_other, targets
from tests.benchmarks.serving.records import one_round, outcome


def by_name(found: list[Target], begin: str) -> Target:
    return next(target for target in found if target.what.startswith(begin))


def test_ratios_are_taken_within_a_round() -> None:
    # The machine was ten times slower in the last round, for both.
    own = [one_round(1, 10, engine=1), one_round(1, 10, engine=1), one_round(20, 1, engine=20)]
    plain = [one_round(2, 1), one_round(4, 1), one_round(40, 1)]
    target = by_name(targets(outcome(own, plain), "this server"), "latency p50, 600x450, over plain")
    assert target.values == [0.5, 0.25, 0.5]
    assert target.value == 0.5
    assert not target.met


def test_throughput_is_to_be_at_least_what_latency_is_to_be_at_most() -> None:
    found = targets(outcome([one_round(1, 10, engine=1)], [one_round(10, 2)]), "this server")
    throughput = by_name(found, "throughput, 16 clients, 600x450")
    assert (throughput.value, throughput.rule, throughput.met) == (5, "at least 3", True)
    assert by_name(found, "latency p50, 600x450, over plain").met


def test_the_best_other_is_the_one_with_least_latency() -> None:
    record = outcome([one_round(8, 10, engine=8)], [one_round(30, 2)], [one_round(10, 2)])
    assert best_other(record, p50(SMALL)) == "LitServe"
    target = by_name(targets(record, "this server"), "latency p50, 600x450, over the best other (LitServe)")
    assert target.value == pytest.approx(0.8)
    assert target.met


def test_engine_and_limit() -> None:
    # 8 thousand million multiply-adds at 100 thousand million a second: 80 ms.
    record = outcome([one_round(150, 10, engine=140)], [one_round(500, 2)])
    found = targets(record, "this server")
    assert record.limits_ms == [80]
    assert by_name(found, "share that the server adds").value == pytest.approx(10 / 140)
    call = by_name(found, "engine's call")
    assert (call.value, call.rule, call.met) == (1.75, "at most 1.8", True)
    assert not by_name(found, "latency p50, 600x450, over the float32 limit").met
    assert (
        by_name(
            targets(outcome([one_round(150, 10, engine=70)], [one_round(500, 2)], int8=True), "this server"),
            "engine's call",
        ).rule
        == "below 1"
    )


@pytest.mark.parametrize(("ms", "met"), [(80, False), (79.9, True)])
def test_integers_are_to_go_below_the_limit(ms: float, met: bool) -> None:
    record = outcome([one_round(ms, 10, engine=ms)], [one_round(500, 2)], int8=True)
    beside = [each for each in targets(record, "this server") if "float32 limit" in each.what]
    assert [(each.value < 1, each.met) for each in beside] == [(met, met)] * 2


def test_what_was_not_measured_is_no_target() -> None:
    record = outcome([one_round(1, 10, engine=1)], [one_round(10, 2)])
    del record.servers["plain fastai"], record.rounds["plain fastai"]
    assert [target.what.partition(",")[0] for target in targets(record, "this server")] == [
        "share that the server adds to the engine's call",
        "engine's call",
        "latency p50",
    ]
