from __future__ import annotations

import asyncio
import json
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.asking import Said
from benchmarks.faults.__main__ import TROUBLES, main
from benchmarks.faults.clients import HABITS, Crowd, Habit
from benchmarks.faults.processes import RIGHT, WRONG, checked
from benchmarks.faults.record import Found, Scenario, check, keep, milliseconds, page, read
from benchmarks.faults.watching import growth

ROOT = Path(__file__).parents[2]


def scenario(name: str, *met: bool | None) -> Scenario:
    return Scenario(
        date="2026-01-01",
        command="python -m benchmarks.faults",
        machine="2 cores",
        versions={"python": "3.11"},
        name=name,
        title=name.title(),
        model="mobilenet_v2",
        found=Found(
            how="So.", checks=[check(f"check {n}", "7", each) for n, each in enumerate(met)], numbers={}
        ),
    )


def test_page_counts_the_targets_that_were_missed_and_keeps_what_was_not_measured_anew(
    tmp_path: Path,
) -> None:
    keep(tmp_path / "faults.json", [scenario("overload", True, None), scenario("stop", False)])
    again = read(tmp_path / "faults.json")
    text = page(list(again.values()), "faults.json")
    assert "2 targets, 1 missed." in text
    assert "## Overload" in text
    assert "| check 0 | 7 | met |" in text
    assert "| check 1 | 7 |  |" in text
    assert "| check 0 | 7 | **missed** |" in text
    assert read(tmp_path / "none.json") == {}
    assert "1 targets, all met." in page([scenario("stop", True)], "faults.json")


def test_durations_are_written_as_one_reads_them() -> None:
    assert (milliseconds(0.0254), milliseconds(25.04)) == ("25 ms", "25.0 s")


@pytest.mark.parametrize(("per_hour", "nil"), [(0.0, True), (-30.0, True), (1.0, True), (60.0, False)])
def test_memory_that_grows_is_told_from_memory_that_sways(per_hour: float, nil: bool) -> None:
    at = np.arange(0, 1800, 0.5)
    sway = np.random.default_rng(0).normal(0, 2, at.size) + 3 * np.sin(at / 7)
    start = np.where(at < 200, at / 10, 20)  # it takes a while to find its level
    found = growth(list(at), list(150 + start + per_hour * at / 3600 + sway))
    assert found.nil is nil
    assert found.low < per_hour < found.high
    assert found.per_hour == pytest.approx(per_hour, abs=4)
    assert found.most > 170


def test_a_load_too_short_for_a_slope_is_refused() -> None:
    with pytest.raises(ValueError, match="--seconds"):
        growth([0.0, 1.0], [100.0, 101.0])


def test_an_answer_for_another_picture_is_found_to_be_wrong() -> None:
    async def ask(session: object, number: int) -> Said:
        return Said(200 if number < 3 else 503, b"b" if number == 2 else b"a")

    asking = checked(ask, [b"a", b"b"], bytes.upper)
    said = [asyncio.run(asking(None, number)) for number in range(4)]
    assert [each.body for each in said] == [RIGHT.encode(), WRONG.encode(), WRONG.encode(), b"a"]


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.name)
def test_a_crowd_keeps_to_its_habit_until_it_is_called_off(habit: Habit) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    accepted: list[socket.socket] = []

    def accept() -> None:
        for _ in range(3):
            accepted.append(listener.accept()[0])

    with listener:
        thread = threading.Thread(target=accept)
        thread.start()
        with Crowd(f"http://127.0.0.1:{listener.getsockname()[1]}", habit, 3) as crowd:
            thread.join(20)
            if habit.first:
                assert all(each.recv(1_000).startswith(habit.first) for each in accepted)
        assert crowd.cut_off == 0
    for each in accepted:
        each.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["overload", "clients", "killed", "stop", "database"])
def test_trouble_is_made_for_real(name: str, tmp_path: Path) -> None:
    out = tmp_path / "faults.md"
    arguments = ["--model", str(ROOT / "models/mobilenet_v2"), "--only", name, "--seconds", "4"]
    done = CliRunner().invoke(main, [*arguments, "--out", str(out)])
    assert done.exit_code == 0, done.output
    (found,) = json.loads(out.with_suffix(".json").read_text())
    assert found["name"] == name
    assert TROUBLES[name].title in out.read_text()
