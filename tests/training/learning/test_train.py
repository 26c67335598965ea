from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from training.__main__ import main

pytestmark = pytest.mark.training


def test_wrong_folders_and_files_end_in_one_line(drawn: tuple[Path, Path], tmp_path: Path) -> None:
    folder, path = drawn
    common = ["train", "--weights", "none", "--arch", "mobilenet_v2", "--split", str(path)]
    for options, words in (
        (["--data", str(tmp_path / "absent")], "no data folder"),
        (["--data", str(folder), "--config", str(folder)], "configuration is not valid"),
        (["--data", str(folder), "--arch", "alexnet", "--run", str(tmp_path / "run")], "no backbone alexnet"),
        (["--data", str(folder), "--weights", "absent.pth", "--run", str(tmp_path / "run")], "No weights at"),
    ):
        result = CliRunner().invoke(main, [*common, *options])
        assert result.exit_code == 1, result.output
        assert words in result.output
        assert "Traceback" not in result.output
    assert not (tmp_path / "run").exists(), "a mistake leaves no run that the next try would have to delete"
