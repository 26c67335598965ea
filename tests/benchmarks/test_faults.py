from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from benchmarks.asking import Said
from benchmarks.faults.__main__ import REPORT, TROUBLES, main
from benchmarks.faults.clients import HABITS, Crowd, Habit
from benchmarks.faults.growth import DAY_H, Growth, growth, room
from benchmarks.faults.page import judged, misses, notes, page
from benchmarks.faults.processes import RIGHT, WRONG, checked
from benchmarks.faults.record import Found, Numbers, Scenario, check, counted, keep, milliseconds, read
from benchmarks.faults.verdicts import NOT_MEASURED
from benchmarks.load import Load, Reply
from benchmarks.misses import untold
from benchmarks.outcome import commit

ROOT = Path(__file__).parents[2]
WHOLE = ("model", "disk")
"""Troubles of which no target depends on how busy the machine is."""
NEVER = ("wrong answers", "answers lost", "all pictures answered", "answered or refused", "records named")
"""Targets of the others that do not depend on it either."""


def scenario(name: str, *met: bool | None, numbers: Numbers | None = None) -> Scenario:
    return Scenario(
        date="2026-01-01",
        command="python -m benchmarks.faults",
        machine="2 cores",
        versions={"python": "3.11"},
        name=name,
        title=name.title(),
        model="mobilenet_v2",
        found=Found(
            how="So.",
            checks=[check(f"check {n}, 8", "7", each) for n, each in enumerate(met)],
            numbers=numbers or {},
        ),
    )


def test_page_counts_the_targets_that_were_missed_and_keeps_what_was_not_measured_anew(
    tmp_path: Path,
) -> None:
    keep(tmp_path / "faults.json", [scenario("killed", True, None), scenario("disk", False)])
    again = read(tmp_path / "faults.json")
    text = page(list(again.values()), "faults.json")
    assert "2 targets, 1 missed." in text
    assert "## Killed" in text
    assert "| check 0, 8 | 7 | met |" in text
    assert "| check 1, 8 | 7 |  |" in text
    assert "| check 0, 8 | 7 | **missed** |" in text
    assert read(tmp_path / "none.json") == {}
    assert "1 targets, all met." in page([scenario("disk", True)], "faults.json")


def test_what_was_tried_stands_beside_a_missed_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.misses.TRIED", tmp_path)
    (tmp_path / "faults-disk.md").write_text("- **check 0**: all.\n- **check 1**: nothing.\n")
    (tmp_path / "records.toml").write_text('faults-disk = "2026-01-01"\n')
    text = page([scenario("killed", False), scenario("disk", False, True)], "faults.json")
    assert text.count("### What was tried") == 1
    assert text.endswith("python 3.11.\n\n### What was tried\n\n- **check 0**: all.\n")
    assert misses(scenario("disk", False, True)) == ["check 0"]


def of(load: Sequence[int]) -> Load:
    return Load(seconds=1, replies=[Reply(due=0, seconds=0.1, status=status) for status in load])


@pytest.mark.parametrize(
    ("name", "numbers", "met"),
    [
        ("soak", counted(of([503] * 20)), [False]),
        ("soak", counted(of([200] * 18 + [503] * 2)), [False]),
        ("soak", counted(of([200] * 19 + [503])), [True]),
        ("soak", counted(of([200])), [True]),
        ("soak", {"answers_p50_s": 1.0}, [None]),
        ("overload", {"capacity_per_s": 10.0, "sent": 30.0} | counted(of([503])), [False]),
        ("overload", {"capacity_per_s": 10.0, "sent": 95}, [True]),
        ("overload", {"capacity_per_s": 10.0}, [None]),
        (
            "clients",
            {"idle: memory_mb": 399.0, "idle: p50_s": 500.0, "slow: memory_mb": 401.0},
            [True, False],
        ),
        ("clients", {"idle: p50_s": 1.0}, [None]),
        ("stop", {"took_s": 1.0, "lost": 0}, [None]),
        ("stop", counted(of([200] * 9)) | {"outcome_refused": 3}, [True]),
        ("stop", counted(of([200] * 9 + [503])), [False]),
        ("stop", counted(of([200])) | {"outcome_broken": 1, "outcome_late": 1}, [False]),
        ("killed", {"sent": 1.0, "capacity_per_s": 1.0}, []),
    ],
)
def test_what_is_judged_by_the_numbers_alone(name: str, numbers: Numbers, met: list[bool | None]) -> None:
    given = scenario(name, None, numbers=numbers)
    assert [each.met for each in judged(given)] == [None, *met]
    text = page([given], "faults.json")
    assert f"{len(met) - met.count(None)} targets" in text
    assert ("; 1 not measured. " in text, "| not measured | **open** |" in text) == (None in met, None in met)


def test_percentiles_of_no_answers_are_read_again(tmp_path: Path) -> None:
    keep(tmp_path / "faults.json", [scenario("soak", numbers={"answers_p50_s": float("nan")})])
    assert read(tmp_path / "faults.json")["soak"].found.numbers == {"answers_p50_s": None}


def test_each_part_tells_the_commit_and_the_day_that_it_was_measured_at() -> None:
    parts = [
        replace(scenario(name), commit=commit) for name, commit in (("killed", "0a1b2c3"), ("disk", None))
    ]
    text = page(parts, "faults.json")
    assert text.count("on 2026-01-01: 2 cores.") == 2
    assert text.count("python 3.11; commit `0a1b2c3`.") == 1
    assert [part.when for part in parts] == ["2026-01-01, 0a1b2c3", "2026-01-01"]


def test_a_commit_is_that_of_the_program_and_not_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        asked.append(arguments)
        return subprocess.CompletedProcess(arguments, int("diff" in arguments), "0a1b2c3\n")

    monkeypatch.setattr("benchmarks.outcome._git", git)
    assert commit() == "0a1b2c3-dirty"
    assert ":(exclude)docs/benchmarks" in asked[-1]


def test_durations_are_written_as_one_reads_them() -> None:
    assert (milliseconds(0.0254), milliseconds(25.04)) == ("25 ms", "25.0 s")


def resident(per_hour: float, minutes: float, picture: float = 25, levels: float = 20) -> Growth:
    """Memory over time: it takes a while to find its level, and up to four pictures come and go."""
    at = np.arange(0, 60 * minutes, 0.05)
    random = np.random.default_rng(0)
    pictures = picture * random.integers(0, 5, at.size // 4 + 1).repeat(4)[: at.size]
    settling = np.minimum(at / 10, levels)
    megabytes = 150 + settling + per_hour * at / 3600 + pictures + random.normal(0, 1, at.size)
    return growth(list(at), list(1e6 * megabytes))


@pytest.mark.parametrize(("per_hour", "met"), [(0, True), (-30, True), (2, True), (8, False), (60, False)])
def test_memory_that_grows_is_told_from_memory_that_sways(per_hour: float, met: bool) -> None:
    found = resident(per_hour, minutes=30)
    assert found.within(room(DAY_H)) is met
    assert found.low < per_hour < found.high
    assert found.per_hour == pytest.approx(per_hour, abs=2)
    assert found.most > 250
    first = found.checks(DAY_H)[0]
    assert (first.met, "too short" in first.found) == (met, False)


@pytest.mark.parametrize(("per_hour", "minutes"), [(0, 1), (-60, 0.5), (30, 0.5)])
def test_a_wide_interval_proves_nothing(per_hour: float, minutes: float) -> None:
    found = resident(per_hour, minutes, levels=0)
    assert found.low < room(DAY_H) < found.high
    first = found.checks(DAY_H)[0]
    assert first.met is False
    assert first.found.endswith("too short to say")


def test_memory_may_fill_the_smallest_dyno_no_sooner_than_it_is_restarted() -> None:
    assert room(DAY_H) == pytest.approx(4)
    assert not resident(0, 30, picture=70).checks(DAY_H)[1].met  # from more than it began with


def test_a_load_too_short_for_a_slope_is_refused() -> None:
    for at in ([], [0.0, 1.0]):
        with pytest.raises(ValueError, match="--seconds"):
            growth(at, [1e8] * len(at))


def test_a_run_that_is_too_short_misses_a_target() -> None:
    soak, model = TROUBLES["soak"], TROUBLES["model"]
    assert [each.met for each in soak.planned(1_799)] == [False]
    assert [each.met for each in soak.planned(1_800)] == [True]
    assert model.planned(0) == []


def test_committed_page_is_fresh() -> None:
    scenarios = list(read(REPORT.with_suffix(".json")).values())
    assert len(scenarios) == len(TROUBLES)
    assert REPORT.read_text() == page(scenarios, "faults.json"), "python -m benchmarks.faults --rewrite"


@pytest.mark.parametrize("found", read(REPORT.with_suffix(".json")).values(), ids=lambda found: found.name)
def test_the_committed_page_says_of_each_missed_target_what_was_tried(found: Scenario) -> None:
    assert untold(notes(found), found, misses(found)) == []


def test_a_page_is_written_anew_from_its_numbers(tmp_path: Path) -> None:
    keep(tmp_path / "faults.json", [scenario("stop", True)])
    done = CliRunner().invoke(main, ["--rewrite", "--out", str(tmp_path / "faults.md")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "faults.md").read_text() == page([scenario("stop", True)], "faults.json")


def test_an_answer_for_another_picture_is_found_to_be_wrong() -> None:
    async def ask(session: object, number: int) -> Said:
        return Said(200 if number < 3 else 503, b"b" if number == 2 else b"a")

    asking = checked(ask, [b"a", b"b"], bytes.upper)
    said = [asyncio.run(asking(None, number)) for number in range(4)]
    assert [each.body for each in said] == [RIGHT.encode(), WRONG.encode(), WRONG.encode(), b"a"]
    with pytest.raises(ValueError, match="same answer"):
        checked(ask, [b"a", b"b", b"A"], bytes.upper)


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
    assert crowd.held == 3
    for each in accepted:
        each.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["overload", "clients", "killed", "stop", "model", "database", "disk"])
def test_trouble_is_made_for_real(name: str, tmp_path: Path) -> None:
    out = tmp_path / "faults.md"
    arguments = ["--model", str(ROOT / "models/mobilenet_v2"), "--only", name, "--seconds", "4"]
    done = CliRunner().invoke(main, [*arguments, "--out", str(out)])
    assert done.exit_code == 0, done.output
    (found,) = json.loads(out.with_suffix(".json").read_text())
    assert found["name"] == name
    planned = [each for each in found["found"]["checks"] if each["what"].startswith("planned for")]
    assert [(each["found"], each["met"]) for each in planned] == [("4 s", False)] * (name != "model")
    scenario = read(out.with_suffix(".json"))[name]
    held = [
        each
        for each in judged(scenario)
        if (name in WHOLE or any(never in each.what for never in NEVER))
        and not each.what.startswith("planned for")
    ]
    assert held
    assert [each for each in held if not each.met] == []
    assert NOT_MEASURED not in [each.found for each in judged(scenario)]
    assert ("postgresql" in found["versions"]) is (name == "database")
    assert TROUBLES[name].title in out.read_text()
