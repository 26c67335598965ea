"""What a result means for the person who reads it: one function, all its texts in one place."""

from __future__ import annotations

from typing import Literal

import msgspec

from lesion.manifest import OperatingPoint
from lesion.quality import Quality

Level = Literal["retake", "unsure", "consult", "routine"]


class Triage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A level, and the sentence that goes with it."""

    level: Level
    message: str


CONSULT = (
    "The model found signs that it associates with malignancy. Show this lesion to a dermatologist soon; "
    "at this setting the model also flags {false_alarms} of 100 benign lesions."
)
ROUTINE = (
    "The probability is below this setting's threshold, at which the model misses {missed} of 100 malignant "
    "lesions. See a doctor anyway about any lesion that is new, changes, itches, bleeds, or looks unlike "
    "your others."
)


def triage(quality: Quality, prediction: str, point: OperatingPoint) -> Triage:
    """Return the level and message for one image.

    A picture that fails the quality gate is to be retaken, whatever the network said of it. No message
    says that nothing needs to be done, or that nothing was found: below a threshold may still be much.
    """
    if not quality.ok:
        return Triage(level="retake", message=quality.advice or "")
    if prediction == "malignant":
        return Triage(
            level="consult", message=CONSULT.format(false_alarms=_of_hundred(point.false_alarm_rate))
        )
    return Triage(level="routine", message=ROUTINE.format(missed=_of_hundred(point.miss_rate)))


def _of_hundred(share: float) -> str:
    """Return how many of a hundred, never none: a share of 0 was measured on finitely many lesions."""
    return str(int(100 * share + 0.5) or "fewer than 1")
