from __future__ import annotations

import msgspec
import pytest

from benchmarks.serving.agreement import agreement, calibrated, check, reference
from benchmarks.serving.record import LARGE, SMALL, Outcome
from tests.benchmarks.serving.records import outcome, server


def with_answers(*found: tuple[str, bool, dict[str, float]]) -> Outcome:
    """A record of servers of which no round was measured: each with its arithmetic, and what it found."""
    servers = {name: server(name.startswith("this"), shares, int8) for name, int8, shares in found}
    return msgspec.structs.replace(outcome([], []), servers=servers, temperature=1.0)


def test_answers_are_compared_at_one_temperature() -> None:
    assert calibrated({"a": 2 / 3, "b": 1 / 3}, 0.5) == pytest.approx({"a": 0.8, "b": 0.2})
    assert calibrated({"a": 1.0, "b": 0.0}, 2.0) == pytest.approx({"a": 1.0, "b": 0.0})


def test_all_are_compared_with_this_server_in_float32() -> None:
    right = {"mel": 0.8, "nv": 0.2}
    assert reference(with_answers(("this int8", True, right), ("this", False, right))) == "this"
    assert reference(with_answers(("this int8", True, right), ("LitServe", False, right))) == "this int8"
    assert reference(with_answers(("LitServe", False, right))) == "LitServe"


def test_the_largest_distance_is_told_of_each_size() -> None:
    record = with_answers(
        ("this", False, {"mel": 0.8, "nv": 0.2}), ("LitServe", False, {"mel": 0.4, "nv": 0.6})
    )
    record.servers["LitServe"].shares[SMALL] = [{"mel": 0.79, "nv": 0.21}]
    found = agreement(record, "LitServe")
    assert (found.same, found.drawings) == (1, 2)
    assert found.apart == pytest.approx({SMALL: 0.01, LARGE: 0.4})


def test_other_work_ends_the_measurement() -> None:
    right, wrong = {"mel": 0.8, "nv": 0.2}, {"mel": 0.7, "nv": 0.3}
    check(with_answers(("this int8", True, wrong), ("this", False, right), ("LitServe", False, right)))
    with pytest.raises(RuntimeError, match="LitServe does other work than this"):
        check(with_answers(("this", False, right), ("LitServe", False, wrong)))
