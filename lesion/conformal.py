"""Sets made to hold the right diagnosis with a stated probability: class-conditional conformal prediction.

V. Vovk, D. Lindsay, I. Nouretdinov and A. Gammerman, "Mondrian confidence machine", 2003; M. Sadinle, J. Lei
and L. Wasserman, "Least ambiguous set-valued classifiers with bounded error levels", J. Amer. Stat. Assoc.
114, 223, 2019. Each diagnosis has a threshold of its own, so that it holds for the rare ones too. The proof
is for lesions from where the validation lesions came from, if these chose nothing else; it must be measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.manifest import Conformal

__all__ = ["DiagnosisSet", "diagnosis_set", "membership"]


class DiagnosisSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Diagnoses ``dx``, the most probable first, made to hold the right one in ``level`` of cases, 0..1."""

    level: float
    dx: tuple[str, ...]


def membership(shares: NDArray[np.float64], classes: Sequence[str], spec: Conformal) -> NDArray[np.bool_]:
    """Return which of the classes are in the set of each lesion [N, C], from probabilities [N, C].

    A class is in it from its threshold on. The most probable one always is, since an empty set would tell
    nothing; that can only raise the share of sets that hold the right one.
    """
    thresholds = np.array([spec.classes[code].threshold for code in classes])
    return np.asarray((shares >= thresholds) | (shares >= shares.max(axis=1, keepdims=True)))


def diagnosis_set(shares: NDArray[np.float64], classes: Sequence[str], spec: Conformal) -> DiagnosisSet:
    """Return the set of one lesion from its calibrated probabilities [C]."""
    inside = membership(shares[None], classes, spec)[0]
    order = np.argsort(-shares, kind="stable")
    return DiagnosisSet(level=spec.level, dx=tuple(classes[i] for i in order if inside[i]))
