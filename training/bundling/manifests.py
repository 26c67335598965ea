"""The manifest of a new bundle: what the network is, and all that it goes back to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from lesion.bundle import MANIFEST, MODEL, Bundle
from lesion.labels import is_malignant
from lesion.manifest import SCHEMA_VERSION, Ensemble, InputSpec, Manifest, Member, TrainingData
from lesion.preprocess import RULE
from lesion.quality import CHOSEN
from training.bundling.joining import Part
from training.bundling.views import Views
from training.learning.augment import augmentation
from training.learning.config import TrainConfig
from training.learning.labels import classes_of
from training.learning.progress import RECORD
from training.learning.record import ancestor

HAM10000_LICENCE = "CC BY-NC 4.0"


def new_manifest(
    name: str, config: TrainConfig, record: dict[str, Any], licence: str | None, start_share: float = 0.0
) -> Manifest:
    """Return the manifest of a bundle that is neither calibrated nor measured, without its files.

    Args:
        name: that of the bundle.
        config: the run's configuration.
        record: the run's ``run.json``.
        licence: that of the model; ``None`` takes HAM10000's where that was learned from.
        start_share: how much of the weights that the run began from was kept.
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
        graph=MODEL,
        input=InputSpec(size=config.size, resize=RULE),
        clinical=config.clinical,
        temperature=1.0,
        quality=CHOSEN,
        operating_points=(),
        default_operating_point="",
        distribution=None,
        conformal=None,
        reference=None,
        training=_training(config, record, start_share),
        ensemble=None,
        licence=licence or (HAM10000_LICENCE if "ham10000" in record["data"] else "not stated"),
        files={},
    )


def joint_manifest(name: str, parts: Sequence[Part], views: Views) -> Manifest:
    """Return that of a bundle that joins others, like :func:`new_manifest` without what comes later."""
    manifests = [part.bundle.manifest for part in parts]
    now = datetime.now(UTC)
    return msgspec.structs.replace(
        manifests[0],
        name=name,
        version=now.strftime("%Y.%m.%d"),
        created=now.strftime("%Y-%m-%d"),
        architecture=_architecture(manifests, views),
        graph=MODEL,
        input=InputSpec(size=max(part.size for part in parts), resize=RULE),
        clinical=next((manifest.clinical for manifest in manifests if manifest.clinical), None),
        temperature=1.0,
        operating_points=(),
        default_operating_point="",
        distribution=None,
        conformal=None,
        reference=None,
        training=_together([manifest.training for manifest in manifests]),
        ensemble=Ensemble(views=views, members=tuple(map(_member, parts))),
        licence="; ".join(dict.fromkeys(manifest.licence for manifest in manifests)),
        files={},
    )


class Before(NamedTuple):
    """What a network started from, what varied the images that it had learned from, and its teachers."""

    start: str
    augmentation: dict[str, float | str]
    teachers: tuple[str, ...]


def learned_before(weights: str) -> Before:
    """Return what is known of weights to start from; those of a run or bundle are traced to its own start."""
    folder = ancestor(weights)
    if folder is None:
        return Before(Path(weights).name, {}, ())
    if not (folder / RECORD).is_file():
        bundle = Bundle.load(folder).manifest
        learned = bundle.training
        start = f"{learned.start}, then {bundle.name} {bundle.version}"
        return Before(start, learned.augmentation, learned.teachers)
    earlier = _config_of(folder)
    start, varied, teachers = learned_before(earlier.weights)
    return Before(
        f"{start}, then a run at {earlier.size} pixels",
        varied | augmentation(earlier),
        _joined(teachers, map(_teacher, earlier.teachers)),
    )


def _teacher(folder: str) -> str:
    """Return what a run or bundle that taught is called; one that is gone, by the name of its folder."""
    path = Path(folder)
    if (path / RECORD).is_file():
        config = _config_of(path)
        return f"{config.arch} at {config.size} pixels"
    if (path / MANIFEST).is_file():
        bundle = Bundle.load(path).manifest
        return f"{bundle.name} {bundle.version}"
    return path.name


def _joined(*names: Iterable[str]) -> tuple[str, ...]:
    """Return names in order, each once."""
    return tuple(dict.fromkeys(chain(*names)))


def _config_of(run: Path) -> TrainConfig:
    return msgspec.convert(json.loads((run / RECORD).read_bytes())["config"], TrainConfig)


def _training(config: TrainConfig, record: dict[str, Any], start_share: float) -> TrainingData:
    start, before, teachers = learned_before(config.weights)
    # Constancy is a part of the network, which that of an earlier run may not have been.
    varied = {name: value for name, value in before.items() if name != "constancy"} | augmentation(config)
    return TrainingData(
        data=tuple(record["data"]),
        data_sha256=record["data_sha256"],
        split_sha256=record["split_sha256"],
        n_images=record["n_images"],
        n_lesions=record["n_lesions"],
        start=f"{start}, blended with a share of {start_share:g}" if start_share else start,
        augmentation=dict(sorted(varied.items())),
        teachers=_joined(teachers, map(_teacher, config.teachers)),
    )


def _architecture(manifests: Sequence[Manifest], views: int) -> str:
    """Return for instance ``densenet161 + 2 mobilenet_v2, 4 views``."""
    counts = Counter(manifest.architecture for manifest in manifests)
    names = " + ".join(f"{n} {name}" if n > 1 else name for name, n in sorted(counts.items()))
    return names if views == 1 else f"{names}, {views} views"


def _together(learned: Sequence[TrainingData]) -> TrainingData:
    """Return what the members learned from together; where they differ, as the one with the most images."""
    most, *others = sorted(learned, key=lambda each: each.n_images, reverse=True)
    varied = [setting for each in (*others[::-1], most) for setting in each.augmentation.items()]
    return msgspec.structs.replace(
        most,
        data=tuple(sorted({name for each in learned for name in each.data})),
        start="; ".join(dict.fromkeys(each.start for each in learned)),
        augmentation=dict(sorted(dict(varied).items())),
        teachers=_joined(*(each.teachers for each in learned)),
    )


def _member(part: Part) -> Member:
    manifest = part.bundle.manifest
    return Member(
        name=manifest.name,
        version=manifest.version,
        architecture=manifest.architecture,
        size=part.size,
        temperature=manifest.temperature,
        weight=part.weight,
        model_sha256=manifest.files[MODEL],
        training=manifest.training,
    )
