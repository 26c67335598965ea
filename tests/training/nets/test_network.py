from __future__ import annotations

import re
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import save_file

from lesion.errors import DataError
from training.nets.backbones import BACKBONES, Backbone
from training.nets.building import build
from training.nets.groups import FEATURE_GROUPS, parameter_groups
from training.nets.network import LesionNet, ServedNet
from training.nets.weights import take_weights

pytestmark = pytest.mark.training


@pytest.mark.parametrize("arch", ["mobilenet_v2", "plain_cnn"])
def test_the_map_s_mean_plus_the_bias_is_the_logit(arch: str) -> None:
    net = build(arch, "none", 7).eval()
    with torch.inference_mode():
        logits, cam, embedding = ServedNet(net)(x := torch.rand(2, 3, 64, 64))
        assert torch.allclose(logits, net(x), atol=1e-5)
        assert torch.allclose(cam.mean(dim=(2, 3)) + net.linear.bias, logits, atol=1e-4)
    assert embedding.shape == (2, net.linear.in_features)


@pytest.mark.parametrize(
    "arch", ["resnet18", "resnext50_32x4d", "mobilenet_v2", "efficientnet_b0", "densenet121"]
)
def test_nothing_is_lost_of_what_torchvision_does_between_features_and_classifier(arch: str) -> None:
    torch.manual_seed(0)
    reference = torchvision.models.get_model(arch, weights=None).eval()
    net = build(arch, "none", 1000).eval()
    take_weights(net, reference.state_dict(), arch)
    classifier = [module for module in reference.modules() if isinstance(module, torch.nn.Linear)][-1]
    net.linear.load_state_dict(classifier.state_dict())
    x = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(net(x), reference(net.normalise(x)), atol=1e-5)


def test_mixnet_s_features_are_those_of_timm() -> None:
    import timm

    torch.manual_seed(0)
    reference = timm.create_model("mixnet_xl").eval()
    net = build("mixnet_xl", "none", 7).eval()
    take_weights(net, reference.state_dict(), "mixnet_xl")
    x = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(net.features(x), reference.forward_features(x), atol=1e-5)


def test_convnext_s_last_normalisation_comes_before_the_averaging_with_its_weights() -> None:
    reference = torchvision.models.convnext_tiny(weights=None)
    torch.nn.init.uniform_(reference.classifier[0].weight)
    net = build("convnext_tiny", "none", 7)
    take_weights(net, reference.state_dict(), "convnext_tiny")
    assert torch.equal(net.features.norm.weight, reference.classifier[0].weight)


@pytest.fixture(params=sorted(BACKBONES))
def shapes(request: pytest.FixtureRequest) -> LesionNet:
    """Each network without memory for its arrays."""
    with torch.device("meta"):
        return build(request.param, "none", 7)


def test_the_groups_hold_every_parameter_once_and_none_is_empty(shapes: LesionNet) -> None:
    groups = parameter_groups(shapes)
    assert len(groups) == FEATURE_GROUPS + 1
    assert all(groups)
    assert sorted(id(p) for group in groups for p in group) == sorted(id(p) for p in shapes.parameters())


def test_the_groups_follow_the_order_of_the_layers(shapes: LesionNet) -> None:
    order = {id(p): i for i, p in enumerate(shapes.parameters())}
    numbers = [order[id(p)] for group in parameter_groups(shapes) for p in group]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("arch", sorted(BACKBONES))
def test_width_and_stride_are_what_the_table_says(arch: str) -> None:
    backbone = BACKBONES[arch]
    with torch.device("meta"):
        maps = backbone.features(False).eval()(torch.empty(1, 3, 64, 64))
    assert maps.shape == (1, backbone.width, 64 // backbone.stride, 64 // backbone.stride)


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


def test_the_features_alone_are_taken_from_what_torch_or_safetensors_saved(tmp_path: Path) -> None:
    first = build("resnet18", "none", 7)
    torch.save({"state_dict": first.features.state_dict()}, tmp_path / "features.pth")
    save_file(first.features.state_dict(), tmp_path / "features.safetensors")
    for file in ("features.pth", "features.safetensors"):
        again = build("resnet18", str(tmp_path / file), 7)
        assert torch.equal(again.features.conv1.weight, first.features.conv1.weight)


def test_densenet_s_old_names_are_understood(tmp_path: Path) -> None:
    with torch.device("meta"):
        net = build("densenet121", "none", 7)
    own = net.state_dict()
    old = {re.sub(r"(norm|conv)(\d)\.", r"\1.\2.", key): own[key] for key in own if "denselayer" in key}
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    state = {key: own[key] for key in own if "denselayer" not in key} | old
    take_weights(net, state, "old names")
    with pytest.raises(DataError, match="1 arrays lack"):
        take_weights(net, {key: state[key] for key in state if key != min(old)}, "old names")


def test_weights_that_are_absent_or_of_another_architecture_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No weights"):
        build("mobilenet_v2", str(tmp_path / "absent.safetensors"), 7)
    save_file(build("plain_cnn", "none", 7).state_dict(), tmp_path / "net.safetensors")
    with pytest.raises(DataError, match="does not fit"):
        build("mobilenet_v2", str(tmp_path / "net.safetensors"), 7)


@pytest.mark.parametrize("name", ["notes.txt", "notes.safetensors", "empty.pth", "list.pth", "code.pth"])
def test_a_file_that_holds_no_weights_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name == "empty.pth" else b"no weights")
    if name == "list.pth":
        torch.save([1, 2], path)
    if name == "code.pth":
        torch.save({"path": path}, path)  # an object, whose unpickling would call something
    with pytest.raises(DataError, match=rf"{name} holds no weights"):
        build("plain_cnn", str(path), 7)


def test_the_plain_net_has_no_weights_in_a_hub() -> None:
    with pytest.raises(DataError, match="weights none"):
        build("plain_cnn", "imagenet", 7)


def test_a_hub_out_of_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(pretrained: bool) -> torch.nn.Sequential:
        raise URLError("Name or service not known")

    monkeypatch.setitem(BACKBONES, "densenet161", Backbone(unreachable, 2208))
    with pytest.raises(DataError, match="give --weights a file"):
        build("densenet161", "imagenet", 7)


def test_an_unknown_backbone_is_named() -> None:
    with pytest.raises(DataError, match="densenet161"):
        build("alexnet", "none", 7)


def test_the_documentation_names_every_backbone() -> None:
    page = (Path(__file__).parents[3] / "docs" / "training.md").read_text()
    section = page.partition("## Backbones")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([a-z0-9_]+)`", section)) >= set(BACKBONES)
