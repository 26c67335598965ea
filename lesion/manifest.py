"""The manifest of a model bundle: a typed ``manifest.json`` in which a missing or unknown key is an error."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec

from lesion.clinical import ClinicalSpec
from lesion.errors import BundleNotReady, InvalidManifest
from lesion.preprocess import RULE
from lesion.quality import QualityThresholds

SCHEMA_VERSION: Literal[5] = 5

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Proportion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measured share ``value = k / n`` with its Wilson 95 % interval ``low``..``high``."""

    value: Share
    low: Share
    high: Share
    k: Count
    n: Count


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was measured at one threshold."""

    sensitivity: Proportion
    specificity: Proportion


class OperatingPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cut on the probability of malignancy: at or above ``threshold`` the verdict is malignant.

    The threshold was chosen on the validation part; sensitivity and specificity are measured at it on
    the test part, and are ``None`` until ``evaluate`` has run. Of a bundle that takes age, sex and site they
    hold where these are told as far as the data know them; ``without_clinical`` holds where none is told, and
    is ``None`` for a bundle that judges by the image alone.
    """

    name: str
    threshold: Share
    sensitivity: Proportion | None
    specificity: Proportion | None
    without_clinical: Rates | None

    def as_told(self, told: bool) -> OperatingPoint:
        """Return the point with the rates that hold where something beside the image is ``told``, or not."""
        if told or self.without_clinical is None:
            return self
        rates = self.without_clinical
        return msgspec.structs.replace(self, sensitivity=rates.sensitivity, specificity=rates.specificity)

    @property
    def rates(self) -> Rates:
        """Sensitivity and specificity measured at the threshold. BundleNotReady if unknown."""
        return Rates(sensitivity=_measured(self.sensitivity), specificity=_measured(self.specificity))

    @property
    def miss_rate(self) -> float:
        """Measured share of malignant lesions below the threshold. BundleNotReady if unknown."""
        return 1 - _measured(self.sensitivity).value

    @property
    def false_alarm_rate(self) -> float:
        """Measured share of benign lesions at or above the threshold. BundleNotReady if unknown."""
        return 1 - _measured(self.specificity).value


class InputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the network takes: RGB in 0..1, ``size`` x ``size`` pixels, made by the rule ``resize``."""

    size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    resize: str


class TrainingData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the network learned from, so that a measurement can be held against it.

    ``augmentation`` holds the options of the training that varied its images, as far as they were not off:
    who measures what the network practised measures less than how it stands what is new. ``teachers`` names
    the networks from whose answers this one, or one that it started from, learned beside the labels.
    """

    data: tuple[str, ...]
    data_sha256: str
    split_sha256: str
    n_images: Count
    n_lesions: Count
    start: str
    augmentation: dict[str, float | str]
    teachers: tuple[str, ...]


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One network of an ensemble; its logits are divided by ``temperature`` and count by ``weight``."""

    name: str
    version: str
    architecture: str
    size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    temperature: Annotated[float, msgspec.Meta(gt=0)]
    weight: Annotated[float, msgspec.Meta(gt=0, le=1)]
    model_sha256: str
    training: TrainingData


class Ensemble(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one graph joins: networks whose weights add up to 1, and how many views each has of an image.

    Two views are the image and its mirror image, four its flips, eight its flips and quarter turns.
    """

    views: Literal[1, 2, 4, 8]
    members: Annotated[tuple[Member, ...], msgspec.Meta(min_length=1)]


class DistributionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an image is found to be unlike those learned from: by :mod:`lesion.distribution`.

    ``file`` of the bundle holds the numbers, made of ``n_reference`` lesions learned from. A score above
    ``threshold`` is that of an image unlike them; ``refused`` is the share of validation lesions above it.
    """

    file: str
    threshold: Annotated[float, msgspec.Meta(gt=0)]
    n_reference: Count
    refused: Proportion


class ConformalClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From which probability on a diagnosis is in the set, fitted on ``n`` validation lesions that have it.

    The threshold is 0, so that the diagnosis is always in the set, where ``n`` are too few for the level.
    """

    threshold: Share
    n: Count


class Conformal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sets that hold the right diagnosis with a probability of at least ``level``, whichever it is.

    ``classes`` maps each diagnosis to its threshold: see :mod:`lesion.conformal`.
    """

    level: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    classes: dict[str, ConformalClass]


class ProbabilityReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Probabilities of malignancy of validation lesions, counted in bins with about a tenth of them each.

    ``below`` holds the upper ends of all bins but the last, which ends at 1; a bin's end belongs to the next.
    What is served is held against it: see :mod:`lesion.drift`.
    """

    below: tuple[Annotated[float, msgspec.Meta(gt=0, lt=1)], ...]
    counts: Annotated[tuple[Count, ...], msgspec.Meta(min_length=1)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a server must know of a bundle. ``files`` maps each file to its SHA-256.

    ``graph`` names the file that answers, ``model.onnx`` or its int8 form: everything else here holds for it.
    ``clinical`` says what the network takes beside the image, and is ``None`` where it takes nothing else.
    ``distribution``, ``conformal`` and ``reference`` are ``None`` where they were not fitted, ``conformal``
    also where the classes are no diagnoses. ``ensemble`` says which networks the graph joins, and is ``None``
    where it is one network.
    """

    schema_version: Literal[5]
    name: str
    version: str
    created: str
    architecture: str
    task: Literal["malignancy", "dx"]
    classes: tuple[str, ...]
    malignant: tuple[str, ...]
    graph: Literal["model.onnx", "model.int8.onnx"]
    input: InputSpec
    clinical: ClinicalSpec | None
    temperature: Annotated[float, msgspec.Meta(gt=0)]
    quality: QualityThresholds
    operating_points: tuple[OperatingPoint, ...]
    default_operating_point: str
    distribution: DistributionSpec | None
    conformal: Conformal | None
    reference: ProbabilityReference | None
    training: TrainingData
    ensemble: Ensemble | None
    licence: str
    files: dict[str, str]

    @property
    def evaluated(self) -> bool:
        """Whether operating points exist and each carries all that is to be measured at it."""
        points = self.operating_points
        whole = all(p.sensitivity and p.specificity for p in points)
        return bool(points) and whole and (self.clinical is None or all(p.without_clinical for p in points))

    @property
    def fitted_version(self) -> str:
        """The version, and eight digits for the graph and what is fitted to it, as ``2026.11.21+5f3a09c1``.

        A bundle that is calibrated anew keeps its version. By this it is another one wherever answers are
        counted or kept, while what was measured of it may be measured again.
        """
        kept = self.distribution.file if self.distribution else ""
        decides = (
            [self.files.get(name) for name in (self.graph, kept)],
            (self.malignant, self.temperature, self.quality),
            [(point.name, point.threshold) for point in self.operating_points],
            (self.distribution, self.conformal, self.reference),
        )
        return f"{self.version}+{hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:8]}"

    @property
    def malignant_columns(self) -> list[int]:
        """Positions of the malignant classes in the network's outputs."""
        return [i for i, code in enumerate(self.classes) if code in self.malignant]


def read_manifest(data: bytes) -> Manifest:
    """Parse and check a manifest.

    Raises:
        InvalidManifest: a key is missing, unknown or out of range, or the parts contradict each other.
    """
    try:
        _check_version(msgspec.json.decode(data, type=_Versioned).schema_version)
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise InvalidManifest(f"The manifest is not valid: {error}. Export the bundle again.") from error
    _check_consistency(manifest)
    return manifest


def write_manifest(manifest: Manifest) -> bytes:
    """Serialise a manifest as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


class _Versioned(msgspec.Struct):
    schema_version: int


def _check_version(version: int) -> None:
    """Refuse the manifest of another release by its number, not by the first key that differs."""
    if version != SCHEMA_VERSION:
        raise InvalidManifest(
            f"The manifest has schema_version {version}, and this release reads {SCHEMA_VERSION}: export the "
            "bundle again with it, or use the release that wrote it."
        )


def _measured(share: Proportion | None) -> Proportion:
    if share is None:
        raise BundleNotReady(
            "This bundle was never evaluated: run `python -m training evaluate` on it first."
        )
    return share


def _check_consistency(manifest: Manifest) -> None:
    names = [point.name for point in manifest.operating_points]
    problems = {
        "classes are repeated": len(set(manifest.classes)) != len(manifest.classes),
        "a malignant class is not among the classes": not set(manifest.malignant) <= set(manifest.classes),
        "no class is malignant": not manifest.malignant,
        "operating points are repeated": len(set(names)) != len(names),
        "the default operating point is unknown": bool(names)
        and manifest.default_operating_point not in names,
        f"the resize rule is not {RULE}": manifest.input.resize != RULE,
        "the diagnosis sets are not those of the classes": manifest.conformal is not None
        and set(manifest.conformal.classes) != set(manifest.classes),
        "the bins of the reference do not rise, or are not counted one by one": manifest.reference is not None
        and not _is_histogram(manifest.reference),
        "the ages learned from have no range": manifest.clinical is not None
        and not manifest.clinical.age_low < manifest.clinical.age_high,
    }
    found = [sentence for sentence, wrong in problems.items() if wrong]
    if found:
        raise InvalidManifest(f"The manifest is not valid: {'; '.join(found)}. Export the bundle again.")


def _is_histogram(reference: ProbabilityReference) -> bool:
    ends = reference.below
    return ends == tuple(sorted(set(ends))) and len(reference.counts) == len(ends) + 1
