"""The way of an image: bytes → decode → quality → preprocess → engine → calibrate → verdict → triage."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from time import perf_counter

import msgspec
import numpy as np

from lesion import calibrate, evidence
from lesion.bundle import PICKLE, Bundle
from lesion.clinical import Clinical, encode_for
from lesion.conformal import DiagnosisSet, diagnosis_set
from lesion.decode import Limits, decode
from lesion.distribution import Distribution, open_detector
from lesion.engine import Engine, EngineKind, open_engine
from lesion.errors import BundleNotReady, InvalidOption
from lesion.labels import BINARY, DISCLAIMER, NAMES
from lesion.manifest import Manifest, OperatingPoint
from lesion.predictive import PredictiveValues, predictive_values
from lesion.preprocess import square, to_tensor
from lesion.quality import WORKING_SIZE, Quality, assess
from lesion.roc import Roc, roc_of
from lesion.triage import Triage, triage


class Diagnosis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One diagnosis that the bundle knows, with its calibrated probability in 0..1."""

    dx: str
    name: str
    malignant: bool
    probability: float


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A picture of the evidence: a transparent PNG over the centred square, as a data URL."""

    method: str
    target: str
    heatmap: str


class ModelInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which model answered, by its ``fitted_version``; ``sha256`` is that of the file that was run."""

    name: str
    version: str
    sha256: str


class Timing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Milliseconds spent on decoding, on the forward pass, and on everything together."""

    decode: float
    model: float
    total: float


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer for one image.

    ``probability`` is the calibrated probability of malignancy; ``prediction`` is what the threshold of
    the operating point says of it. ``diagnoses`` is empty for a bundle that knows benign and malignant
    alone, else ordered from the most to the least probable. ``clinical`` is what was used beside the image,
    ``None`` for a bundle that takes the image alone; the rates of ``operating_point`` are those measured with
    as much told, something or nothing. ``predictive`` says what verdicts at that point are worth at the
    prevalence that was asked for, and is ``None`` where none was. ``distribution`` says whether the image is
    like those learned from, ``diagnosis_set`` among which diagnoses the right one is; each is ``None`` where
    the bundle cannot tell.
    """

    prediction: str
    probability: float
    probabilities: dict[str, float]
    diagnoses: tuple[Diagnosis, ...]
    diagnosis_set: DiagnosisSet | None
    operating_point: OperatingPoint
    predictive: PredictiveValues | None
    quality: Quality
    distribution: Distribution | None
    triage: Triage
    clinical: Clinical | None
    explanation: Explanation | None
    model: ModelInfo
    disclaimer: str
    timing_ms: Timing


class Classifier:
    """A bundle and its engine, ready to judge images. Safe to call from several threads at once."""

    def __init__(self, bundle: Bundle, engine: Engine, sha256: str, limits: Limits = Limits()) -> None:
        if not bundle.manifest.evaluated:
            raise BundleNotReady(
                f"The bundle {bundle.manifest.name} was exported but not measured: run `python -m training "
                "calibrate` and `evaluate` on it first."
            )
        self.bundle, self.engine, self.limits = bundle, engine, limits
        self.detector = open_detector(bundle)
        fitted = bundle.manifest.fitted_version
        self.info = ModelInfo(name=bundle.manifest.name, version=fitted, sha256=sha256)

    @cached_property
    def roc(self) -> Roc:
        """The bundle's measured ROC curve. Raises BundleNotReady where it has none."""
        return roc_of(self.bundle)

    def point(self, operating_point: str | None = None, threshold: float | None = None) -> OperatingPoint:
        """Return the named operating point, the default one, or the one at a threshold of one's own.

        Raises:
            InvalidOption: there is none of that name, the threshold is none, or both are given.
            BundleNotReady: the bundle was not measured at any threshold but those of its operating points.
        """
        if threshold is None:
            return find_operating_point(self.bundle.manifest, operating_point)
        if operating_point is not None:
            raise InvalidOption("Give either an operating point or a threshold of your own, not both.")
        return self.roc.point_at(threshold)

    def classify(
        self,
        data: bytes,
        *,
        clinical: Clinical | None = None,
        operating_point: str | None = None,
        threshold: float | None = None,
        prevalence: float | None = None,
        explain: bool = True,
    ) -> Result:
        """Judge one image file.

        Args:
            data: the bytes of the file.
            clinical: age, sex and site, for a bundle that takes them; ``None`` where nothing is known.
            operating_point: name of one of the bundle's; ``None`` takes its default.
            threshold: a cut of one's own on the probability of malignancy, instead of an operating point.
            prevalence: share of malignant lesions at which predictive values are wanted.
            explain: whether to draw the evidence map.

        Raises:
            InputError: the file is no image that can be judged; each cause has its own class.
            InvalidOption: the bundle has no such operating point, or takes the image alone; threshold or
                prevalence is no share.
        """
        manifest = self.bundle.manifest
        told = clinical is not None and clinical.known
        point = self.point(operating_point, threshold).as_told(told)
        meaning = None if prevalence is None else predictive_values(point.rates, prevalence)
        beside = encode_for(clinical, manifest.clinical, manifest.name)
        start = perf_counter()
        image = decode(data, self.limits)
        decoded = perf_counter()
        seen = square(image, manifest.input.size)
        # Reducing a photo costs more than what is measured of it: where both sizes are one, it is done once.
        quality = assess(seen if seen.width == WORKING_SIZE else image, manifest.quality)
        tensor = to_tensor([seen])
        before = perf_counter()
        outputs = self.engine(tensor, beside)
        after = perf_counter()
        shares = calibrate.probabilities(outputs.logits, manifest.temperature)
        probability = float(calibrate.malignancy(shares, manifest)[0])
        prediction = BINARY[probability >= point.threshold]
        distribution = self.detector.judge(outputs.embedding[0]) if self.detector else None
        heatmap = _explain(outputs.cam[0], shares[0], manifest, point.threshold) if explain else None
        return Result(
            prediction=prediction,
            probability=probability,
            probabilities={"benign": 1 - probability, "malignant": probability},
            diagnoses=_diagnoses(shares[0], manifest),
            diagnosis_set=_diagnosis_set(shares[0], manifest),
            operating_point=point,
            predictive=meaning,
            quality=quality,
            distribution=distribution,
            triage=triage(quality, distribution, prediction, point),
            clinical=None if beside is None else clinical or Clinical(),
            explanation=heatmap,
            model=self.info,
            disclaimer=DISCLAIMER,
            timing_ms=_timing(start, decoded, before, after),
        )


def open_classifier(
    path: Path | str, engine: EngineKind = "onnx", threads: int | None = None, limits: Limits = Limits()
) -> Classifier:
    """Load the bundle at ``path`` and open its engine.

    Raises:
        BundleError: there is no bundle, its files were altered, or it was not yet evaluated.
        MissingDependency: the engine's library is not installed.
    """
    bundle = Bundle.load(path)
    name = {"onnx": bundle.manifest.graph, "fastai": PICKLE}[engine]
    return Classifier(bundle, open_engine(bundle, engine, threads), bundle.digest(name) or "", limits)


def find_operating_point(manifest: Manifest, name: str | None) -> OperatingPoint:
    """Return the named operating point, or the default one for ``None``. Raises InvalidOption."""
    wanted = name or manifest.default_operating_point
    for point in manifest.operating_points:
        if point.name == wanted:
            return point
    known = ", ".join(point.name for point in manifest.operating_points)
    raise InvalidOption(f"There is no operating point {wanted!r}: choose one of {known}.")


def _diagnoses(shares: np.ndarray, manifest: Manifest) -> tuple[Diagnosis, ...]:
    if manifest.task != "dx":
        return ()
    found = [
        Diagnosis(dx=dx, name=NAMES[dx], malignant=dx in manifest.malignant, probability=float(share))
        for dx, share in zip(manifest.classes, shares, strict=True)
    ]
    return tuple(sorted(found, key=lambda diagnosis: -diagnosis.probability))


def _diagnosis_set(shares: np.ndarray, manifest: Manifest) -> DiagnosisSet | None:
    spec = manifest.conformal
    return diagnosis_set(shares, manifest.classes, spec) if spec else None


def _explain(cam: np.ndarray, shares: np.ndarray, manifest: Manifest, threshold: float) -> Explanation:
    png = evidence.heatmap_png(evidence.malignant_evidence(cam, shares, manifest, threshold))
    return Explanation(method="cam", target="malignant", heatmap=evidence.data_url(png))


def _timing(start: float, decoded: float, before: float, after: float) -> Timing:
    total = perf_counter() - start
    spans = (decoded - start, after - before, total)
    decode_ms, model_ms, total_ms = (round(1000 * span, 2) for span in spans)
    return Timing(decode=decode_ms, model=model_ms, total=total_ms)
