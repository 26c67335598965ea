"""What the API answers, as types: the OpenAPI document's schemas are made from these.

The answer of ``/api/classify`` itself is `server.record.answers.Classified`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from lesion.explain import Kind, Precision
from lesion.manifest import Manifest, OperatingPoint
from lesion.triage import Triage
from server.record.answers import RecordConfig

__all__ = [
    "Class",
    "ClinicalFields",
    "Explanations",
    "Health",
    "ModelDetails",
    "OfferedMethod",
    "OfferedModel",
    "OfferedPrecision",
    "PageConfig",
    "Plot",
    "PredictAnswer",
    "SampleInfo",
    "UploadLimits",
]


class UploadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What an upload may be; ``accept`` is the value of a file input's attribute of that name."""

    max_bytes: int
    max_pixels: int
    formats: list[str]
    accept: str


class SampleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A sample image; ``dx`` is the actual diagnosis where it is known."""

    id: str
    kind: Literal["photo", "drawing"]
    title: str
    dx: str | None
    dx_name: str | None
    malignant: bool | None
    attribution: str
    licence: str
    url: str
    thumbnail: str


class ClinicalFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a model takes beside the image, each of it optional: an age in years within two bounds, words."""

    age_min: float
    age_max: float
    sexes: tuple[str, ...]
    sites: tuple[str, ...]


class OfferedPrecision(msgspec.Struct, frozen=True, kw_only=True):
    """How many passes through the network; what they took with this model, and how far two runs agree.

    ``stability`` is the rank correlation of the maps of two runs with other seeds. ``None`` is what was not
    measured, and the stability of a method that draws nothing by chance.
    """

    name: Precision
    samples: int
    seconds: float | None
    stability: float | None


class OfferedMethod(msgspec.Struct, frozen=True, kw_only=True):
    """A way to explain; ``precisions`` is empty where there is none to choose.

    ``unavailable`` says what whoever runs the server must do to offer the method; ``sentence``, how far its
    maps can be trusted; ``signed``, whether they tell what speaks for the target from what speaks against it.
    """

    name: str
    title: str
    kind: Kind
    signed: bool
    precisions: tuple[OfferedPrecision, ...]
    unavailable: str | None
    sentence: str


class Explanations(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's answers can be explained for, and how."""

    targets: tuple[str, ...]
    methods: tuple[OfferedMethod, ...]


class OfferedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model on offer and the operating points that it can be asked for.

    ``clinical`` is ``None`` where the model judges by the image alone. ``supposition`` says what predictive
    values at any prevalence suppose, and how that held on lesions from elsewhere.
    """

    name: str
    version: str
    architecture: str
    task: Literal["malignancy", "dx"]
    input_size: int
    clinical: ClinicalFields | None
    default: bool
    default_operating_point: str
    operating_points: tuple[OperatingPoint, ...]
    supposition: str
    explanations: Explanations


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A diagnosis code, or a class of a model."""

    dx: str
    name: str
    malignant: bool


class PageConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page must know before its first classification.

    ``diagnoses`` are all that a lesion can be confirmed as. ``advice`` says to each verdict what to do, where
    it is looked at later. ``record`` says what is kept of predictions, and is ``None`` where nothing is.
    """

    title: str
    version: str
    disclaimer: str
    advice: dict[str, str]
    limits: UploadLimits
    samples: list[SampleInfo]
    models: list[OfferedModel]
    diagnoses: list[Class]
    record: RecordConfig | None


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a model's report."""

    title: str
    url: str


class ModelDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A model's manifest, all that was measured (flat), its card (Markdown) and its report's pictures."""

    manifest: Manifest
    metrics: dict[str, float | int | str | bool | None]
    card: str
    plots: list[Plot]


class PredictAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of ``/predict``; ``explain`` is LIME's picture as a data URL where it was asked for.

    ``triage`` tells, which the rest of this short form does not, of a picture that is poor or unlike others.
    """

    success: bool = True
    prediction: str
    probability: float
    triage: Triage
    explain: str | None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The default model answers."""

    status: Literal["ok"] = "ok"
    model: str
    version: str
