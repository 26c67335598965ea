from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.outcome import circumstances, recorded
from benchmarks.parallel import REPORTS, kind, main, own_setting, settings
from benchmarks.parallel_report import Loaded, Measured, Outcome, Round, Setting, report
from benchmarks.photographs import photographs
from benchmarks.serving.record import LARGE, SMALL
from server.config import Config, read_config

MOBILE = Path(__file__).parents[2] / "models/mobilenet_v2"
PAGE = Path("parallel-small.md")
OWN = Setting(workers=1, parallel=2, threads=2)
ONE_THREAD = Setting(workers=1, parallel=2, threads=1)


def outcome(rates: dict[Setting, float]) -> Outcome:
    """What was measured where settings answer so many small pictures a second, and a tenth of large ones."""

    def loaded(rate: float) -> Loaded:
        return Loaded(rate=rate, p50_ms=1600 / rate, p95_ms=2000 / rate, answers=80, others=0)

    def each(rate: float) -> Round:
        return Round(
            memory_peak_mb=200, many={SMALL: loaded(rate), LARGE: loaded(2.0)}, one=loaded(20 - rate / 2)
        )

    return Outcome(
        **circumstances("benchmarks.parallel", ("numpy",)),
        model="small",
        manifest="",
        cpus=2,
        seconds=4,
        own=OWN,
        measured=[
            Measured(setting=setting, rounds=[each(rate), each(rate), each(2 * rate)])
            for setting, rate in rates.items()
        ],
    )


@pytest.mark.parametrize("cpus", [1, 2, 16])
def test_settings_keep_all_processors_busy(cpus: int) -> None:
    chosen = settings(cpus)
    assert chosen[0] == own_setting(cpus)
    assert len(set(chosen)) == len(chosen)
    assert all(each.workers * each.parallel * each.threads >= cpus for each in chosen)
    assert {each.workers for each in chosen} == {1, 2}


def test_own_setting_is_what_the_server_finds_by_itself() -> None:
    found = own_setting(Config().threads)
    assert (found.workers, found.parallel, found.threads) == (1, Config().parallel, Config().threads)
    assert own_setting(2) == OWN


def test_a_setting_reaches_the_server() -> None:
    told = read_config(kind(ONE_THREAD).settings(Path("models/small"), 5000))
    assert Setting(workers=told.web_workers, parallel=told.parallel, threads=told.threads) == ONE_THREAD


def test_the_best_setting_and_the_own_one_are_told() -> None:
    page = report(outcome({OWN: 10.0, ONE_THREAD: 10.4}), PAGE)
    assert f"Of pictures of {SMALL} `{ONE_THREAD.told}` answers the most, **1.04**" in page
    assert "is within 5 % of it" in page
    page = report(outcome({OWN: 10.0, ONE_THREAD: 12.0}), PAGE)
    assert "is not within 5 % of it. An answer to one client then takes **1.07**" in page
    page = report(outcome({OWN: 10.0, ONE_THREAD: 9.0}), PAGE)
    assert f"Of pictures of {SMALL} the server's own setting answers the most." in page


def test_requests_without_an_answer_are_told() -> None:
    found = outcome({OWN: 10.0})
    assert "No request was refused" in report(found, PAGE)
    found.measured[0].rounds[0].many[SMALL] = msgspec.structs.replace(
        found.measured[0].rounds[0].many[SMALL], others=3
    )
    assert "3 requests were refused or failed." in report(found, PAGE)


def test_settings_are_measured_on_running_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = Setting(workers=2, parallel=1, threads=1)
    monkeypatch.setattr("benchmarks.parallel.settings", lambda cpus: [own_setting(cpus), two])
    monkeypatch.setattr("benchmarks.parallel.photographs", lambda size: photographs((300, 225), ["regular"]))
    page = tmp_path / "parallel.md"
    arguments = ["--model", str(MOBILE), "--out", str(page)]
    done = CliRunner().invoke(main, [*arguments, "--rounds", "1", "--seconds", "0.4"])
    assert done.exit_code == 0, done.output
    found = recorded(page, Outcome)
    assert [each.setting for each in found.measured][1] == two
    assert all(each.rounds[0].one.answers > 0 < each.rounds[0].memory_peak_mb for each in found.measured)
    page.write_text("Out of date.")
    assert CliRunner().invoke(main, [*arguments, "--rewrite"]).exit_code == 0
    assert page.read_text() == report(found, page)


@pytest.mark.parametrize("numbers", sorted(REPORTS.glob("parallel-*.json")), ids=lambda path: path.stem)
def test_committed_pages_are_fresh(numbers: Path) -> None:
    page, remedy = numbers.with_suffix(".md"), "python -m benchmarks.parallel --rewrite"
    assert page.read_text() == report(recorded(page, Outcome), page), remedy
