"""Scores of how unlike a picture is, compared at thresholds that refuse as many validation lesions each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.distribution_report import Cell, Row, Stage
from benchmarks.distribution_scores import SHIPPED, Score
from lesion.manifest import Proportion
from lesion.measures.bootstrap import Estimate, Weights, interval, resampled
from lesion.measures.metrics import Bools, Floats
from lesion.proportions import wilson
from training.evidence.predict import Answers
from training.evidence.unlike import REFUSED, fit_threshold


class Asked(NamedTuple):
    """Strangers of one kind: what a graph gives for them, of what each is a part [N], if too poor [N]."""

    answers: Answers
    sources: NDArray[np.object_]
    poor: Bools


class Compared:
    """Scores compared on one set of strangers, each score at its threshold on validation lesions.

    Args:
        scores: what is compared; :data:`SHIPPED` is among them.
        validation: lesions of which each score's threshold refuses 1 %.
        asked: the strangers, by kind.
    """

    def __init__(self, scores: Mapping[str, Score], validation: Answers, asked: Mapping[str, Asked]) -> None:
        self.scores, self.validation, self.asked = scores, validation, asked
        sizes = [len(validation.logits), *(len(one.sources) for one in asked.values())]
        part = np.repeat(np.arange(len(sizes)), sizes)
        self.parts = [part == number for number in range(len(sizes))]

    def stage(self, real: Answers) -> Stage:
        """Return a row for each score, AUROC against the lesions ``real``, and what is stopped in all."""
        shipped = self.scores[SHIPPED]
        threshold = fit_threshold(shipped(self.validation))
        stopped = {
            kind: share_of((shipped(one.answers) > threshold) | one.poor) for kind, one in self.asked.items()
        }
        more = self.differences()
        rows = []
        for name, score in self.scores.items():
            cells = self._cells(score, real)
            mean = float(np.mean([cell.refused.value for cell in cells.values()]))
            rows.append(Row(score=name, cells=cells, refused=mean, more=more[name]))
        return Stage(rows=rows, stopped=stopped)

    def differences(self) -> dict[str, Estimate]:
        """Return by how much more each score refuses than the shipped one, in the mean over kinds.

        With the ends of its 95 % interval, by a paired bootstrap: validation lesions, which set the
        thresholds, and the sources of each kind are drawn anew, the same ones for all scores.
        """
        means = [self._mean_refused(score) for score in self.scores.values()]
        place = list(self.scores).index(SHIPPED)

        def measure(weights: Weights) -> Floats:
            found = np.stack([mean(weights) for mean in means], axis=1)
            return found - found[:, place, None]

        lesions = [f"lesion {number}" for number in range(len(self.validation.logits))]
        sources = [source for one in self.asked.values() for source in one.sources]
        draws = resampled(measure, self.parts, np.array([*lesions, *sources], dtype=object))
        values = measure(np.ones((1, len(self.parts[0])), dtype=np.int64))[0]
        return {
            name: interval(value, column)
            for name, value, column in zip(self.scores, values, draws.T, strict=True)
        }

    def _cells(self, score: Score, real: Answers) -> dict[str, Cell]:
        of_real, threshold = score(real), fit_threshold(score(self.validation))
        found = {}
        for kind, one in self.asked.items():
            of_kind = score(one.answers)
            positive = np.repeat([0, 1], [len(of_real), len(of_kind)])
            auroc = float(roc_auc_score(positive, np.concatenate([of_real, of_kind])))
            found[kind] = Cell(auroc=auroc, refused=share_of(of_kind > threshold))
        return found

    def _mean_refused(self, score: Score) -> MeanRefused:
        return MeanRefused(
            score(self.validation), [score(one.answers) for one in self.asked.values()], self.parts
        )


class MeanRefused:
    """The share refused of strangers, in the mean over kinds, in resamples of lesions and strangers.

    Args:
        validation: scores of the lesions that the threshold is fitted to, as :func:`fit_threshold` does.
        kinds: scores of the strangers, by kind.
        parts: masks [N] of the rows of all these, in that order.
    """

    def __init__(self, validation: Floats, kinds: Sequence[Floats], parts: Sequence[Bools]) -> None:
        order = np.argsort(-validation, kind="stable")
        self.falling, self.rows = validation[order], np.flatnonzero(parts[0])[order]
        self.kinds, self.parts = kinds, parts[1:]

    def __call__(self, weights: Weights) -> Floats:
        """Return it for each resample [R]."""
        count = np.cumsum(weights[:, self.rows], axis=1)
        allowed = np.floor(REFUSED * count[:, -1:] + 1e-9)
        threshold = self.falling[(count > allowed).argmax(axis=1)]
        shares = []
        for score, part in zip(self.kinds, self.parts, strict=True):
            drawn = weights[:, part]
            shares.append((drawn * (score > threshold[:, None])).sum(axis=1) / drawn.sum(axis=1))
        return np.asarray(np.mean(shares, axis=0))


def real_shares(
    scores: Mapping[str, Score], validation: Answers, real: Mapping[str, Answers]
) -> dict[str, dict[str, Proportion]]:
    """Return for each score the share of real lesions that it refuses, by source."""
    found = {}
    for name, score in scores.items():
        threshold = fit_threshold(score(validation))
        found[name] = {source: share_of(score(one) > threshold) for source, one in real.items()}
    return found


def share_of(rows: Bools) -> Proportion:
    """Return the share of rows that are true, with its interval."""
    return wilson(int(rows.sum()), len(rows))
