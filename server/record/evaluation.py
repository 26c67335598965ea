"""How a model does on cases whose diagnosis was confirmed, in numbers named as in ``metrics.json``.

One image counts once, as it was judged last. The cases are those that somebody confirmed, which are seldom a
fair sample of all: see docs/record.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lesion.advice import ABSTAINED
from lesion.classifier import ModelInfo
from lesion.labels import is_malignant
from lesion.manifest import OperatingPoint
from lesion.measures import bootstrap, metrics
from lesion.measures.blocks import Flat, calibration, estimate, measure, proportion, reliability_points
from lesion.measures.metrics import Bools, Floats
from lesion.measures.reading import estimate as read_estimate
from lesion.measures.reading import share, show_estimate, show_share
from lesion.proportions import wilson
from lesion.roc import OWN
from server.record.answers import Evaluated, MeasuredModel, Record

__all__ = ["NEEDED", "by_model", "evaluate", "evaluate_cases", "summary"]

NEEDED = 30
"""Cases below which nothing is told: every interval would hold nearly everything."""

PER_BIN = 10
"""Cases that a bin of the reliability diagram holds at least, as far as that leaves two bins."""


class Model(NamedTuple):
    """What tells models apart: one that was trained or calibrated again has another version."""

    name: str
    version: str
    sha256: str

    def is_meant_by(self, word: str | None) -> bool:
        """Whether a word names it: its name, that and its version, all three, or its SHA-256; ``None`` does.

        A space may stand for a plus, as which it arrives where an address has it unquoted.
        """
        names = (self.name, f"{self.name} {self.version}", " ".join(self), self.sha256)
        return word is None or _spaced(word) in map(_spaced, names)


def evaluate(records: Iterable[Record], model: str | None = None) -> Evaluated:
    """Measure on confirmed records the model with most cases, or with most of those that ``model`` names.

    ``n`` is 0 where there is none.
    """
    found = by_model(records)
    models = [MeasuredModel(**which._asdict(), n=len(cases)) for which, cases in found.items()]
    wanted = [cases for which, cases in found.items() if which.is_meant_by(model)]
    cases = wanted[0] if wanted else []
    measured = evaluate_cases(cases) if len(cases) >= NEEDED else None
    return Evaluated(n=len(cases), needed=NEEDED, evaluation=measured, models=models)


def by_model(records: Iterable[Record]) -> dict[Model, list[Record]]:
    """Return confirmed records by model, that with most first; of each image the last one to be judged."""
    found: dict[Model, dict[str, Record]] = {}
    for record in sorted(records, key=lambda record: record.time):
        if record.confirmed_dx is not None:
            which = _model(record.model)
            found.setdefault(which, {})[record.image_sha256] = record
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return {which: list(cases.values()) for which, cases in ordered}


def evaluate_cases(cases: Sequence[Record]) -> Flat:
    """Return what one model did on confirmed cases, at least one of them.

    Besides the names of ``metrics.json``: ``abstained`` and ``abstained_malignant`` count the cases that got
    advice in place of a verdict; ``verdict.sensitivity`` and ``.specificity`` are of the verdicts that the
    others got, whatever the threshold was; ``first`` and ``last`` are the times of the oldest and newest
    case; ``expected`` is the mean probability, ``observed`` the share that is malignant, ``calibration_gap``
    the former less the latter.
    """
    malignant = np.array([is_malignant(case.confirmed_dx or "") for case in cases])
    judged = np.array([case.triage not in ABSTAINED for case in cases])
    flagged = np.array([case.prediction == "malignant" for case in cases])
    probability = np.array([case.probability for case in cases])
    points = _points(cases)
    found: Flat = {
        "bundle": cases[0].model.name,
        "bundle_version": cases[0].model.version,
        "model_sha256": cases[0].model.sha256,
        "first": min(case.time for case in cases).isoformat(),
        "last": max(case.time for case in cases).isoformat(),
        "bootstrap_resamples": bootstrap.RESAMPLES,
        "bootstrap_seed": bootstrap.SEED,
        "ece_bins": metrics.BINS,
        "n": len(cases),
        "abstained": int((~judged).sum()),
        "abstained_malignant": int(malignant[~judged].sum()),
    }
    found |= measure(malignant, probability, points)
    found |= {f"operating_point.{point.name}.threshold": point.threshold for point in points}
    found |= _verdicts(malignant[judged], flagged[judged])
    return found | _calibration(malignant, probability)


def summary(found: Flat) -> Iterator[str]:
    """Yield lines that tell the numbers of `evaluate_cases`, in the form of ``training evaluate``."""
    period = f"{str(found['first'])[:10]} to {str(found['last'])[:10]}"
    yield (
        f"{found['bundle']} {found['bundle_version']}: {found['n']} confirmed cases, "
        f"{found['n_malignant']} malignant, {period}"
    )
    if found["abstained"]:
        yield (
            f"  {found['abstained']} of them, {found['abstained_malignant']} malignant, "
            "got advice in place of a verdict: left out of “as judged”, all other numbers hold them too"
        )
    yield f"  AUROC {show_estimate(read_estimate(found, 'auroc'))}"
    for key in ("verdict", *_point_keys(found)):
        rates = [
            f"{side} {show_share(share(found, f'{key}.{side}'))}" for side in ("sensitivity", "specificity")
        ]
        yield f"  {'as judged' if key == 'verdict' else key.partition('.')[2]}: {', '.join(rates)}"
    yield (
        f"  calibration: expected {found['expected']:.1%} malignant, "
        f"observed {show_share(share(found, 'observed'))}; "
        f"Brier {show_estimate(read_estimate(found, 'brier'))}"
    )


def _point_keys(found: Flat) -> list[str]:
    ending = ".threshold"
    return [
        key.removesuffix(ending)
        for key in found
        if key.startswith("operating_point.") and key.endswith(ending)
    ]


def _model(info: ModelInfo) -> Model:
    return Model(info.name, info.version, info.sha256)


def _spaced(word: str) -> str:
    return word.replace("+", " ")


def _points(cases: Sequence[Record]) -> list[OperatingPoint]:
    """The named operating points in use; the last threshold counts, if somebody changed it."""
    thresholds = {case.operating_point: case.threshold for case in sorted(cases, key=lambda case: case.time)}
    return [
        OperatingPoint(name=name, threshold=cut, sensitivity=None, specificity=None, without_clinical=None)
        for name, cut in sorted(thresholds.items(), key=lambda item: item[1])
        if name != OWN
    ]


def _verdicts(malignant: Bools, flagged: Bools) -> Flat:
    found: Flat = {}
    for name, side, right in (
        ("sensitivity", malignant, flagged),
        ("specificity", ~malignant, ~flagged),
    ):
        if side.any():
            found |= proportion(f"verdict.{name}", wilson(int(right[side].sum()), int(side.sum())))
    return found


def _calibration(malignant: Bools, probability: Floats) -> Flat:
    """Brier score, mean probability beside the share that came true, bins of both, and ECE of many cases.

    Intervals are of the bootstrap over cases, which for these leaves the share of malignant ones free. ECE
    has none: resamples repeat cases, which moves the bins further from the diagonal than the cases are, so
    that of a well calibrated model nearly all lie above the value.
    """
    n = len(malignant)
    squared, gap = (probability - malignant) ** 2, probability - malignant
    draws = bootstrap.resampled(lambda w: w @ np.stack([squared, gap], axis=1) / n, (np.ones(n, dtype=bool),))
    found = calibration(malignant, probability)
    found |= estimate("brier", bootstrap.interval(float(found["brier"]), draws[:, 0]))
    found |= proportion("observed", wilson(int(malignant.sum()), n))
    found["expected"] = float(probability.mean())
    found |= estimate("calibration_gap", bootstrap.interval(gap.mean(), draws[:, 1]))
    bins = min(metrics.BINS, max(2, n // PER_BIN))
    return found | reliability_points(malignant, probability, "after", bins)
