"""The configuration of a training run: one struct, files that hold overrides only, options made from it."""

from __future__ import annotations

import tomllib
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import msgspec
from msgspec import Meta

from lesion.clinical import ClinicalSpec
from lesion.errors import DataError
from training.dataset.clinical import SPEC
from training.dataset.crops import Crop
from training.learning.idle import check_at_work
from training.learning.phases import Freeze
from training.nets.constancy import Constancy


class TrainConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a run depends on besides its data. Descriptions serve as the help of the options."""

    arch: Annotated[str, Meta(description="Backbone.")] = "densenet161"
    task: Annotated[
        Literal["malignancy", "dx"], Meta(description="Learn benign/malignant, or the seven diagnoses.")
    ] = "dx"
    inputs: Annotated[
        Literal["image", "image+clinical"],
        Meta(description="The image alone, or age, sex and site beside it where they are known."),
    ] = "image"
    withheld: Annotated[
        float, Meta(ge=0, lt=1, description="Share of the images learned from without age, sex and site.")
    ] = 0.25
    weights: Annotated[
        str, Meta(description="Start: imagenet (from the hub), none, or a file of weights.")
    ] = "imagenet"
    constancy: Annotated[
        Constancy, Meta(description="Take the light's colour out of each image, inside the network.")
    ] = "none"
    size: Annotated[int, Meta(ge=32, le=1024, description="Side of the network's input in pixels.")] = 224
    epochs: Annotated[
        int, Meta(ge=0, description="Epochs with the whole network learning; 0: what waits never does.")
    ] = 12
    freeze: Annotated[
        Freeze,
        Meta(
            description="What waits while the first epochs train: all but the head, one group of layers less "
            "at a time, or nothing."
        ),
    ] = "head"
    frozen_epochs: Annotated[
        int, Meta(ge=0, description="Epochs before that with the head alone, and with each group thawed.")
    ] = 1
    batch_size: Annotated[int, Meta(ge=2, description="Images a step.")] = 64
    lr: Annotated[
        float | None, Meta(description="Peak learning rate of the head; found by lr_find when not given.")
    ] = None
    lr_ratio: Annotated[
        float, Meta(ge=1, description="Learning rate of the head over that of the first layers.")
    ] = 10.0
    optimiser: Annotated[
        Literal["adamw", "adam"], Meta(description="AdamW (decoupled weight decay) or Adam (decay as L2).")
    ] = "adamw"
    schedule: Annotated[
        Literal["one_cycle", "cosine", "plateau"],
        Meta(description="Rates over the epochs: up and down, down alone, or down when AUROC stands still."),
    ] = "one_cycle"
    weight_decay: Annotated[float, Meta(ge=0, description="Weight decay.")] = 0.05
    accumulate: Annotated[int, Meta(ge=1, description="Batches whose gradients make one step.")] = 1
    ema: Annotated[
        float,
        Meta(ge=0, lt=1, description="Decay of the weights' moving average, which then counts; 0: none."),
    ] = 0.0
    dropout: Annotated[float, Meta(ge=0, lt=1, description="Share of the embedding dropped.")] = 0.2
    loss: Annotated[Literal["cross_entropy", "focal"], Meta(description="Cross entropy, or focal loss.")] = (
        "cross_entropy"
    )
    focal_gamma: Annotated[float, Meta(ge=0, description="Focus of the focal loss on what is hard.")] = 2.0
    loss_power: Annotated[
        float, Meta(ge=0, le=1, description="Class weights of the loss, n^-p; 0: none, 1: all classes equal.")
    ] = 0.0
    costs: Annotated[
        str,
        Meta(description="CSV of what each confusion costs (rows: truth), added to the loss; empty: none."),
    ] = ""
    label_smoothing: Annotated[
        float, Meta(ge=0, lt=1, description="Label smoothing, of cross entropy alone.")
    ] = 0.05
    sampling: Annotated[
        Literal["natural", "weighted", "upsample", "downsample"],
        Meta(
            description="Rows of an epoch: each once, drawn by weight, rare ones repeated, common ones cut."
        ),
    ] = "natural"
    class_power: Annotated[
        float, Meta(ge=0, le=1, description="Balance of the classes by sampling; 1: all equally often.")
    ] = 0.5
    source_power: Annotated[
        float,
        Meta(ge=0, le=1, description="Balance of the sources by weighted sampling; 1: all equally often."),
    ] = 0.0
    mixup: Annotated[float, Meta(ge=0, description="Alpha of mixup; 0: none.")] = 0.0
    teachers: Annotated[
        tuple[str, ...], Meta(description="Run or bundle to distil from; several teach by their mean.")
    ] = ()
    teacher_size: Annotated[
        int, Meta(ge=0, le=1024, description="Side of the images that teachers see, if above --size.")
    ] = 0
    distil_weight: Annotated[
        float, Meta(ge=0, le=1, description="Share of the teachers' word in the loss.")
    ] = 0.7
    distil_temperature: Annotated[float, Meta(gt=0, description="Temperature of their probabilities.")] = 2.0
    hint_weight: Annotated[
        float, Meta(ge=0, description="Weight of matching the first teacher's feature maps; 0: none.")
    ] = 0.0
    crop: Annotated[
        Crop,
        Meta(description="Learn from random crops around the lesion, for images with a mask beside them."),
    ] = "none"
    rotate: Annotated[float, Meta(ge=0, le=180, description="Largest rotation in degrees.")] = 180.0
    zoom: Annotated[float, Meta(ge=1, description="Largest enlargement.")] = 1.4
    warp: Annotated[float, Meta(ge=0, description="Largest perspective warp.")] = 0.15
    lighting: Annotated[float, Meta(ge=0, le=1, description="Largest change of brightness, contrast.")] = 0.25
    colour: Annotated[float, Meta(ge=0, le=1, description="Largest change of saturation.")] = 0.25
    cast: Annotated[float, Meta(ge=0, lt=1, description="Largest colour cast, per channel.")] = 0.0
    stretch: Annotated[float, Meta(ge=1, description="Largest change of the aspect ratio.")] = 1.0
    blur: Annotated[float, Meta(ge=0, le=1, description="Share of the images that are softened.")] = 0.25
    vignette: Annotated[
        float, Meta(ge=0, le=1, description="Share of the images seen through a dark round rim.")
    ] = 0.0
    marks: Annotated[
        float, Meta(ge=0, le=1, description="Share of the images with hair, ink or a ruler drawn over them.")
    ] = 0.0
    patience: Annotated[int, Meta(ge=1, description="Epochs without improvement until it stops.")] = 6
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Meta(description="Arithmetic of the network; auto: bfloat16 where that is native and quicker."),
    ] = "auto"
    seed: Annotated[int, Meta(description="Seed of everything random.")] = 0
    limit: Annotated[int | None, Meta(description="Use at most this many training images (for trials).")] = (
        None
    )

    def __post_init__(self) -> None:
        """Refuse what cannot go together, wherever a configuration comes from."""
        if self.loss == "focal" and self.label_smoothing:
            raise ValueError("focal loss has no label smoothing, so give --label-smoothing 0 with it")
        if not self.epochs and (self.freeze == "none" or not self.frozen_epochs):
            raise ValueError("nothing would learn, so give --frozen-epochs, or --epochs, of 1 or more")

    @property
    def shown(self) -> int:
        """Side of a batch's images: that of ``teacher_size`` where there are teachers and it is larger."""
        return max(self.size, self.teacher_size) if self.teachers else self.size

    @property
    def clinical(self) -> ClinicalSpec | None:
        """What the network takes beside the image, ``None`` if nothing."""
        return SPEC if self.inputs == "image+clinical" else None


def load_config(path: Path | None, overrides: dict[str, Any]) -> TrainConfig:
    """Return the defaults, overridden by a TOML file, overridden by given options (those not ``None``).

    Raises:
        DataError: the file cannot be read, or a key is unknown, out of range, or idle beside the others.
    """
    given = {key: value for key, value in overrides.items() if value not in (None, ())}
    try:
        from_file = tomllib.loads(path.read_text()) if path else {}
        config = msgspec.convert({**from_file, **given}, TrainConfig)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"The configuration is not valid: {error}.") from error
    # Not of every TrainConfig: runs that had such options are to be understood all the same.
    check_at_work(config)
    return config


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a click command one option for each field of :class:`TrainConfig`."""
    hints = typing.get_type_hints(TrainConfig, include_extras=True)
    for field in reversed(msgspec.structs.fields(TrainConfig)):
        hint = hints[field.name]
        description = next(m.description for m in hint.__metadata__ if isinstance(m, Meta) and m.description)
        option = click.option(
            f"--{field.name.replace('_', '-')}",
            field.name,
            type=_click_type(typing.get_args(hint)[0]),
            multiple=field.default == (),
            help=f"{description}  [default: {_shown(field.default)}]",
        )
        command = option(command)
    return command


def _click_type(hint: Any) -> Any:
    if typing.get_origin(hint) is Literal:
        return click.Choice(typing.get_args(hint))
    members = [member for member in typing.get_args(hint) if member not in (type(None), Ellipsis)]
    return members[0] if members else hint


def _shown(default: Any) -> str:
    return "none" if default in (None, (), "") else str(default)
