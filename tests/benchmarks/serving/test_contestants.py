from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.serving.contestants import FLOAT32, PLAIN, contestants, installed, interpreter, serving
from lesion.bundle import Bundle

ROOT = Path(__file__).parents[3]
MOBILE = ROOT / "models/mobilenet_v2"


def test_everybody_has_a_name_and_an_environment_of_its_own() -> None:
    everybody = contestants(Bundle.load(MOBILE))
    assert len({each.name for each in everybody}) == len(everybody)
    assert all((ROOT / each.requirements).is_file() for each in everybody)
    assert everybody[0].ours


def test_what_each_serves_from(tmp_path: Path) -> None:
    bundle = Bundle.load(MOBILE).serving("model.onnx")
    assert FLOAT32.source(bundle, tmp_path) == MOBILE
    assert PLAIN.source(bundle, tmp_path) == tmp_path / "model.pkl"


def test_another_graph_is_served_from_a_copy_whose_hashes_hold(tmp_path: Path) -> None:
    eight_bits = Bundle.load(MOBILE).serving("model.int8.onnx")  # as if it were the default
    copy = Bundle.load(serving(eight_bits, "model.onnx", tmp_path))
    assert copy.path != MOBILE
    assert copy.manifest.graph == "model.onnx"
    assert copy.verify() == []


def test_here_means_this_interpreter() -> None:
    assert interpreter(FLOAT32, here=True) == sys.executable


def test_installed_size_counts_packages_code_and_model() -> None:
    found = installed(FLOAT32, sys.executable, MOBILE)
    assert found.everything >= found.without_gpu > (MOBILE / "model.onnx").stat().st_size
    assert found.versions.keys() == set(FLOAT32.packages)
