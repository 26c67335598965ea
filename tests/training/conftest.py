"""One bundle, taken through calibrate, evaluate and card by the commands, for tests of the outcome."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from tests.training.colours import colour_bundle, colour_folder, colour_split


class Measured(NamedTuple):
    """Where the bundle and its data lie, and what the commands said."""

    bundle: Path
    data: Path
    split: Path
    elsewhere: Path
    results: dict[str, Result]


@pytest.fixture(scope="package")
def measured_once(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    from training.evidence.calibrate import calibrate
    from training.evidence.evaluate import evaluate
    from training.report.card import card

    root = tmp_path_factory.mktemp("measured")
    data, elsewhere = colour_folder(root / "home"), colour_folder(root / "other.clinic", 42, seed=5)
    split = colour_split(data, root / "split.csv")
    bundle = colour_bundle(root / "colours", split).path
    common = [str(bundle), "--data", str(data), "--split", str(split)]
    steps = {
        "calibrate": (calibrate, common),
        "evaluate": (evaluate, [*common, "--external", str(elsewhere)]),
        "card": (card, [str(bundle), "--readme", str(root / "none.md")]),
    }
    results = {name: CliRunner().invoke(command, args) for name, (command, args) in steps.items()}
    for name, result in results.items():
        assert result.exit_code == 0, (name, result.output, result.exception)
    return Measured(bundle, data, split, elsewhere, results)


@pytest.fixture
def measured(measured_once: Measured, tmp_path: Path) -> Measured:
    """The same with a copy of the bundle that a test may change."""
    return measured_once._replace(bundle=Path(shutil.copytree(measured_once.bundle, tmp_path / "colours")))


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run a command of the lab with arguments of any kind."""

    def call(command: object, *args: object) -> Result:
        return CliRunner().invoke(command, [str(arg) for arg in args])  # type: ignore[arg-type]

    return call
