"""All that a person is told to do about a picture, in one place: `lesion.triage` chooses among these texts.

None says that nothing needs to be done: the mildest, `ROUTINE`, says what is missed, and when to see a doctor
anyway. Rates are told as what a test found, since on other lesions they are others.
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "ABSTAINED",
    "CONSULT",
    "RETAKE",
    "RETAKE_YET_FLAGGED",
    "ROUTINE",
    "SEE_A_DOCTOR",
    "TITLES",
    "UNSURE",
    "UNSURE_YET_FLAGGED",
    "VERDICTS",
    "Level",
    "retake",
]

Level = Literal["retake", "unsure", "consult", "routine"]

ABSTAINED: frozenset[Level] = frozenset({"retake", "unsure"})
"""Levels that stand in place of a verdict."""

TITLES: dict[Level, str] = {
    "retake": "Take the picture again",
    "unsure": "The model is not sure",
    "consult": "Show it to a doctor",
    "routine": "This is no all-clear",
}
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
    "at this setting the model also flagged {false_alarms} of 100 benign lesions in its test, and may flag "
    "more elsewhere."
)
ROUTINE = (
    "At this setting the model found no sign of malignancy; set so, it missed {missed} of 100 malignant "
    f"lesions in its test, and may miss more elsewhere. {SEE_A_DOCTOR}"
)
VERDICTS = {
    "benign": SEE_A_DOCTOR,
    "malignant": "The model flagged this picture as malignant: show the lesion to a dermatologist.",
}
"""What goes with a verdict that is looked at later, when no more than the verdict may be known."""

_FAULTS = {"blurred": "hold the camera still and let it focus", "low in contrast": "light the skin evenly"}
"""What may be wrong with a picture, and what mends it."""


def retake(*, blurred: bool, flat: bool) -> str | None:
    """Return what to do about a picture with these faults, ``None`` for one without any."""
    faults = [fault for fault, found in zip(_FAULTS, (blurred, flat), strict=True) if found]
    if not faults:
        return None
    remedies = ", and ".join(_FAULTS[fault] for fault in faults)
    return f"Please retake your image: it is {' and '.join(faults)}. To mend that, {remedies}."
