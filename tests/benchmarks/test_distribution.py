from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks.distribution import REPORT, main
from benchmarks.distribution_compared import Asked, Compared, MeanRefused, real_shares
from benchmarks.distribution_report import CHOSEN_ON, PARTED, Cell, Found, Outcome, Row, Stage, report
from benchmarks.distribution_scores import RESIDUALS, SHIPPED, Known, candidates
from benchmarks.outcome import recorded
from lesion.bundle import find_bundles
from lesion.labels import DIAGNOSES
from lesion.measures.bootstrap import Estimate
from lesion.proportions import wilson
from training.evidence.predict import Answers
from training.evidence.strangers import KINDS, PHOTOS
from training.evidence.strangers import strangers as strangers_of
from training.evidence.unlike import fit_threshold

pytestmark = pytest.mark.training

RNG = np.random.default_rng(0)
CENTRES = 4 * RNG.random((7, 600))
SPREAD = RNG.normal(size=(12, 600))
BUNDLES = find_bundles(Path(__file__).parents[2] / "models")
BETTER = "residual, 128 dimensions"


def lesions(n: int) -> tuple[Answers, np.ndarray]:
    """Embeddings about seven centres, spread in few directions, and logits that tell the centres."""
    which = RNG.integers(0, 7, n)
    embedding = CENTRES[which] + RNG.normal(size=(n, 12)) @ SPREAD
    logits = 8 * np.eye(7)[which] + RNG.normal(size=(n, 7))
    return Answers(np.float32(logits), np.float32(embedding)), np.array(DIAGNOSES)[which]


def strangers(n: int) -> Asked:
    answers = Answers(np.float32(RNG.normal(size=(n, 7))), np.float32(4 * RNG.random((n, 600))))
    sources = np.array([f"photo {number // 2}" for number in range(n)], dtype=object)
    return Asked(answers, sources, np.arange(n) < 3)


def stage(more: Estimate, blurred: int = 4) -> Stage:
    """Two scores on one kind: what is shipped, and another that refuses ``more``."""
    cells = {"blurred": Cell(auroc=0.6, refused=wilson(blurred, 10))}
    rows = [
        Row(score=SHIPPED, cells=cells, refused=0.7, more=Estimate(0, 0, 0)),
        Row(score=BETTER, cells=cells, refused=0.7 + more.value, more=more),
    ]
    return Stage(rows=rows, stopped={"blurred": wilson(9, 10)})


def outcome(chosen: Stage, refused_elsewhere: int) -> Outcome:
    shares = {"home (test part)": wilson(10, 1000), "clinic": wilson(refused_elsewhere, 35)}
    found = Found(
        bundle="colours",
        model_sha256="0" * 64,
        n_reference=2500,
        threshold=0.3,
        validation=wilson(10, 1000),
        chosen=chosen,
        unseen=chosen,
        real={SHIPPED: shares, BETTER: shares},
    )
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.distribution",
        machine="2 cores",
        versions={"python": "3.11"},
        found=[found],
    )


def test_every_score_is_higher_for_what_is_unlike() -> None:
    known, (real, _), other = Known(*lesions(700)), lesions(200), strangers(50).answers
    found = candidates(known)
    assert SHIPPED in found
    for name, score in found.items():
        assert np.median(score(other)) > np.median(score(real)), name


def test_what_is_refused_is_counted_at_the_threshold_of_validation_lesions() -> None:
    known, (real, _), asked = Known(*lesions(700)), lesions(200), {"noise": strangers(50)}
    found = {SHIPPED: candidates(known)[SHIPPED], "worthless": lambda answers: answers.logits[:, 0]}
    measured = Compared(found, real, asked).stage(real)
    for row in measured.rows:
        score = found[row.score]
        k = (score(asked["noise"].answers) > fit_threshold(score(real))).sum()
        assert row.cells["noise"].refused == wilson(int(k), 50)
        assert row.refused == row.cells["noise"].refused.value
        assert row.more.value == pytest.approx(row.refused - measured.shipped.refused)
        assert row.more.low <= row.more.value <= row.more.high
    assert measured.shipped.refused == 1
    assert measured.shipped.more == (0, 0, 0)
    assert measured.rows[1].more.high < 0
    assert measured.stopped["noise"] == wilson(50, 50)
    assert real_shares(found, real, {"clinic": real})[SHIPPED]["clinic"].k == 2


def test_the_mean_share_heeds_how_often_lesions_and_pictures_were_drawn() -> None:
    validation, kinds = RNG.normal(size=250), [RNG.normal(2, 1, 40), RNG.normal(1, 1, 30)]
    parts = [np.repeat([0, 1, 2], [250, 40, 30]) == number for number in range(3)]
    weights = RNG.integers(0, 3, (5, 320))
    found = MeanRefused(validation, kinds, parts)(weights)
    for value, row in zip(found, weights, strict=True):
        threshold = fit_threshold(np.repeat(validation, row[:250]))
        drawn = np.repeat(kinds[0], row[250:290]), np.repeat(kinds[1], row[290:])
        assert value == pytest.approx(np.mean([(each > threshold).mean() for each in drawn]))


def test_the_page_says_whether_another_score_is_better() -> None:
    apart = report(outcome(stage(Estimate(0.1, 0.02, 0.2)), 0))
    assert f"The most is refused by {BETTER}, 80.0%" in apart
    assert f"Clearly more than that refuse: {BETTER}." in apart
    assert "| +10.0 (+2.0 to +20.0) |" in apart
    assert f"refuses more of these kinds: {BETTER} +10.0 (+2.0 to +20.0)." in apart
    chance = report(outcome(stage(Estimate(0.1, -0.02, 0.2)), 0))
    assert "No score refuses clearly more." in chance
    assert "is not shipped" not in chance
    assert f"Not told apart from it: {BETTER}." in chance
    shipped = report(outcome(stage(Estimate(-0.1, -0.2, -0.02)), 0))
    assert f"The most is refused by {SHIPPED}, 70.0% in the mean over kinds: it is shipped." in shipped
    assert "Not told apart" not in shipped


def test_the_page_says_where_fewer_dimensions_do_as_well() -> None:
    smaller, as_well = RESIDUALS[32], "With fewer dimensions, not clearly less is refused by"

    def page(more: Estimate) -> str:
        rows = stage(Estimate(0, 0, 0)).rows
        row = msgspec.structs.replace(rows[1], score=smaller, more=more)
        return report(outcome(Stage(rows=[rows[0], row], stopped={"blurred": wilson(9, 10)}), 0))

    assert f"{as_well}: {smaller} +0.0 (-4.4 to +1.7)." in page(Estimate(0, -0.044, 0.017))
    assert as_well not in page(Estimate(-0.1, -0.2, -0.02))
    assert as_well not in report(outcome(stage(Estimate(0.1, 0.02, 0.2)), 0))


def test_the_page_says_which_kinds_are_parts_of_few_photographs() -> None:
    assert "`photo` of 14, `medical` of 4, `texture` of 3" in report(outcome(stage(Estimate(0, 0, 0)), 0))
    for kind in PHOTOS:
        sources = [picture.source for picture in strangers_of(kind, pd.DataFrame())]
        assert (len(set(sources)) < len(sources)) == (kind in PARTED)


def test_the_page_says_what_gets_through_and_what_the_gate_adds() -> None:
    text = report(outcome(stage(Estimate(0.1, 0.02, 0.2), blurred=4), 0))
    assert "Mostly let through by what is shipped: blurred; with the quality gate" in text
    assert "stopped are: `blurred` 90.0%" in text
    assert "No score refuses most of: blurred." in text
    assert "It refuses most of every kind." in report(outcome(stage(Estimate(0, 0, 0), blurred=6), 0))


def test_the_page_says_where_real_lesions_are_refused() -> None:
    refused = report(outcome(stage(Estimate(0, 0, 0)), 9))
    assert (
        "Of clinic it refuses 25.7% (14.2 to 42.1; 9 of 35), and every one of these shows a lesion" in refused
    )
    assert "No source is refused more often than that by more than chance" in report(
        outcome(stage(Estimate(0, 0, 0)), 0)
    )


def test_the_choice_was_made_on_fewer_than_all_kinds() -> None:
    assert set(CHOSEN_ON) < set(KINDS)


def test_a_page_is_written_anew_from_its_numbers(tmp_path: Path) -> None:
    page, measured = tmp_path / "report.md", outcome(stage(Estimate(0.1, 0.02, 0.2)), 9)
    page.with_suffix(".json").write_bytes(msgspec.json.encode(measured))
    assert CliRunner().invoke(main, ["--rewrite", "--out", str(page)]).exit_code == 0
    assert page.read_text() == report(measured)


def test_nothing_to_measure_is_told() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "Name the bundles to measure" in result.output


def test_the_committed_page_is_fresh_and_of_the_bundles_as_they_are() -> None:
    measured = recorded(REPORT, Outcome)
    assert REPORT.read_text() == report(measured), "python -m benchmarks.distribution --rewrite"
    assert {found.bundle for found in measured.found} == set(BUNDLES)
    for found in measured.found:
        manifest = BUNDLES[found.bundle].manifest
        assert found.model_sha256 == manifest.files[manifest.graph]
        spec = manifest.distribution
        assert spec is not None
        assert (found.n_reference, found.validation) == (spec.n_reference, spec.refused)
        # What is shipped is kept in half precision.
        assert found.threshold == pytest.approx(spec.threshold, rel=0.005)
        assert set(found.real) == {row.score for row in found.chosen.rows}
