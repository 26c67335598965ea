from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from PIL import Image

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.decode import decode
from lesion.distribution import open_detector
from lesion.measures.blocks import measure, prefixed
from lesion.quality import QualityThresholds, assess
from tests.training.conftest import Measured
from training.dataset import data
from training.evidence.judged import evaluate_judged, too_poor
from training.evidence.predict import Answers, ask, held_out, malignant_labels


def with_gate(bundle: Bundle, sharpness: float) -> Bundle:
    """Return the bundle with a gate that refuses by sharpness alone."""
    quality = QualityThresholds(sharpness=sharpness, contrast=0.0)
    return Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, quality=quality))


def roughened(frame: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return the frame with every third photo large and flat, and every other third full of noise."""
    paths = list(frame["path"])
    for row in range(len(frame)):
        picture = np.asarray(decode(Path(paths[row]).read_bytes()).resize((300, 300)), dtype=np.int16)
        noise = np.random.default_rng(row).normal(0, 20, picture.shape)
        if row % 3:
            paths[row] = folder / f"{row}.png"
            Image.fromarray((picture + noise * (row % 3 - 1)).clip(0, 255).astype(np.uint8)).save(paths[row])
    return frame.assign(path=paths)


def test_what_is_declined_is_what_gate_and_detector_decline(measured: Measured, tmp_path: Path) -> None:
    bundle = with_gate(Bundle.load(measured.bundle), 100.0)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    frame = roughened(frame, tmp_path)
    pictures = [decode(Path(path).read_bytes()) for path in frame["path"]]
    poor = np.array([not assess(picture, bundle.manifest.quality).ok for picture in pictures])
    assert 0 < poor.sum() < len(poor)
    assert (too_poor(bundle, frame) == poor).all()
    found, expected = judge(bundle, frame), poor | unlike(bundle, ask(bundle, frame))
    malignant = malignant_labels(frame)
    for side, rows in {"malignant": malignant, "benign": ~malignant}.items():
        assert found[f"judged.poor.{side}_k"] == poor[rows].sum()
        assert found[f"judged.refused.{side}_k"] == expected[rows].sum()
        assert found[f"judged.refused.{side}_n"] == rows.sum()
        assert found[f"judged.n_{side}"] == (~expected & rows).sum()
    rest = measure(
        malignant[~expected], probability(bundle, frame)[~expected], bundle.manifest.operating_points
    )
    assert prefixed("judged", rest).items() <= found.items()
    small = np.array([data.short_side(Path(path)) < 224 for path in frame["path"]])
    assert (poor & small).sum() not in (0, poor.sum())
    assert (found["judged.n_poor"], found["judged.n_poor_copies"]) == (poor.sum(), (poor & small).sum())


def test_of_a_bundle_without_a_detector_the_gate_alone_declines(measured: Measured) -> None:
    bundle = with_gate(Bundle.load(measured.bundle), 0.0)
    manifest = msgspec.structs.replace(bundle.manifest, distribution=None)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    found = judge(Bundle(bundle.path, manifest), frame)
    assert (found["judged.refused.malignant_k"], found["judged.refused.benign_k"]) == (0, 0)
    whole = bundle.metrics()
    for point in manifest.operating_points:
        key = f"operating_point.{point.name}.sensitivity"
        assert found[f"judged.{key}_k"] == whole[f"{key}_k"]


def test_where_everything_is_declined_no_rate_is_given(measured: Measured) -> None:
    bundle = with_gate(Bundle.load(measured.bundle), 1e9)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    found = judge(bundle, frame)
    assert (found["judged.n_malignant"], found["judged.refused.malignant"]) == (0, 1)
    assert not [key for key in found if key.startswith("judged.operating_point.")]


def test_evaluate_measures_it_here_and_elsewhere(measured: Measured) -> None:
    found = Bundle.load(measured.bundle).metrics()
    for prefix, n in (("", found["n_lesions"]), ("external.other_clinic.", 42)):
        sizes = [found[f"{prefix}judged.refused.{side}_n"] for side in ("malignant", "benign")]
        assert sum(sizes) == n
        refused = [found[f"{prefix}distribution.refused_{side}_k"] for side in ("malignant", "benign")]
        assert sum(refused) == found[f"{prefix}distribution.refused_k"]


def judge(bundle: Bundle, frame: pd.DataFrame) -> dict[str, float | int | str]:
    return evaluate_judged(bundle, frame, ask(bundle, frame).embedding, probability(bundle, frame))


def probability(bundle: Bundle, frame: pd.DataFrame) -> np.ndarray:
    logits = ask(bundle, frame).logits
    return malignancy(probabilities(logits, bundle.manifest.temperature), bundle.manifest)


def unlike(bundle: Bundle, answers: Answers) -> np.ndarray:
    detector = open_detector(bundle)
    assert detector is not None
    return detector.subspace.score(answers.embedding) > detector.threshold
