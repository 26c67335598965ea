"""A small valid manifest, for tests of what reads one."""

from __future__ import annotations

from typing import Any

import msgspec

from lesion.labels import DIAGNOSES
from lesion.manifest import SCHEMA_VERSION, InputSpec, Manifest, OperatingPoint, Proportion, TrainingData
from lesion.preprocess import RULE
from lesion.quality import CHOSEN


def proportion(k: int, n: int) -> Proportion:
    return Proportion(value=k / n, low=max(0.0, k / n - 0.05), high=min(1.0, k / n + 0.05), k=k, n=n)


def manifest(**changes: Any) -> Manifest:
    point = OperatingPoint(
        name="balanced",
        threshold=0.3,
        sensitivity=proportion(91, 100),
        specificity=proportion(160, 200),
        without_clinical=None,
    )
    valid = Manifest(
        schema_version=SCHEMA_VERSION,
        name="small",
        version="1",
        created="2026-01-01",
        architecture="mobilenet_v2",
        task="dx",
        classes=DIAGNOSES,
        malignant=("akiec", "bcc", "mel"),
        graph="model.onnx",
        input=InputSpec(size=64, resize=RULE),
        clinical=None,
        temperature=1.5,
        quality=CHOSEN,
        operating_points=(point,),
        default_operating_point="balanced",
        distribution=None,
        conformal=None,
        reference=None,
        training=TrainingData(
            data=("ham10000",),
            data_sha256="0",
            split_sha256="0",
            n_images=1,
            n_lesions=1,
            start="none",
            augmentation={},
            teachers=(),
        ),
        ensemble=None,
        licence="CC BY-NC 4.0",
        files={},
    )
    return msgspec.structs.replace(valid, **changes)
