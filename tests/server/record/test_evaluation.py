"""Numbers on confirmed cases, against counting by hand and the names that metrics.json has."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from lesion.classifier import ModelInfo
from server.record.answers import Record
from server.record.evaluation import NEEDED, by_model, evaluate, evaluate_cases, summary
from tests.server.record.conftest import NOW, make_record

ADVISED = {"retake": "mel", "unsure": "nv"}


def abstained(n: int = 10) -> list[Record]:
    """Cases that were not judged: poor pictures of melanomas, and of nevi that the model does not know."""
    levels = list(ADVISED) * (n // 2)
    return [
        make_record(
            time=NOW + timedelta(days=1),
            image_sha256=f"{1000 + i:064x}",
            probability=0.9,
            prediction="malignant",
            threshold=0.4,
            triage=level,
            confirmed_dx=ADVISED[level],
        )
        for i, level in enumerate(levels)
    ]


def cases(n: int = 60, **changes: object) -> list[Record]:
    """Cases of which every third is malignant; probabilities are right more often than not."""
    rng = np.random.default_rng(3)
    made = []
    for i in range(n):
        malignant = i % 3 == 0
        probability = float(rng.beta(4, 3) if malignant else rng.beta(2, 6))
        made.append(
            make_record(
                time=NOW + timedelta(minutes=i),
                image_sha256=f"{i:064x}",
                probability=probability,
                prediction="malignant" if probability >= 0.4 else "benign",
                threshold=0.4,
                confirmed_dx="mel" if malignant else "nv",
                **changes,
            )
        )
    return made


def test_shares_are_those_of_counting() -> None:
    made = cases()
    found = evaluate_cases(made)
    flagged = [case.prediction == "malignant" for case in made]
    malignant = [case.confirmed_dx == "mel" for case in made]
    hits = sum(f and m for f, m in zip(flagged, malignant, strict=True))
    assert (found["n"], found["n_malignant"], found["n_benign"]) == (60, 20, 40)
    assert (found["verdict.sensitivity_k"], found["verdict.sensitivity_n"]) == (hits, 20)
    assert found["operating_point.balanced.sensitivity"] == found["verdict.sensitivity"]
    assert found["operating_point.balanced.threshold"] == 0.4
    pairs = [
        (a.probability > b.probability)
        for a in made
        if a.confirmed_dx == "mel"
        for b in made
        if b.confirmed_dx == "nv"
    ]
    assert found["auroc"] == pytest.approx(np.mean(pairs))


def test_who_got_no_verdict_does_not_count_among_those_who_did() -> None:
    judged, found = evaluate_cases(cases()), evaluate_cases([*cases(), *abstained()])
    assert (judged["abstained"], judged["abstained_malignant"]) == (0, 0)
    assert (found["n"], found["abstained"], found["abstained_malignant"]) == (70, 10, 5)
    verdicts = {key: value for key, value in judged.items() if key.startswith("verdict.")}
    assert verdicts == {key: value for key, value in found.items() if key.startswith("verdict.")}
    assert found["operating_point.balanced.sensitivity_n"] == 25
    told = "\n".join(summary(found))
    assert "10 of them, 5 malignant, got advice" in told
    assert "left out of “as judged”, all other numbers hold them too" in told
    assert "advice" not in "\n".join(summary(judged))


def test_where_nobody_got_a_verdict_there_is_none_to_measure() -> None:
    found = evaluate_cases(abstained(30))
    assert not [key for key in found if key.startswith("verdict.")]
    assert "as judged: sensitivity n/a" in "\n".join(summary(found))


def test_calibration_has_intervals_that_hold_its_values() -> None:
    made = cases()
    found = evaluate_cases(made)
    probabilities = [case.probability for case in made]
    assert found["expected"] == pytest.approx(np.mean(probabilities))
    assert found["observed"] == pytest.approx(20 / 60)
    assert found["calibration_gap"] == pytest.approx(np.mean(probabilities) - 20 / 60)
    for key in ("brier", "observed", "calibration_gap", "auroc", "auprc", "verdict.specificity"):
        assert found[f"{key}_low"] < found[key] < found[f"{key}_high"], key
    assert (
        sum(found[key] for key in found if re.fullmatch(r"reliability\.after\.\d\d\.observed_n", key)) == 60
    )


def test_numbers_are_named_as_in_metrics_json() -> None:
    found = evaluate_cases(cases(200))
    known = json.loads((Path(__file__).parents[3] / "models/mobilenet_v2/metrics.json").read_text())
    own = {"first", "last", "n", "expected", "abstained", "abstained_malignant"} | {
        key for key in found if key.startswith(("verdict.", "observed", "calibration_gap", "brier", "ece"))
    }
    assert own | set(known) >= {key for key in found if not key.startswith("reliability.")}
    assert {"brier", "ece"} <= set(found)  # as of other sources there: after calibration


def test_an_image_counts_once_as_it_was_judged_last() -> None:
    made = cases()
    again = [
        make_record(
            time=NOW + timedelta(days=1),
            image_sha256=made[0].image_sha256,
            confirmed_dx="nv",
            probability=0.9,
        )
    ]
    (found,) = by_model([*made, *again]).values()
    assert len(found) == 60
    assert next(case for case in found if case.image_sha256 == made[0].image_sha256).confirmed_dx == "nv"


def test_all_is_told_with_an_interval_but_what_is_said_to_have_none() -> None:
    found = evaluate_cases(cases(200))
    ends = ("_low", "_high", "_k", "_n")
    measured = {key for key, value in found.items() if isinstance(value, float) and not key.endswith(ends)}
    alone = {key for key in measured if f"{key}_low" not in found}
    given = {key for key in alone if key.endswith((".threshold", ".predicted"))}
    sums = {key for key in alone if key.endswith(".balanced_accuracy")}
    assert alone - given - sums == {"ece", "ece_equal_width", "expected"}
    for words in ("expected calibration error", "`expected`", "balanced accuracy"):
        assert words in (Path(__file__).parents[3] / "docs/record.md").read_text()


def test_a_model_that_was_calibrated_anew_is_another() -> None:
    before = cases(40)
    anew = replace(before[0].model, version="1.0+5f3a09c1")  # the file is the same
    found = evaluate([*before, *cases(35, model=anew)])
    assert [(model.version, model.n) for model in found.models] == [("1.0", 40), ("1.0+5f3a09c1", 35)]
    chosen = evaluate([*before, *cases(35, model=anew)], "mobilenet_v2 1.0+5f3a09c1")
    assert (chosen.n, chosen.evaluation["bundle_version"]) == (35, "1.0+5f3a09c1")


def test_two_files_of_one_bundle_are_told_apart_by_name_version_and_hash() -> None:
    graph, pickled = (
        ModelInfo(name="mobilenet_v2", version="1.0+5f3a09c1", sha256=sha * 32) for sha in ("ab", "cd")
    )
    made = [*cases(40, model=graph), *cases(35, model=pickled)]
    assert evaluate(made, "mobilenet_v2 1.0+5f3a09c1").n == 40
    for plus in "+", " ":  # as it comes out of an address where it is not quoted
        assert evaluate(made, f"mobilenet_v2 1.0{plus}5f3a09c1 {pickled.sha256}").n == 35


def test_models_are_measured_apart() -> None:
    other = ModelInfo(name="densenet161", version="2.0", sha256="ef" * 32)
    made = [*cases(40), *cases(35, model=other)]
    found = evaluate(made)
    assert [(model.name, model.n) for model in found.models] == [("mobilenet_v2", 40), ("densenet161", 35)]
    assert (found.n, found.evaluation["bundle"]) == (40, "mobilenet_v2")
    assert evaluate(made, "densenet161").evaluation["n"] == 35
    assert evaluate(made, "ef" * 32).evaluation["n"] == 35
    assert evaluate(made, "nobody").n == 0


def test_too_few_cases_tell_nothing() -> None:
    found = evaluate(cases(NEEDED - 1))
    assert (found.n, found.needed, found.evaluation) == (NEEDED - 1, NEEDED, None)
    assert evaluate([]).n == 0
    assert evaluate(cases(NEEDED)).evaluation is not None


def test_cases_of_one_side_alone_are_measured_as_far_as_they_go() -> None:
    found = evaluate_cases([make_record(image_sha256=f"{i:064x}", confirmed_dx="benign") for i in range(30)])
    assert "auroc" not in found
    assert "verdict.sensitivity" not in found
    assert found["verdict.specificity_n"] == 30
    assert any("n/a" in line for line in summary(found))


def test_a_threshold_of_one_s_own_is_no_operating_point() -> None:
    found = evaluate_cases(cases(operating_point="own"))
    assert not [key for key in found if key.startswith("operating_point.")]
    assert "verdict.sensitivity" in found


def test_summary_tells_the_numbers() -> None:
    found = evaluate_cases(cases())
    text = "\n".join(summary(found))
    assert "60 confirmed cases, 20 malignant" in text
    assert f"AUROC {found['auroc']:.3f}" in text
    assert "as judged: sensitivity" in text
    assert "balanced: sensitivity" in text
