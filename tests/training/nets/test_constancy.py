from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from lesion.engine import OnnxEngine
from training.bundling.models import write_onnx
from training.nets.building import build
from training.nets.constancy import ShadesOfGrey

pytestmark = pytest.mark.training


def test_the_light_s_colour_makes_no_difference() -> None:
    torch.manual_seed(0)
    image = torch.rand(2, 3, 16, 16)
    yellow = image * torch.tensor([1.0, 0.9, 0.6]).view(1, 3, 1, 1)
    seen = [ShadesOfGrey()(x) for x in (image, yellow)]
    seen = [x / x.mean(dim=(1, 2, 3), keepdim=True) for x in seen]
    assert torch.allclose(*seen, atol=1e-5)


def test_a_grey_light_leaves_an_image_as_it_is() -> None:
    grey = torch.rand(2, 1, 16, 16).expand(2, 3, 16, 16)
    assert torch.allclose(ShadesOfGrey()(grey), grey, atol=1e-6)


def test_the_light_is_the_minkowski_mean() -> None:
    image = torch.rand(1, 3, 8, 8)
    light = (image**6).mean(dim=(2, 3), keepdim=True) ** (1 / 6)
    unit = light / light.norm(dim=1, keepdim=True)
    assert torch.allclose(ShadesOfGrey()(image), image / (unit * 3**0.5), atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 1e-8, 1.0])
def test_an_even_picture_stays_finite_and_so_do_its_gradients(value: float) -> None:
    image = torch.full((1, 3, 8, 8), value, requires_grad=True)
    white = ShadesOfGrey()(image)
    white.sum().backward()
    assert white.isfinite().all()
    assert image.grad is not None
    assert image.grad.isfinite().all()


def test_the_graph_does_it_too(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = build("plain_cnn", "none", 7, constancy="shades_of_grey").eval()
    write_onnx(net, 32, tmp_path / "model.onnx")
    engine = OnnxEngine(tmp_path / "model.onnx", threads=1)
    dark, noise = np.zeros((1, 3, 32, 32)), np.random.default_rng(0).random((1, 3, 32, 32))
    yellow = noise * np.array([1.0, 0.7, 0.3])[:, None, None]
    batch = np.concatenate([dark, yellow]).astype(np.float32)
    with torch.inference_mode():
        expected = net(torch.from_numpy(batch)).numpy()
    assert np.allclose(engine(batch).logits, expected, atol=1e-5)
    plain = build("plain_cnn", "none", 7)
    plain.load_state_dict(net.state_dict())
    with torch.inference_mode():
        without = plain.eval()(torch.from_numpy(batch)).numpy()
    assert np.abs(without - expected)[1].max() > 1e-3, "the test must tell whether the graph does it"
