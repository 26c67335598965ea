from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from lesion.errors import DataError
from training.learning.config import TrainConfig, load_config

TAUGHT = {"teachers": ("runs/teacher",)}
CONFIGS = sorted((Path(__file__).parents[3] / "training" / "configs").glob("*.toml"))


def test_the_default_is_densenet161_from_imagenet() -> None:
    assert (TrainConfig().arch, TrainConfig().weights) == ("densenet161", "imagenet")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_committed_configuration_is_valid(path: Path) -> None:
    assert load_config(path, TAUGHT if path.stem.startswith("densenet161") else {}) != TrainConfig()


def test_options_override_the_file_and_the_file_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("epochs = 3\nsize = 96\n")
    config = load_config(path, {"size": 64, "seed": None})
    assert (config.epochs, config.size, config.seed) == (3, 64, 0)


@pytest.mark.parametrize("text", ["epoch = 3", "epochs = -1", "task = 'skin'", "epochs = ", "lr = 'fast'"])
def test_unknown_keys_and_wrong_values_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(DataError, match="configuration"):
        load_config(path, {})


def test_focal_loss_with_label_smoothing_is_refused_with_what_to_do() -> None:
    with pytest.raises(DataError, match=r"configuration.*focal.*--label-smoothing 0"):
        load_config(None, {"loss": "focal"})
    assert load_config(None, {"loss": "focal", "label_smoothing": 0.0}).loss == "focal"


def test_the_head_may_learn_alone_but_something_must_learn() -> None:
    assert load_config(None, {"epochs": 0}).freeze == "head"
    for nothing in ({"frozen_epochs": 0}, {"freeze": "none"}):
        with pytest.raises(DataError, match="nothing would learn"):
            load_config(None, {"epochs": 0, **nothing})


def test_images_are_as_large_as_teachers_want_them_only_where_there_are_teachers() -> None:
    assert TrainConfig(size=96, teacher_size=224).shown == 96, "the network would learn at another size"
    assert TrainConfig(size=96, teacher_size=224, teachers=("t",)).shown == 224
    assert TrainConfig(size=96, teacher_size=64, teachers=("t",)).shown == 96


@pytest.mark.parametrize(
    ("options", "need"),
    [
        ({"source_power": 0.5}, {"sampling": "weighted"}),
        ({"source_power": 0.5, "sampling": "upsample"}, {"sampling": "weighted"}),
        ({"class_power": 1.0}, {"sampling": "downsample"}),
        ({"focal_gamma": 3.0}, {"loss": "focal", "label_smoothing": 0.0}),
        ({"hint_weight": 1.0}, TAUGHT),
        ({"distil_weight": 0.5}, TAUGHT),
        ({"distil_temperature": 4.0}, TAUGHT),
        ({"teacher_size": 224}, TAUGHT),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_with_what_it_needs(
    options: dict[str, Any], need: dict[str, Any]
) -> None:
    [name, *_], [first, *_] = options, need
    words = rf"--{name.replace('_', '-')} does nothing without --{first}"
    with pytest.raises(DataError, match=words):
        load_config(None, options)
    assert getattr(load_config(None, options | need), name) == options[name]
    old = msgspec.convert(options, TrainConfig)
    assert getattr(old, name) == options[name], "what a run of old was made with is to be understood"


def test_what_is_switched_off_needs_nothing() -> None:
    off = {"distil_weight": 0.0, "class_power": 0.0, "focal_gamma": 0.0}
    assert load_config(None, off).distil_weight == 0


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.toml"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(DataError, match="configuration"):
        load_config(path, {})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.toml"):
        load_config(tmp_path / "absent.toml", {})
