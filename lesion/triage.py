"""What a result means for the person who reads it: one function, all its texts in one place."""

from __future__ import annotations

from typing import Literal

import msgspec

from lesion.distribution import Distribution
from lesion.manifest import OperatingPoint
from lesion.quality import Quality

Level = Literal["retake", "unsure", "consult", "routine"]


class Triage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A level, and the sentence that goes with it."""

    level: Level
    message: str


SEE_A_DOCTOR = (
    "See a doctor anyway about any lesion that is new, changes, itches, bleeds, or looks unlike your others."
)
RETAKE = f"{{advice}} {SEE_A_DOCTOR}"
RETAKE_YET_FLAGGED = (
    "{advice} Poor as this one is, the model would flag it as malignant: if a better one cannot be had, show "
    "the lesion to a dermatologist."
)
UNSURE = (
    "This picture does not look like the photos that the model learned from, so its answer may mean nothing. "
    f"Take a close photo of one lesion alone, through a dermatoscope. {SEE_A_DOCTOR}"
)
UNSURE_YET_FLAGGED = (
    "This picture does not look like the photos that the model learned from, so its answer may mean nothing; "
    "but it would flag it as malignant. If it shows a lesion, show that to a dermatologist, and take a close "
    "photo of it alone, through a dermatoscope, to ask again."
)
CONSULT = (
    "The model found signs that it associates with malignancy. Show this lesion to a dermatologist soon; "
    "at this setting the model also flags {false_alarms} of 100 benign lesions."
)
ROUTINE = (
    "At this setting the model found no sign of malignancy; set so, it misses {missed} of 100 malignant "
    f"lesions. {SEE_A_DOCTOR}"
)


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
        retake = RETAKE_YET_FLAGGED if flagged else RETAKE
        return Triage(level="retake", message=retake.format(advice=quality.advice))
    if distribution is not None and not distribution.ok:
        return Triage(level="unsure", message=UNSURE_YET_FLAGGED if flagged else UNSURE)
    if flagged:
        return Triage(
            level="consult", message=CONSULT.format(false_alarms=_of_hundred(point.false_alarm_rate))
        )
    return Triage(level="routine", message=ROUTINE.format(missed=_of_hundred(point.miss_rate)))


def _of_hundred(share: float) -> str:
    """Return how many of a hundred, never none or all: a share was measured on finitely many lesions."""
    count = int(100 * share + 0.5)
    return {0: "fewer than 1", 100: "more than 99"}.get(count, str(count))
