from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.misses import remind, tried, untold


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("benchmarks.misses.TRIED", tmp_path)
    return tmp_path / "faults-soak.md"


def test_notes_are_shown_while_a_target_is_missed(notes: Path) -> None:
    assert tried("faults-soak", ["refused"]) == ""
    notes.write_text("- **refused**: a longer queue.\n")
    assert tried("faults-soak", ["refused"]) == "\n\n### What was tried\n\n- **refused**: a longer queue."
    assert tried("faults-soak", []) == ""


def test_each_missed_target_is_to_be_named(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missed = ["refused", "memory at its peak", "memory at its peak"]
    assert untold("faults-soak", missed) == missed[:2]
    notes.write_text("- **refused**: a longer queue.\n")
    assert untold("faults-soak", missed) == ["memory at its peak"]
    remind("faults-soak", missed)
    assert capsys.readouterr().err == (
        "Say in benchmarks/tried/faults-soak.md what was tried on: memory at its peak.\n"
    )
    remind("faults-soak", ["refused"])
    assert capsys.readouterr().err == ""
