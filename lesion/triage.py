"""What a result means for the person who reads it: one function, whose texts are those of `lesion.advice`."""

from __future__ import annotations

import msgspec

from lesion import advice
from lesion.advice import Level
from lesion.distribution import Distribution
from lesion.manifest import OperatingPoint
from lesion.quality import Quality

__all__ = ["Triage", "triage"]


class Triage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A level, its heading, and the sentence that goes with it."""

    level: Level
    title: str
    message: str


def triage(
    quality: Quality, distribution: Distribution | None, prediction: str, point: OperatingPoint
) -> Triage:
    """Return the level and message for one image.

    A picture that fails the quality gate is to be retaken, and of one unlike those learned from the model is
    unsure, whatever the network said of either; but a melanoma may be pale, or what is unlike the others, so
    that a flag is told of all the same. No message says that nothing needs to be done: the mildest
    says what is missed, and when to see a doctor anyway.

    Args:
        quality: what the quality gate found.
        distribution: whether the image is like those learned from; ``None`` where the bundle cannot tell.
        prediction: ``malignant`` or ``benign``, the verdict at ``point``.
        point: the operating point, with the rates that were measured at it.
    """
    flagged = prediction == "malignant"
    if not quality.ok:
        text = advice.RETAKE_YET_FLAGGED if flagged else advice.RETAKE
        return _triage("retake", text.format(advice=quality.advice))
    if distribution is not None and not distribution.ok:
        return _triage("unsure", advice.UNSURE_YET_FLAGGED if flagged else advice.UNSURE)
    if flagged:
        return _triage("consult", advice.CONSULT.format(false_alarms=_of_hundred(point.false_alarm_rate)))
    return _triage("routine", advice.ROUTINE.format(missed=_of_hundred(point.miss_rate)))


def _triage(level: Level, message: str) -> Triage:
    return Triage(level=level, title=advice.TITLES[level], message=message)


def _of_hundred(share: float) -> str:
    """Return how many of a hundred, never none or all: a share was measured on finitely many lesions."""
    count = int(100 * share + 0.5)
    return {0: "fewer than 1", 100: "more than 99"}.get(count, str(count))
