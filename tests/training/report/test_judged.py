from __future__ import annotations

from lesion.measures.blocks import Flat, proportion
from lesion.proportions import wilson
from training.report.content import write_report
from training.report.evidence import Evidence
from training.report.judged import judged_rows, judged_sentences
from training.report.plots import PLOTS


def judged(evidence: Evidence, copies: int) -> Evidence:
    found: Flat = {"judged.n_malignant": 160, "judged.n_poor": 9, "judged.n_poor_copies": copies}
    for key, k, n in (
        ("distribution.refused_malignant", 7, 175),
        ("distribution.refused_benign", 13, 945),
        ("judged.poor.malignant", 4, 175),
        ("judged.poor.benign", 5, 945),
        ("judged.refused.malignant", 11, 175),
        ("judged.refused.benign", 18, 945),
        ("judged.operating_point.balanced.sensitivity", 150, 164),
    ):
        found |= proportion(key, wilson(k, n))
    others = {key: value for key, value in evidence.metrics.items() if ".judged." not in key}
    return evidence._replace(metrics={**others, **found})


def test_what_is_declined_is_told_of_malignant_and_of_benign_lesions(evidence: Evidence) -> None:
    told = " ".join(judged_sentences(judged(evidence, copies=0)))
    assert "As unlike the data it refuses 4.0% (2.0 to 8.0; 7 of 175) of the malignant and 1.4% (" in told
    assert "In all it so declines 6.3% (" in told
    assert "copies" not in told
    assert "8 of these 9 are reduced copies" in " ".join(judged_sentences(judged(evidence, copies=8)))


def test_rates_of_all_lesions_stand_beside_those_of_the_ones_judged(evidence: Evidence) -> None:
    rows = {name: cells for name, *cells in judged_rows(judged(evidence, copies=0))}
    both = rows["sensitivity at balanced"]
    assert both[0].endswith(f"of {evidence.metrics['n_malignant']})")
    assert both[1].endswith("150 of 164)")
    unmeasured = {key: value for key, value in evidence.metrics.items() if "judged." not in key}
    assert judged_rows(evidence._replace(metrics=unmeasured)) == []
    assert judged_sentences(evidence._replace(metrics=unmeasured)) == []


def test_the_report_has_both_tables_of_what_is_declined(evidence: Evidence) -> None:
    sizes = {name: (8, 6) for name, plot in PLOTS.items() if plot.applies(evidence)}
    sections = {section.id: section for section in write_report(judged(evidence, 0), sizes).sections}
    titles = [table.title for table in sections["refused"].tables]
    assert titles[1] == "With and without the lesions that it declines"
