from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.misses import remind, tried, untold
from benchmarks.outcome import Circumstances

RECORD = Circumstances(
    date="2026-01-01", command="python -m benchmarks.faults", machine="", versions={}, commit="0a1b2c3"
)
LATER = Circumstances(date="2026-01-01", command=RECORD.command, machine="", versions={}, commit="4d5e6f7")


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("benchmarks.misses.TRIED", tmp_path)
    (tmp_path / "records.toml").write_text(f'faults-soak = "{RECORD.when}"\n')
    return tmp_path / "faults-soak.md"


def test_notes_are_shown_while_their_target_is_missed(notes: Path) -> None:
    assert tried("faults-soak", RECORD, ["refused"]) == ""
    notes.write_text("- **refused**: a longer queue,\n  and a shorter.\n- **memory**, **time**: nothing.\n")
    told = "\n\n### What was tried\n\n- **refused**: a longer queue,\n  and a shorter."
    assert tried("faults-soak", RECORD, ["refused"]) == told
    assert tried("faults-soak", RECORD, ["time", "refused"]) == told + "\n- **memory**, **time**: nothing."
    assert tried("faults-soak", RECORD, ["another"]) == tried("faults-soak", RECORD, []) == ""


def test_notes_on_another_record_are_none(notes: Path) -> None:
    notes.write_text("- **refused**: a longer queue.\n")
    assert untold("faults-soak", RECORD, ["refused"]) == []
    assert untold("faults-soak", LATER, ["refused"]) == ["refused"]
    assert tried("faults-soak", LATER, ["refused"]) == ""


def test_each_missed_target_is_to_be_named(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missed = ["refused", "memory at its peak", "memory at its peak"]
    assert untold("faults-soak", RECORD, missed) == missed[:2]
    notes.write_text("- **refused**: a longer queue.\n")
    assert untold("faults-soak", RECORD, missed) == ["memory at its peak"]
    remind("faults-soak", RECORD, missed)
    assert capsys.readouterr().err == (
        "Say in benchmarks/tried/faults-soak.md what was tried on: memory at its peak. "
        'Then let records.toml there say: faults-soak = "2026-01-01, 0a1b2c3"\n'
    )
    remind("faults-soak", RECORD, ["refused"])
    assert capsys.readouterr().err == ""
