"""From the diagnosis names of the ISIC Archive, old and new, to the codes of :mod:`lesion.labels`.

Until 2024 the archive gave one ``diagnosis`` (``nevus``); since then it gives a path of up to five names,
``diagnosis_1`` (``Benign``) to ``diagnosis_5``, from coarse to fine, and often leaves the fine ones out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lesion.labels import NAMES

__all__ = ["dx_of", "dx_of_clinical"]

FINEST_FIRST = ("diagnosis_5", "diagnosis_4", "diagnosis_3", "diagnosis", "diagnosis_2")

_TERMS: dict[str, tuple[str, ...]] = {
    "akiec": (
        "actinic keratosis",
        "solar or actinic keratosis",
        "squamous cell carcinoma in situ",
        "bowen disease",
        "bowen's disease",
    ),
    "bcc": ("basal cell carcinoma",),
    "bkl": (
        "pigmented benign keratosis",
        "benign keratosis",
        "lichenoid keratosis",
        "lichen planus like keratosis",
        "solar lentigo",
    ),
    "df": ("dermatofibroma",),
    "mel": (
        "melanoma",
        "melanoma metastasis",
        "malignant melanocytic proliferations (melanoma)",
    ),
    "nv": ("nevus", "nevus spilus", "melanocytic nevus"),
    "vasc": (
        "vascular lesion",
        "angioma",
        "hemangioma",
        "angiokeratoma",
        "pyogenic granuloma",
        "hemorrhage",
        "benign soft tissue proliferations - vascular",
    ),
    "scc": (
        "squamous cell carcinoma",
        "squamous cell carcinoma, nos",
        "squamous cell carcinoma, invasive",
    ),
    "seborrheic_keratosis": ("seborrheic keratosis",),
}
_CODES = {term: code for code, terms in _TERMS.items() for term in terms} | {code: code for code in NAMES}


def dx_of(names: Iterable[str | None]) -> str | None:
    """Return the code of the first name that has one; ``None`` if none has. A code stands for itself.

    What the seven classes of HAM10000 were made of decides (Tschandl et al., Sci. Data 5, 180161, 2018):
    ``bkl`` holds solar lentigines and lichen-planus-like keratoses, ``vasc`` haemorrhages. Names that could
    be of either side, such as ``lentigo NOS`` or an atypical melanocytic proliferation, have no code.
    """
    codes = (_CODES.get(name.strip().lower()) for name in names if name)
    return next((code for code in codes if code), None)


def dx_of_clinical(clinical: Mapping[str, Any]) -> str | None:
    """Return the code for an image's ``metadata.clinical``: that of its finest name that has one."""
    values = (clinical.get(key) for key in FINEST_FIRST)
    return dx_of(value for value in values if isinstance(value, str))
