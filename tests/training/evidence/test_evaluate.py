from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from sklearn.metrics import recall_score, roc_auc_score

from lesion.bundle import Bundle, save
from lesion.calibrate import malignancy, probabilities
from lesion.errors import BundleNotReady, DataError
from lesion.labels import DIAGNOSES
from lesion.manifest import OperatingPoint
from lesion.measures import blocks
from lesion.roc import roc_of
from tests.training.colours import colour_bundle, colour_folder
from tests.training.conftest import Measured
from training.dataset import data
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.evidence.diagnoses import answers, at_equal_priors, diagnoses
from training.evidence.evaluate import evaluate
from training.evidence.mistakes import confident_errors, missed
from training.evidence.predict import held_out, malignant_labels, predict
from training.evidence.subgroups import SUBGROUPS, age_band, subgroups
from training.evidence.unseen import unseen


def point(name: str, threshold: float) -> OperatingPoint:
    return OperatingPoint(
        name=name, threshold=threshold, sensitivity=None, specificity=None, without_clinical=None
    )


def read_metrics(bundle: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((bundle / "metrics.json").read_text())
    return found


@pytest.fixture
def test_part(measured: Measured) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Lesions of the test part, their outcomes, and the calibrated probabilities [N, 7], found anew."""
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    shares = probabilities(predict(bundle, frame), bundle.manifest.temperature)
    return frame, malignant_labels(frame), shares


def test_metrics_are_flat_finite_and_hashed(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    assert all(isinstance(value, int | float | str) for value in found.values())
    assert all(np.isfinite(value) for value in found.values() if not isinstance(value, str))
    bundle = Bundle.load(measured.bundle)
    assert bundle.metrics() == found
    assert bundle.verify() == []
    assert bundle.manifest.evaluated


def test_main_numbers_are_those_of_the_test_lesions(measured: Measured, test_part: tuple) -> None:
    frame, malignant, shares = test_part
    bundle, found = Bundle.load(measured.bundle), read_metrics(measured.bundle)
    shown = malignancy(shares, bundle.manifest)
    assert frame["lesion_id"].is_unique
    assert (found["n_lesions"], found["n_malignant"]) == (len(frame), malignant.sum())
    assert found["auroc"] == pytest.approx(roc_auc_score(malignant, shown))
    for chosen in bundle.manifest.operating_points:
        key = f"operating_point.{chosen.name}"
        assert found[f"{key}.threshold"] == chosen.threshold
        assert found[f"{key}.sensitivity_k"] == (shown[malignant] >= chosen.threshold).sum()
        assert found[f"{key}.specificity_k"] == (shown[~malignant] < chosen.threshold).sum()
    assert found["dx.balanced_accuracy"] == pytest.approx(
        recall_score(frame["dx"], np.array(DIAGNOSES)[shares.argmax(axis=1)], average="macro")
    )
    for key in ("dx.balanced_accuracy", "dx.balanced_accuracy_equal_priors"):
        assert found[f"{key}_low"] <= found[key] <= found[f"{key}_high"]


def test_melanoma_against_nevus_alone_goes_by_their_two_probabilities(
    measured: Measured, test_part: tuple
) -> None:
    frame, _, shares = test_part
    found = read_metrics(measured.bundle)
    pair = frame["dx"].isin(["mel", "nv"]).to_numpy()
    mel, nv = (shares[pair, DIAGNOSES.index(code)] for code in ("mel", "nv"))
    expected = roc_auc_score(frame["dx"][pair].eq("mel"), mel / (mel + nv))
    assert found["melanoma_nevus.alone.auroc"] == pytest.approx(expected)
    assert "melanoma_nevus.alone.sensitivity_at_specificity_0_926_low" in found


def test_equal_priors_undo_what_the_common_class_gains_by_being_common() -> None:
    shares = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.8, 0.2], [0.9, 0.1]])
    dx, classes = ["mel", "mel", "nv", "nv", "nv"], ["nv", "mel"]
    assert diagnoses(dx, shares, classes)["dx.balanced_accuracy"] == 0.5
    equal = at_equal_priors(dx, shares, classes, [30, 10])
    assert equal["dx.balanced_accuracy_equal_priors"] == 1.0
    rare = at_equal_priors(dx, shares, classes, [30, 0])
    assert np.isfinite(rare["dx.balanced_accuracy_equal_priors"])


def test_manifest_carries_the_proportions_of_the_metrics(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    for chosen in Bundle.load(measured.bundle).manifest.operating_points:
        for name in ("sensitivity", "specificity"):
            share, key = getattr(chosen, name), f"operating_point.{chosen.name}.{name}"
            stated = [found[key], *(found[f"{key}_{end}"] for end in ("low", "high", "k", "n"))]
            assert [share.value, share.low, share.high, share.k, share.n] == stated


def test_the_curve_tells_what_any_threshold_is_worth(measured: Measured, test_part: tuple) -> None:
    _, malignant, shares = test_part
    bundle = Bundle.load(measured.bundle)
    shown, roc = malignancy(shares, bundle.manifest), roc_of(bundle)
    for chosen in bundle.manifest.operating_points:
        assert roc.rates_at(chosen.threshold) == chosen.rates
    for threshold in (0.02, 0.2, 0.5, 0.8):
        rates = roc.rates_at(threshold)
        assert rates.sensitivity.k == (shown[malignant] >= threshold).sum()
        assert rates.specificity.k == (shown[~malignant] < threshold).sum()


def test_groups_of_a_column_add_up_to_the_whole(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    for column in SUBGROUPS:
        start = f"subgroup.{column}."
        sizes = [value for key, value in found.items() if key.startswith(start) and key.endswith(".n")]
        assert sum(sizes) == found["n_lesions"]  # type: ignore[arg-type]
    cells = [value for key, value in found.items() if key.startswith("confusion.")]
    assert sum(cells) == found["n_lesions"]  # type: ignore[arg-type]


def test_all_photos_are_counted_beside_the_lesions(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    frame = held_out(Bundle.load(measured.bundle), measured.data, measured.split, "test")
    assert found["image.n"] == len(frame) > found["n_lesions"]  # type: ignore[operator]


def test_other_sources_have_their_own_numbers(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(unseen(bundle, measured.elsewhere).photos)
    key = "external.other_clinic."
    assert (found[f"{key}n"], found[f"{key}n_malignant"]) == (42, 18)
    shares = probabilities(predict(bundle, frame), bundle.manifest.temperature)
    expected = roc_auc_score(malignant_labels(frame), malignancy(shares, bundle.manifest))
    assert found[f"{key}auroc"] == pytest.approx(expected)
    assert found[f"{key}melanoma_auroc"] == pytest.approx(roc_auc_score(frame["dx"] == "mel", shares[:, 4]))
    assert found[f"{key}trained_on"] == "no"


def test_evaluating_again_gives_the_same_file(measured: Measured, run: Callable[..., Result]) -> None:
    before = (measured.bundle / "metrics.json").read_bytes()
    args = ("--data", measured.data, "--split", measured.split, "--external", measured.elsewhere)
    assert run(evaluate, measured.bundle, *args).exit_code == 0
    assert (measured.bundle / "metrics.json").read_bytes() == before


def test_a_bundle_without_operating_points_is_refused(measured: Measured, run: Callable[..., Result]) -> None:
    bundle = colour_bundle(measured.bundle.parent / "raw", measured.split)
    result = run(evaluate, bundle.path, "--data", measured.data, "--split", measured.split)
    assert isinstance(result.exception, BundleNotReady)


def test_a_set_without_a_class_has_no_key_for_what_it_cannot_show() -> None:
    found = blocks.measure(np.array([False] * 6), np.linspace(0, 1, 6), [point("balanced", 0.5)])
    assert found["n_malignant"] == 0
    assert found["operating_point.balanced.specificity_n"] == 6
    assert not {"auroc", "operating_point.balanced.sensitivity"} & set(found)


def test_diagnoses_of_other_sources_count_as_the_class_that_holds_them() -> None:
    shares = np.eye(7)[[DIAGNOSES.index("bkl"), DIAGNOSES.index("mel")]]
    found = diagnoses(["seborrheic_keratosis", "mel"], shares, DIAGNOSES)
    assert found["dx.accuracy"] == 1.0
    assert (found["dx.n.bkl"], found["confusion.bkl.bkl"]) == (1, 1)
    assert "dx.recall.nv" not in found


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-19"),
        (19.9, "0-19"),
        (20, "20-39"),
        (59, "40-59"),
        (80, "80+"),
        (101, "80+"),
        (float("nan"), "unknown"),
    ],
)
def test_ages_fall_into_bands(age: float, band: str) -> None:
    assert age_band(age) == band


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Photos of another hospital, named by a table of its own with two sources."""
    folder = colour_folder(tmp_path / "photos", 42, seed=5)
    table = pd.read_csv(folder / "metadata.csv").rename(columns={"dx": "diagnosis", "image_id": "path"})
    table["path"] = "photos/images/" + table["path"] + ".png"
    table["source"] = np.where(table["lesion_id"].str[1:].astype(int) < 21, "north.wing", "south")
    table.to_csv(tmp_path / "clinic.csv", index=False)
    return tmp_path / "clinic.csv"


def test_any_labelled_table_is_measured_without_touching_the_bundle(
    measured: Measured, run: Callable[..., Result], clinic: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in measured.bundle.rglob("*") if path.is_file()}
    to = tmp_path / "numbers" / "clinic.json"
    result = run(evaluate, measured.bundle, "--data", clinic, "--to", to)
    assert result.exit_code == 0, result.exception
    assert {path: path.read_bytes() for path in measured.bundle.rglob("*") if path.is_file()} == before
    found, own = json.loads(to.read_text()), read_metrics(measured.bundle)
    assert found["auroc"] == own["external.other_clinic.auroc"]
    assert (found["part"], found["data"], found["n_lesions"], found["n_left_out"]) == (
        "unseen",
        "clinic",
        42,
        0,
    )
    assert found["subgroup.source.north_wing.n"] == found["subgroup.source.south.n"] == 21
    lacking = {key.split(".")[0] for key in own} - {key.split(".")[0] for key in found}
    assert lacking == {"external", "n_lesions_in_part"}
    assert "clinic: 42 lesions, 18 malignant" in result.output
    assert f"AUROC {found['auroc']:.3f}" in result.output


def test_what_a_bundle_learned_from_is_left_out_by_image_and_by_lesion(
    measured: Measured, run: Callable[..., Result], clinic: Path, tmp_path: Path
) -> None:
    photos = data.read_folder(clinic)
    write_trained_ids(photos[photos["image_id"] == "P7-1"], measured.bundle / TRAINED_IDS)
    save(Bundle.load(measured.bundle))
    to = tmp_path / "clinic.json"
    result = run(evaluate, measured.bundle, "--data", clinic, "--to", to)
    found = json.loads(to.read_text())
    assert (found["n_lesions"], found["n_left_out"]) == (41, 2)
    assert "left out: 2 photos that the model had seen" in result.output
    write_trained_ids(photos, measured.bundle / TRAINED_IDS)
    save(Bundle.load(measured.bundle))
    result = run(evaluate, measured.bundle, "--data", clinic, "--to", to)
    assert isinstance(result.exception, DataError)
    assert "learned from every image" in str(result.exception)


def test_a_test_part_that_was_learned_from_is_no_test(measured: Measured, run: Callable[..., Result]) -> None:
    test = held_out(Bundle.load(measured.bundle), measured.data, measured.split, "test")
    write_trained_ids(test.head(1), measured.bundle / TRAINED_IDS)
    save(Bundle.load(measured.bundle))
    result = run(evaluate, measured.bundle, "--data", measured.data, "--split", measured.split)
    assert isinstance(result.exception, DataError)
    assert "photos of the test part" in str(result.exception)


def test_images_that_the_split_does_not_name_ask_for_a_file(
    measured: Measured, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "own" / "mel").mkdir(parents=True)
    shutil.copy(measured.data / "images" / "P0-0.png", tmp_path / "own" / "mel" / "other.png")
    result = run(evaluate, measured.bundle, "--data", tmp_path / "own", "--split", measured.split)
    assert isinstance(result.exception, DataError)
    assert "--to FILE.json" in str(result.exception)


@pytest.mark.parametrize("name", ["colours/numbers.json", "."])
def test_the_file_of_the_numbers_lies_outside_the_bundle(
    measured: Measured, run: Callable[..., Result], name: str
) -> None:
    to = measured.bundle.parent / name
    result = run(evaluate, measured.bundle, "--data", measured.data, "--to", to)
    assert isinstance(result.exception, DataError)
    assert "outside the bundle" in str(result.exception)


def test_missed_diagnoses_add_up_to_the_missed_lesions(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    for name in ("sensitive", "balanced", "specific"):
        key = f"operating_point.{name}"
        parts = [found[f"{key}.missed.{dx}_k"] for dx in ("akiec", "bcc", "mel")]
        assert sum(parts) == found[f"{key}.sensitivity_n"] - found[f"{key}.sensitivity_k"]  # type: ignore[operator, arg-type]


def test_missed_tells_only_of_malignant_diagnoses_that_occur() -> None:
    found = missed(pd.Series(["mel", "mel", "nv", "scc"]), np.array([0.2, 0.5, 0.1, 0.9]), [point("p", 0.5)])
    assert {key: found[key] for key in found if key.endswith(("_k", "_n"))} == {
        "operating_point.p.missed.mel_k": 1,
        "operating_point.p.missed.mel_n": 2,
        "operating_point.p.missed.scc_k": 0,
        "operating_point.p.missed.scc_n": 1,
    }


def test_confident_errors_are_the_surest_of_the_wrong_verdicts(measured: Measured, test_part: tuple) -> None:
    frame, malignant, shares = test_part
    bundle, found = Bundle.load(measured.bundle), read_metrics(measured.bundle)
    shown = pd.Series(malignancy(shares, bundle.manifest), index=frame["image_id"])
    worst = shown[malignant].idxmin()
    assert found["error.missed.00.image_id"] == worst
    assert found["error.missed.00.probability"] == pytest.approx(shown[worst])
    assert found["error.alarm.00.image_id"] == shown[~malignant].idxmax()
    alarms = [value for key, value in found.items() if key.startswith("error.alarm.") and "prob" in key]
    assert alarms == sorted(alarms, reverse=True)  # type: ignore[type-var]
    assert 0 < len(alarms) <= 10


def test_a_set_without_errors_names_none() -> None:
    frame = pd.DataFrame({"image_id": ["A", "B"], "dx": ["mel", "nv"]})
    assert confident_errors(frame, np.array([0.9, 0.1]), 0.5) == {}


def test_melanoma_against_nevus_is_given_at_a_fixed_specificity(measured: Measured, test_part: tuple) -> None:
    frame, _, shares = test_part
    bundle, found = Bundle.load(measured.bundle), read_metrics(measured.bundle)
    shown = malignancy(shares, bundle.manifest)
    nevi, melanomas = (shown[frame["dx"].eq(dx).to_numpy()] for dx in ("nv", "mel"))
    best = max((melanomas >= t).mean() for t in [*shown, 2] if (nevi < t).mean() >= 0.926)
    key = "melanoma_nevus.sensitivity_at_specificity_0_926"
    assert found[key] == pytest.approx(best)
    assert found[f"{key}_low"] <= best <= found[f"{key}_high"]  # type: ignore[operator]
    assert found[f"{key}_k"] == best * len(melanomas)


def test_large_groups_tell_the_diagnoses_apart() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"dx": rng.choice(DIAGNOSES, 400), "sex": ["male"] * 320 + ["female"] * 80})
    frame = frame.assign(age=50.0, localization="back", dx_type="histo", pixels="450", source="here")
    manifest = Bundle.load(Path(__file__).parents[3] / "models" / "mobilenet_v2").manifest
    shares = rng.dirichlet(np.ones(7), 400)
    found = {key: value for block in subgroups(manifest, frame, shares) for key, value in block.items()}
    expected = answers(frame["dx"][:320].tolist(), shares[:320], DIAGNOSES)
    assert {key: found[f"subgroup.sex.male.{key}"] for key in expected} == expected
    assert not any(key.startswith(("subgroup.sex.female.dx", "subgroup.source")) for key in found)
