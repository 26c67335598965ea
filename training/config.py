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

from lesion.errors import DataError


class TrainConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a run depends on besides its data. Descriptions serve as the help of the options."""

    arch: Annotated[str, Meta(description="Backbone.")] = "densenet161"
    task: Annotated[
        Literal["malignancy", "dx"], Meta(description="Learn benign/malignant, or the seven diagnoses.")
    ] = "dx"
    weights: Annotated[
        str, Meta(description="Start: imagenet (from the hub), none, or a file of weights.")
    ] = "imagenet"
    size: Annotated[int, Meta(ge=32, le=1024, description="Side of the network's input in pixels.")] = 224
    epochs: Annotated[int, Meta(ge=1, description="Epochs with the whole network learning.")] = 12
    frozen_epochs: Annotated[int, Meta(ge=0, description="Epochs before that with the head alone.")] = 1
    batch_size: Annotated[int, Meta(ge=2, description="Images a step.")] = 64
    lr: Annotated[
        float | None, Meta(description="Peak learning rate of the head; found by lr_find when not given.")
    ] = None
    lr_ratio: Annotated[
        float, Meta(ge=1, description="Learning rate of the head over that of the first layers.")
    ] = 10.0
    weight_decay: Annotated[float, Meta(ge=0, description="Decoupled weight decay.")] = 0.05
    dropout: Annotated[float, Meta(ge=0, lt=1, description="Share of the embedding dropped.")] = 0.2
    label_smoothing: Annotated[float, Meta(ge=0, lt=1, description="Label smoothing.")] = 0.05
    rotate: Annotated[float, Meta(ge=0, le=180, description="Largest rotation in degrees.")] = 180.0
    zoom: Annotated[float, Meta(ge=1, description="Largest enlargement.")] = 1.4
    warp: Annotated[float, Meta(ge=0, description="Largest perspective warp.")] = 0.15
    lighting: Annotated[float, Meta(ge=0, le=1, description="Largest change of brightness, contrast.")] = 0.25
    colour: Annotated[float, Meta(ge=0, le=1, description="Largest change of saturation.")] = 0.25
    blur: Annotated[float, Meta(ge=0, le=1, description="Share of the images that are softened.")] = 0.25
    patience: Annotated[int, Meta(ge=1, description="Epochs without improvement until it stops.")] = 6
    precision: Annotated[
        Literal["float32", "bfloat16"], Meta(description="Arithmetic of the forward and backward pass.")
    ] = "float32"
    seed: Annotated[int, Meta(description="Seed of everything random.")] = 0
    limit: Annotated[int | None, Meta(description="Use at most this many training images (for trials).")] = (
        None
    )


def load_config(path: Path | None, overrides: dict[str, Any]) -> TrainConfig:
    """Return the defaults, overridden by a TOML file, overridden by given options (those not ``None``).

    Raises:
        DataError: the file cannot be read, or a key is unknown or out of range.
    """
    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        from_file = tomllib.loads(path.read_text()) if path else {}
        return msgspec.convert({**from_file, **given}, TrainConfig)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"The configuration is not valid: {error}.") from error


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
            help=f"{description}  [default: {_shown(field.default)}]",
        )
        command = option(command)
    return command


def _click_type(hint: Any) -> Any:
    if typing.get_origin(hint) is Literal:
        return click.Choice(typing.get_args(hint))
    members = [member for member in typing.get_args(hint) if member is not type(None)]
    return members[0] if members else hint


def _shown(default: Any) -> str:
    return "none" if default is None else str(default)
