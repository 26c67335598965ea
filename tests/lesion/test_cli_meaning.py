"""``lesion classify`` at a threshold and a prevalence of one's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lesion.bundle import Bundle
from lesion.cli import main
from lesion.predictive import predictive_values, supposition
from lesion.roc import roc_of
from tests import golden
from tests.lesion.clinical_bundle import clinical_bundle

IMAGE = golden.FOLDER / "image.png"


def classify(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["classify", str(IMAGE), "--threads", "1", *map(str, arguments)])


def test_rows_and_closing_words_say_what_the_verdict_is_worth() -> None:
    result = classify("--threshold", 0.2, "--prevalence", 0.05, "--json")
    row = json.loads(result.stdout)
    point = roc_of(Bundle.load(golden.MODEL)).point_at(0.2)
    found = predictive_values(point.rates, 0.05)
    assert found.positive is not None
    assert found.negative is not None
    assert (row["threshold"], row["prevalence"]) == (0.2, 0.05)
    for name, value in (("ppv", found.positive), ("npv", found.negative)):
        shown = [row[f"{name}{end}"] for end in ("", "_low", "_high")]
        assert shown == pytest.approx([value.value, value.low, value.high], abs=1e-6)
    assert "at a cut of your own (threshold 0.200)" in result.stderr
    assert f"Where 5% of lesions are malignant: of those flagged {found.positive.value:.2%} " in result.stderr
    bundle = Bundle.load(golden.MODEL)
    assert supposition(bundle.manifest, bundle.metrics()) in result.stderr


def test_without_a_prevalence_there_are_no_such_columns_and_with_one_csv_has_them() -> None:
    without = classify("--json")
    assert "ppv" not in without.stdout
    assert "This supposes" not in without.stderr
    row = next(csv.DictReader(io.StringIO(classify("--prevalence", 0.1, "--csv", "-").stdout)))
    assert row["prevalence"] == "0.1"
    assert float(row["ppv_low"]) < float(row["ppv"]) < float(row["ppv_high"])


def test_nothing_is_known_of_a_verdict_that_no_held_out_lesion_got() -> None:
    result = classify("--threshold", 0.999999, "--prevalence", 0.1, "--json")
    assert json.loads(result.stdout)["ppv"] is None
    assert "of those flagged an unknown share are malignant" in result.stderr


def test_where_no_held_out_lesion_was_missed_the_share_is_told_as_a_bound() -> None:
    """None of finitely many lesions is no certainty."""
    curve = roc_of(Bundle.load(golden.MODEL))
    cut = max(cut for cut, found in zip(curve.threshold, curve.tp, strict=True) if found == max(curve.tp))
    found = predictive_values(curve.rates_at(cut), 0.1).negative
    assert found is not None
    words = f"of those not flagged at least {found.low:.2%} (of the held-out ones, all) are benign"
    assert words in classify("--threshold", cut, "--prevalence", 0.1).stderr


def test_a_model_that_takes_age_sex_and_site_says_both(tmp_path: Path) -> None:
    bundle = clinical_bundle(tmp_path / "clinical")
    result = classify("--model", bundle, "--prevalence", 0.1)
    assert "malignant, with age, sex and site told: " in result.stderr
    assert "malignant, with age, sex and site not told: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--prevalence", 5), "more than 0 and less than 1"),
        (("--threshold", 0), "more than 0 and less than 1"),
        (("--threshold", 0.2, "--operating-point", "sensitive"), "not both"),
    ],
)
def test_what_cannot_be_is_said_before_any_image_is_judged(
    arguments: tuple[object, ...], complaint: str
) -> None:
    result = classify(*arguments)
    assert result.exit_code != 0
    assert complaint in result.stderr
    assert result.stdout == ""
