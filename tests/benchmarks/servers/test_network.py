from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks.servers.network import Network
from lesion.calibrate import probabilities
from lesion.drawings import drawing
from lesion.preprocess import preprocess

pytestmark = pytest.mark.training


def test_image_comes_to_the_network_as_the_server_prepares_it(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 8 * 8, 2))
    torch.save({"net": net, "classes": ["benign", "malignant"], "size": 8}, tmp_path / "network.pt")
    image = drawing("irregular", seed=1, size=(60, 45))
    with torch.inference_mode():
        logits = net(torch.from_numpy(preprocess(image, 8))).numpy()
    found = Network(tmp_path / "network.pt")(image)
    assert list(found) == ["benign", "malignant"]
    assert list(found.values()) == pytest.approx(probabilities(logits, 1.0)[0].tolist(), abs=1e-6)
