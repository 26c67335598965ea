"""The pictures that a report can hold: how each is drawn, from what, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from lesion.measures.reading import sources
from training.evidence.reading import FEW, disturbances
from training.report.abstention import can_tell, draw_refused, draw_sets, has_sets
from training.report.evidence import Evidence
from training.report.explanations import draw_curves, draw_examples, measured_methods, with_examples
from training.report.forest import draw_external, draw_robustness, draw_subgroups
from training.report.learning import draw_learning
from training.report.mistakes import draw_confusion, draw_missed, draw_verdicts
from training.report.probability import draw_histogram, draw_reliability
from training.report.ranking import draw_precision_recall, draw_roc, draw_thresholds


class Plot(NamedTuple):
    """A picture that can be drawn, and from what."""

    title: str
    draw: Callable[[Evidence], Figure]
    reading: str
    wide: bool = False
    applies: Callable[[Evidence], bool] = lambda _: True


PLOTS = {
    "roc.svg": Plot(
        "ROC curve and operating points",
        draw_roc,
        "Every threshold at once: the share of malignant lesions flagged (upwards) against the share of "
        "benign ones flagged too (to the right). The nearer to the upper left corner, the better; "
        "guessing would follow the dotted line. The marks are the thresholds on offer, their bars 95% "
        "intervals.",
    ),
    "precision_recall.svg": Plot(
        "Precision and recall",
        draw_precision_recall,
        "Of all flagged lesions, the share that are malignant (upwards) against the share of malignant "
        "lesions flagged (to the right). Flagging at random would follow the dotted line, the share of "
        "malignant lesions in the test part. Where malignancy is rarer, the whole curve lies lower.",
    ),
    "thresholds.svg": Plot(
        "Sensitivity and specificity over all thresholds",
        draw_thresholds,
        "A higher threshold misses more malignant lesions and flags fewer benign ones. The marks are the "
        "thresholds on offer; what any other would give can be read off.",
    ),
    "histogram.svg": Plot(
        "Probabilities given to benign and to malignant lesions",
        draw_histogram,
        "How often each probability was given. The dashed lines are the thresholds: benign lesions to "
        "the right of one are false alarms at it, malignant lesions to the left are missed.",
    ),
    "reliability.svg": Plot(
        "Reliability before and after calibration",
        draw_reliability,
        "Lesions in groups of equal number by rising probability. On the dotted line, 30 of 100 lesions "
        "given 30% are malignant; above it the model says too little, below it too much. Bars are 95% "
        "intervals.",
    ),
    "verdicts.svg": Plot(
        "Verdicts at each operating point",
        draw_verdicts,
        "What a lesion is by row, what it is called by column. Percentages are shares of the row, so "
        "the upper left one is the sensitivity and the lower right one the specificity.",
        wide=True,
    ),
    "confusion.svg": Plot(
        "Confusion matrix of the diagnoses",
        draw_confusion,
        "Each row holds the lesions of one diagnosis, each column those for which another was the most "
        "probable answer. What is right lies on the diagonal; percentages are shares of the row.",
        wide=True,
        applies=lambda evidence: "dx.accuracy" in evidence.metrics,
    ),
    "missed.svg": Plot(
        "Wrong verdicts by diagnosis",
        draw_missed,
        "For each diagnosis (number of lesions in brackets) the share that is missed, or flagged "
        "without need, at each operating point, with 95% intervals. Further left is better.",
    ),
    "subgroups.svg": Plot(
        "Subgroups of the test part",
        draw_subgroups,
        "A line for each group, with its malignant + benign lesions; bars are 95% intervals, and the "
        "dashed line is the whole test part. Where a bar crosses it, no difference is proved. Hollow "
        f"marks rest on fewer than {FEW} malignant or benign lesions and say little.",
        wide=True,
    ),
    "external.svg": Plot(
        "Test part and images from elsewhere",
        draw_external,
        "Read as the subgroups. The dashed line is the test part; the further left of it a "
        "mark lies, the more images from that source cost.",
        wide=True,
        applies=lambda evidence: bool(sources(evidence.metrics)),
    ),
    "robustness.svg": Plot(
        "The same lesions, disturbed",
        draw_robustness,
        "Each line is the whole test part after one disturbance, in rising degree. Left, how well "
        "lesions are still ranked: the dashed line is the undisturbed test part. Right, the share of "
        "lesions whose verdict changes at the default operating point. Bars are 95% intervals.",
        wide=True,
        applies=lambda evidence: bool(disturbances(evidence.metrics)),
    ),
    "sets.svg": Plot(
        "Diagnosis sets",
        draw_sets,
        "For each diagnosis (number of lesions in brackets) the share of lesions whose set holds the right "
        "one, with 95% intervals. The dotted line is what was promised; a bar wholly left of it breaks the "
        "promise, as may happen on images from elsewhere.",
        wide=True,
        applies=has_sets,
    ),
    "refused.svg": Plot(
        "Lesions and pictures of something else",
        draw_refused,
        "Right, the share of pictures refused as unlike those learned from: of lesions it should be near "
        "none, of strangers near all. Left, how well the score tells strangers from lesions, whatever the "
        "threshold. Bars are 95% intervals; quarters of one photograph are alike, so theirs are too narrow.",
        wide=True,
        applies=can_tell,
    ),
    "explanations.svg": Plot(
        "Deletion and insertion",
        draw_curves,
        "Red: the probability while the pixels that a map marks most go first; the faster it falls, the "
        "better. Blue: the probability while they come first; the faster it rises, the better. Grey, the "
        "same for a random map (dotted) and for the middle of the picture (dashed).",
        wide=True,
        applies=lambda evidence: bool(measured_methods(evidence.metrics)),
    ),
    "explanation_examples.svg": Plot(
        "What the methods show",
        draw_examples,
        "Drawings made by this project, which show nobody, and the map of each method for malignant: red "
        "speaks for it, blue against it. They show how maps look, not whether they are right.",
        wide=True,
        applies=lambda evidence: bool(with_examples(evidence)),
    ),
    "learning.svg": Plot(
        "Learning curves",
        draw_learning,
        "After each epoch: above, the loss on what it learned from and on validation images (lower is "
        "better); below, the AUROC on validation images. The dotted line marks the epoch with the "
        "highest, whose weights were kept. Where a part of the network waited, the ground is shaded. Runs "
        "that began from one another's weights are set apart, with the side of their images in pixels above.",
        applies=lambda evidence: evidence.history is not None,
    ),
}
