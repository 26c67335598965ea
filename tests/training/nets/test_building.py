from __future__ import annotations

import re
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from safetensors.torch import save_file

from lesion.errors import DataError
from training.nets.backbones import BACKBONES, Backbone
from training.nets.building import build
from training.nets.weights import take_weights

pytestmark = pytest.mark.training


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
