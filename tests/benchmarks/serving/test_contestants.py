from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.serving.contestants import (
    BENTOML,
    FLOAT32,
    GPU,
    GRADIO,
    LITSERVE,
    PLAIN,
    Contestant,
    contestants,
    installed,
    interpreter,
    serving,
)
from lesion.bundle import Bundle
from lesion.cpus import available_cpus

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


@pytest.mark.parametrize("other", [PLAIN, LITSERVE, BENTOML, GRADIO], ids=lambda other: other.name)
def test_torch_takes_as_many_threads_as_this_server(other: Contestant) -> None:
    assert other.kind.settings(MOBILE, 1)["OMP_NUM_THREADS"] == str(available_cpus())


@pytest.mark.parametrize(
    ("name", "for_gpu"),
    [
        ("nvidia/cudnn/lib/libcudnn.so.9", True),
        ("triton/compiler.py", True),
        ("cuda_bindings-13.5.0.dist-info/METADATA", True),
        ("torch/lib/libtorch_cuda.so", True),
        ("torch/lib/libtorch_cuda_linalg.so", True),
        ("torch/lib/libc10_cuda.so", True),
        ("torch/lib/libcaffe2_nvrtc.so", True),
        ("torch/lib/libtorch_nvshmem.so", True),
        ("torchvision.libs/libcudart.3eda8113.so.13", True),
        ("torchvision.libs/libnvjpeg.4a0b5c81.so.13", True),
        ("torch/lib/libtorch_cpu.so", False),
        ("torch/cuda/__init__.py", False),
        ("torchvision.libs/libjpeg.d33e0c76.so.8", False),
        ("onnxruntime/capi/libonnxruntime.so.1", False),
    ],
)
def test_what_is_there_for_graphics_cards(name: str, for_gpu: bool) -> None:
    assert bool(GPU.match(name)) is for_gpu


@pytest.mark.training
def test_the_build_of_torch_is_told() -> None:
    import torch

    assert installed(PLAIN, sys.executable, MOBILE).versions["torch"] == torch.__version__
