"""The manifest of a new bundle: what the network is, and all that it goes back to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from lesion.bundle import Bundle
from lesion.labels import is_malignant
from lesion.manifest import SCHEMA_VERSION, InputSpec, Manifest, TrainingData
from lesion.quality import QualityThresholds
from training.learning.augment import augmentation
from training.learning.config import TrainConfig
from training.learning.labels import classes_of
from training.learning.progress import RECORD
from training.learning.record import ancestor

HAM10000_LICENCE = "CC BY-NC 4.0"


def new_manifest(name: str, config: TrainConfig, record: dict[str, Any], licence: str | None) -> Manifest:
    """Return the manifest of a bundle that is neither calibrated nor measured, without its files.

    Args:
        name: that of the bundle.
        config: the run's configuration.
        record: the run's ``run.json``.
        licence: that of the model; ``None`` takes HAM10000's where that was learned from.
    """
    classes = classes_of(config.task)
    now = datetime.now(UTC)
    return Manifest(
        schema_version=SCHEMA_VERSION,
        name=name,
        version=now.strftime("%Y.%m.%d"),
        created=now.strftime("%Y-%m-%d"),
        architecture=config.arch,
        task=config.task,
        classes=classes,
        malignant=tuple(code for code in classes if is_malignant(code)),
        input=InputSpec(size=config.size),
        clinical=config.clinical,
        temperature=1.0,
        quality=QualityThresholds(),
        operating_points=(),
        default_operating_point="",
        training=_training(config, record),
        ensemble=None,
        licence=licence or (HAM10000_LICENCE if "ham10000" in record["data"] else "not stated"),
        files={},
    )


def learned_before(weights: str) -> tuple[str, dict[str, float | str]]:
    """Return what a network started from, and by what the images were varied that it had learned from.

    The weights of a run or bundle are traced back to its own start.
    """
    folder = ancestor(weights)
    if folder is None:
        return Path(weights).name, {}
    if not (folder / RECORD).is_file():
        bundle = Bundle.load(folder).manifest
        return f"{bundle.training.start}, then {bundle.name} {bundle.version}", bundle.training.augmentation
    earlier = msgspec.convert(json.loads((folder / RECORD).read_bytes())["config"], TrainConfig)
    start, varied = learned_before(earlier.weights)
    return f"{start}, then a run at {earlier.size} pixels", varied | augmentation(earlier)


def _training(config: TrainConfig, record: dict[str, Any]) -> TrainingData:
    start, before = learned_before(config.weights)
    # Constancy is a part of the network, which that of an earlier run may not have been.
    varied = {name: value for name, value in before.items() if name != "constancy"} | augmentation(config)
    return TrainingData(
        data=tuple(record["data"]),
        data_sha256=record["data_sha256"],
        split_sha256=record["split_sha256"],
        n_images=record["n_images"],
        n_lesions=record["n_lesions"],
        start=start,
        augmentation=dict(sorted(varied.items())),
    )
