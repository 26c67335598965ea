from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import onnxruntime
import pytest

from lesion.engine import OnnxEngine

CUDA, PROCESSOR = "CUDAExecutionProvider", "CPUExecutionProvider"
OFFERED = ["TensorrtExecutionProvider", CUDA, "CoreMLExecutionProvider", PROCESSOR]


class Session:
    """ONNX Runtime's session on a machine without devices: it falls back to the processor."""

    devices: tuple[str, ...] = ()

    def __init__(self, _: str, __: onnxruntime.SessionOptions, providers: Sequence[str]) -> None:
        self.providers = list(providers)

    def get_providers(self) -> list[str]:
        return [name for name in self.providers if name in (*self.devices, PROCESSOR)]


class OnDevice(Session):
    """One on a machine with a CUDA device."""

    devices = (CUDA,)


def opened(session: type[Session], offered: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> OnnxEngine:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(offered))
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    return OnnxEngine(Path("model.onnx"))


def test_a_cuda_device_is_asked_for_first_and_other_libraries_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = opened(OnDevice, OFFERED, monkeypatch)
    assert engine._session.providers == [CUDA, PROCESSOR]
    assert engine.provider == CUDA


def test_a_library_for_devices_without_one_is_told_as_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(Session, OFFERED, monkeypatch).provider == PROCESSOR


def test_without_that_library_the_processor_alone_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = opened(Session, [PROCESSOR], monkeypatch)
    assert engine._session.providers == [PROCESSOR]
    assert engine.provider == PROCESSOR
