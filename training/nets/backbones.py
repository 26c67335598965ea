"""Backbones by name: feature extractors whose maps need nothing more than averaging and a linear layer.

What a library does between its feature maps and its classifier belongs to the maps here, so that the class
evidence map stays exact:

- DenseNet's last activation, which torchvision applies inside ``DenseNet.forward``;
- ConvNeXt's last LayerNorm, which torchvision applies to the averaged features. A normalisation after the
  averaging is not linear, so the same layer, with the same weights, stands before it, as in timm's
  ``head_norm_first``. The head learns anew in any case.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import msgspec
import torchvision
from torch import nn
from torchvision.models.convnext import LayerNorm2d

from lesion.errors import DataError


class Backbone(msgspec.Struct, frozen=True):
    """How to make the features of a network, and what comes out of them.

    Attributes:
        features: makes the features, with ImageNet weights of the library's hub or with random ones. Raises
            OSError where the hub cannot be reached, DataError where it has none.
        width: channels D of the last maps, and so the length of the embedding.
        stride: pixels of the input for each location of the last maps.
    """

    features: Callable[[bool], nn.Sequential]
    width: int
    stride: int = 32


def _torchvision(name: str, pretrained: bool) -> nn.Module:
    model: nn.Module = torchvision.models.get_model(name, weights="DEFAULT" if pretrained else None)
    return model


def _features(pretrained: bool, *, name: str) -> nn.Sequential:
    """Return what torchvision itself calls the features, where nothing follows them but pooling."""
    features = _torchvision(name, pretrained).get_submodule("features")
    return nn.Sequential(OrderedDict(features.named_children()))


def _resnet(pretrained: bool, *, name: str) -> nn.Sequential:
    children = _torchvision(name, pretrained).named_children()
    return nn.Sequential(OrderedDict((key, child) for key, child in children if key not in ("avgpool", "fc")))


def _densenet(pretrained: bool, *, name: str) -> nn.Sequential:
    features = _features(pretrained, name=name)
    features.add_module("relu5", nn.ReLU(inplace=True))
    return features


def _convnext(pretrained: bool, *, name: str) -> nn.Sequential:
    model = _torchvision(name, pretrained)
    norm = model.get_submodule("classifier.0")
    if not isinstance(norm, LayerNorm2d):
        raise TypeError("ConvNeXt's classifier must begin with its normalisation")
    return nn.Sequential(OrderedDict([*model.get_submodule("features").named_children(), ("norm", norm)]))


def _mixnet(pretrained: bool, *, name: str) -> nn.Sequential:
    import timm  # takes seconds to import, and only this family needs it

    # Without its place on the Hugging Face hub timm takes the same file from its own releases: there a
    # missing connection shows at once rather than after minutes of attempts.
    model = timm.create_model(name, pretrained=pretrained, pretrained_cfg_overlay={"hf_hub_id": None})
    children = [(key, model.get_submodule(key)) for key in ("conv_stem", "bn1", "blocks", "conv_head", "bn2")]
    return nn.Sequential(OrderedDict(children))


def _plain_cnn(pretrained: bool) -> nn.Sequential:
    """Return four convolutions with nothing special about them: the floor that others are compared with."""
    if pretrained:
        raise DataError("plain_cnn has no ImageNet weights: give --weights none, or a file.")
    features = nn.Sequential()
    for before, after in ((3, 32), (32, 64), (64, 128), (128, 256)):
        convolution = nn.Conv2d(before, after, kernel_size=3, padding=1, bias=False)
        block = nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU(inplace=True), nn.MaxPool2d(2))
        features.append(block)
    return features


def _table(make: Callable[..., nn.Sequential], widths: dict[str, int]) -> dict[str, Backbone]:
    return {name: Backbone(partial(make, name=name), width) for name, width in widths.items()}


BACKBONES: dict[str, Backbone] = {
    **_table(_resnet, {"resnet18": 512, "resnet34": 512, "resnet50": 2048, "resnext50_32x4d": 2048}),
    **_table(_features, {"mobilenet_v2": 1280, "efficientnet_b0": 1280, "efficientnet_b2": 1408}),
    **_table(_features, {"vgg16": 512}),
    **_table(_mixnet, {"mixnet_xl": 1536}),
    **_table(_densenet, {"densenet121": 1024, "densenet161": 2208}),
    **_table(_convnext, {"convnext_tiny": 768, "convnext_large": 1536}),
    "plain_cnn": Backbone(_plain_cnn, 256, stride=16),
}
