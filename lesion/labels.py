"""The diagnoses, which of them count as malignant, and how they are named to people."""

from __future__ import annotations

DIAGNOSES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
"""HAM10000's seven diagnosis codes, in the order of every seven-class output."""

MALIGNANT = frozenset({"akiec", "bcc", "mel"})
"""Codes counted as malignant. ``akiec`` is pre-malignant or in situ: say so where the word is shown."""

BINARY = ("benign", "malignant")
"""Classes of a bundle trained on malignancy alone."""

NAMES = {
    "akiec": "Actinic keratosis or Bowen's disease",
    "bcc": "Basal cell carcinoma",
    "bkl": "Benign keratosis",
    "df": "Dermatofibroma",
    "mel": "Melanoma",
    "nv": "Melanocytic nevus",
    "vasc": "Vascular lesion",
    "scc": "Squamous cell carcinoma",
    "seborrheic_keratosis": "Seborrheic keratosis",
}
"""English names of the codes, the extra ones of other sources included."""

TRAINED_AS = {"seborrheic_keratosis": "bkl", "scc": "akiec"}
"""Codes of other sources, as the HAM10000 class that holds them.

HAM10000's ``bkl`` contains seborrheic keratoses (Tschandl et al., Sci. Data 5, 180161, 2018). ``scc`` is
none of the seven; ``akiec``, its in-situ form, is the nearest and is malignant as ``scc`` is.
"""

DISCLAIMER = (
    "For experiment and demonstration only. This is not a medical device and gives no medical advice: "
    "only a doctor can judge a skin lesion."
)


def is_malignant(dx: str) -> bool:
    """Whether a diagnosis code of any known source, or a class of :data:`BINARY`, is counted as malignant."""
    return dx == "malignant" or TRAINED_AS.get(dx, dx) in MALIGNANT
