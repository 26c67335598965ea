from __future__ import annotations

from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import save_file

from lesion.errors import DataError
from training.nets import BACKBONES, ServedNet, build, parameter_groups

pytestmark = pytest.mark.training


@pytest.mark.parametrize("arch", sorted(BACKBONES))
def test_the_map_s_mean_plus_the_bias_is_the_logit(arch: str) -> None:
    net = build(arch, "none", 7).eval()
    with torch.inference_mode():
        logits, cam, embedding = ServedNet(net)(x := torch.rand(2, 3, 64, 64))
        assert torch.allclose(logits, net(x), atol=1e-5)
        assert torch.allclose(cam.mean(dim=(2, 3)) + net.linear.bias, logits, atol=1e-4)
    assert embedding.shape == (2, net.linear.in_features)


def test_densenet_keeps_the_activation_that_torchvision_applies_outside_its_features() -> None:
    reference = torchvision.models.densenet161(weights=None, num_classes=7).eval()
    net = build("densenet161", "none", 7).eval()
    net.features.load_state_dict(reference.features.state_dict())
    net.linear.load_state_dict(reference.classifier.state_dict())
    x = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(net(x), reference(net.normalise(x)), atol=1e-5)


@pytest.mark.parametrize("arch", sorted(BACKBONES))
def test_the_groups_hold_every_parameter_once(arch: str) -> None:
    net = build(arch, "none", 7)
    grouped = [id(p) for group in parameter_groups(net) for p in group]
    assert sorted(grouped) == sorted(id(p) for p in net.parameters())


def test_imagenet_weights_with_the_expanded_first_bottleneck_are_taken(shared_data: Path) -> None:
    weights = shared_data.parent / "weights" / "mobilenet_v2-imagenet.safetensors"
    net = build("mobilenet_v2", str(weights), 7)
    assert len(net.features[1].conv) == 4
    assert net.linear.out_features == 7


def test_a_saved_network_is_taken_again_and_its_head_left_for_another_task(tmp_path: Path) -> None:
    first = build("mobilenet_v2", "none", 7)
    save_file(first.state_dict(), tmp_path / "net.safetensors")
    same = build("mobilenet_v2", str(tmp_path / "net.safetensors"), 7)
    other = build("mobilenet_v2", str(tmp_path / "net.safetensors"), 2)
    assert torch.equal(first.linear.weight, same.linear.weight)
    assert other.linear.out_features == 2
    assert torch.equal(first.features[0][0].weight, other.features[0][0].weight)


def test_weights_that_are_absent_or_of_another_architecture_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No weights"):
        build("mobilenet_v2", str(tmp_path / "absent.safetensors"), 7)
    save_file(build("mobilenet_v2", "none", 7).state_dict(), tmp_path / "net.safetensors")
    with pytest.raises(DataError, match="does not fit"):
        build("densenet161", str(tmp_path / "net.safetensors"), 7)


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no weights")
    with pytest.raises(DataError, match=r"notes\.txt is no \.safetensors"):
        build("mobilenet_v2", str(tmp_path / "notes.txt"), 7)


def test_a_hub_out_of_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(pretrained: bool) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setitem(BACKBONES, "densenet161", unreachable)
    with pytest.raises(DataError, match="give --weights a file"):
        build("densenet161", "imagenet", 7)


def test_an_unknown_backbone_is_named() -> None:
    with pytest.raises(DataError, match="densenet161"):
        build("alexnet", "none", 7)
