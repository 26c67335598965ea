from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lesion.errors import DataError
from training.__main__ import main
from training.learning.alone import alone_in

pytestmark = pytest.mark.training


def test_a_folder_is_free_again_when_its_process_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with alone_in(tmp_path / "run"):
            others = (tmp_path / "run", tmp_path / "other")
            with pytest.raises(DataError, match=rf"at work in {re.escape(str(others[0]))}: wait"):
                alone_in(others[0]).__enter__()
            with alone_in(others[1]):
                pass
    hard = "import os; from pathlib import Path; from training.learning.alone import alone_in\n"
    hard += f"with alone_in(Path({str(tmp_path)!r})): os._exit(9)"
    assert subprocess.run([sys.executable, "-c", hard], check=False).returncode == 9
    with alone_in(tmp_path):
        pass


def test_two_trainings_of_one_run_do_not_meet(drawn: tuple[Path, Path], tmp_path: Path) -> None:
    folder, path = drawn
    run = tmp_path / "run"
    options = ["--arch", "plain_cnn", "--weights", "none", "--size", "32", "--split", str(path)]
    with alone_in(run):
        result = CliRunner().invoke(main, ["train", "--data", str(folder), "--run", str(run), *options])
    assert result.exit_code == 1
    assert "Another process is at work" in result.output
    assert not (run / "run.json").exists()
