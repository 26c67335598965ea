from __future__ import annotations

import pytest
import torch
import torchvision

from training.nets.backbones import BACKBONES
from training.nets.building import build
from training.nets.network import ServedNet
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


@pytest.mark.parametrize("arch", sorted(BACKBONES))
def test_width_and_stride_are_what_the_table_says(arch: str) -> None:
    backbone = BACKBONES[arch]
    with torch.device("meta"):
        maps = backbone.features(False).eval()(torch.empty(1, 3, 64, 64))
    assert maps.shape == (1, backbone.width, 64 // backbone.stride, 64 // backbone.stride)
