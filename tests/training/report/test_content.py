from __future__ import annotations

import re

import msgspec
import pytest

from lesion.errors import BundleNotReady
from training.report.content import Report, write_report
from training.report.evidence import Evidence
from training.report.facts import easy_sentence, practice_sentence, skin_sentence
from training.report.mistakes import draw_missed
from training.report.plots import PLOTS


def report_on(evidence: Evidence) -> Report:
    return write_report(evidence, {name: (8, 6) for name, plot in PLOTS.items() if plot.applies(evidence)})


def titles(report: Report) -> list[str]:
    return [section.title for section in report.sections]


def test_what_was_not_measured_has_no_place(evidence: Evidence, full: Evidence) -> None:
    gone = {"robustness.", "error.", "external.", "subgroup.source.", "explain."}
    poor = {key: value for key, value in full.metrics.items() if not key.startswith(tuple(gone))}
    report = report_on(Evidence(evidence.manifest, poor))
    assert not {"Disturbed pictures", "Images from elsewhere", "How it learned"} & set(titles(report))
    assert {"Disturbed pictures", "Images from elsewhere", "How it learned"} < set(titles(report_on(full)))


def test_every_picture_is_in_the_report_once_and_says_how_to_read_it(full: Evidence) -> None:
    pictures = [picture for section in report_on(full).sections for picture in section.pictures]
    assert sorted(picture.file for picture in pictures) == sorted(PLOTS)
    assert all(picture.reading.endswith(".") and len(picture.reading) > 60 for picture in pictures)


def test_misses_by_diagnosis_add_up_at_every_operating_point(full: Evidence) -> None:
    [failures] = [section for section in report_on(full).sections if section.id == "failures"]
    for table, measure in zip(failures.tables, (0, 1), strict=False):
        assert "Lesions" in table.columns
        for column, point in enumerate(full.points, start=2):
            wrong = sum(int(row[column].split()[0]) for row in table.rows)
            share = full.at(point)[measure]
            assert wrong == share.n - share.k


def test_errors_are_named_by_id_alone(full: Evidence) -> None:
    [failures] = [section for section in report_on(full).sections if section.id == "failures"]
    *_, missed, alarms = failures.tables
    assert [row[0] for row in missed.rows] == ["missed-0", "missed-1"]
    assert missed.rows[0] == ["missed-0", "Melanoma", "1.0%"]
    assert [row[0] for row in alarms.rows] == ["alarm-0", "alarm-1"]


def test_a_ranking_that_followed_from_a_result_is_told_where_the_method_was_measured(
    evidence: Evidence, full: Evidence
) -> None:
    told = [
        " ".join(line for section in report_on(found).sections for line in section.text)
        for found in (evidence, full)
    ]
    assert ["was changed after a result was seen" in text for text in told] == [True, False]


def test_explanations_that_failed_say_so_beside_those_that_passed(full: Evidence) -> None:
    [section] = [section for section in report_on(full).sections if section.id == "explanations"]
    faith, place, cost = section.tables
    assert [row[:2] for row in faith.rows] == [["Evidence map", "no"], ["LIME", "yes"]]
    assert place.rows[1][1].startswith("0.700")
    assert cost.rows == [["LIME", "low", "1025", "2.5", "0.6"]]
    told = " ".join(section.text)
    assert "Evidence map: do not rely on it." in told
    assert "LIME: of the evidence that it marks, 70% lies inside the lesion" in told
    assert "Saliency: whether its maps are right was not measured" in told
    assert "What a precision costs was measured on 2 cores" in told


def test_text_is_plain(full: Evidence) -> None:
    text = msgspec.json.encode(report_on(full)).decode()
    assert not re.search(r"[`<>]|\*\*|\]\(", text)


def test_a_measure_that_is_missing_is_told(evidence: Evidence) -> None:
    key = "subgroup.dx.mel.operating_point.specific.sensitivity"
    metrics = {name: value for name, value in evidence.metrics.items() if name != key}
    with pytest.raises(BundleNotReady, match="evaluate"):
        draw_missed(Evidence(evidence.manifest, metrics))


def test_the_easy_part_of_the_result_is_told_in_numbers(evidence: Evidence) -> None:
    sentence, metrics = easy_sentence(evidence), evidence.metrics
    assert sentence is not None
    assert f"{metrics['subgroup.dx_type.follow_up.n_benign']} of the {metrics['n_benign']} benign" in sentence
    assert f"{metrics['subgroup.dx_type.histo.auroc']:.3f}" in sentence
    without = {key: value for key, value in metrics.items() if "follow_up" not in key}
    assert easy_sentence(Evidence(evidence.manifest, without)) is None


def test_what_is_said_of_skin_follows_from_the_sources() -> None:
    assert "Austria" in skin_sentence(["ham10000", "mine"], {})
    assert "types I to III" in skin_sentence(["ham10000"], {})
    assert "types I to III" not in skin_sentence(["mine"], {})
    assert "recorded in none of its sources: mine." in skin_sentence(["mine"], {})
    measured = {"subgroup.skin_type.V-VI.n": 30}
    assert "how the model does on each" in skin_sentence(["mine"], measured)


def test_the_trade_is_told_in_whole_sentences(evidence: Evidence) -> None:
    [ranking] = [section for section in report_on(evidence).sections if section.id == "ranking"]
    assert len(ranking.text) == len(evidence.points)
    for point, sentence in zip(evidence.points, ranking.text, strict=True):
        missed, flagged = round(100 * point.miss_rate), round(100 * point.false_alarm_rate)
        assert sentence == (
            f"The setting {point.name} would miss about {missed} of 100 malignant lesions and flag about "
            f"{flagged} of 100 benign ones."
        )


def test_curves_of_a_run_that_began_from_another_say_so(full: Evidence) -> None:
    def said(start: str) -> list[str]:
        training = msgspec.structs.replace(full.manifest.training, start=start)
        manifest = msgspec.structs.replace(full.manifest, training=training)
        [learning] = [s for s in report_on(full._replace(manifest=manifest)).sections if s.id == "learning"]
        return learning.text

    assert said("imagenet") == []
    [sentence] = said("none, then a run at 96 pixels")
    assert sentence.startswith(
        "These are the epochs of the last run alone. Its weights go back to: none, then"
    )


def test_a_disturbance_that_was_practised_in_training_is_told_apart(evidence: Evidence) -> None:
    def said(*options: str) -> str | None:
        training = evidence.manifest.training
        varied = msgspec.structs.replace(training, augmentation=dict.fromkeys(options, 0.5))
        kinds = ("blur", "jpeg", "hair")
        return practice_sentence(varied, {f"robustness.{kind}.mild.flips": 0.1 for kind in kinds})

    assert said() == "Not practised, and so new to it: blur, jpeg and hair."
    assert said("blur", "warp") == (
        "Practised in training, by images varied in much the same way: blur. Not practised, and so new to "
        "it: jpeg and hair."
    )
    assert "The same code drew hair" in str(said("marks"))
    assert practice_sentence(evidence.manifest.training, {}) is None


def test_disturbances_are_told_by_what_was_done_and_what_it_costs(full: Evidence) -> None:
    [robustness] = [section for section in report_on(full).sections if section.id == "robustness"]
    [table] = robustness.tables
    assert [row[0].partition(": ")[0] for row in table.rows] == ["blur, mild", "colour cast, very warm"]
    lost = full.metrics["robustness.blur.mild.auroc_loss"]
    assert table.rows[0][0].endswith("as a test does it")
    assert table.rows[0][1].startswith(f"{lost:.3f}\N{NO-BREAK SPACE}(")
