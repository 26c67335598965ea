from __future__ import annotations

import pytest

from benchmarks.serving.dynos import DYNOS, smallest


@pytest.mark.parametrize(
    ("megabytes", "name"),
    [(100, "Basic"), (512, "Basic"), (513, "Standard-2X"), (2000, "Performance-M"), (9000, "Performance-L")],
)
def test_smallest_that_holds_it(megabytes: float, name: str) -> None:
    found = smallest(megabytes * 1e6)
    assert found is not None
    assert found.name == name


def test_too_much_for_any() -> None:
    assert smallest(1e12) is None


def test_dearer_means_larger() -> None:
    assert [dyno.price for dyno in DYNOS] == sorted(dyno.price for dyno in DYNOS)
    assert [dyno.memory for dyno in DYNOS] == sorted(dyno.memory for dyno in DYNOS)
