"""Whether an image is like those that the network learned from: a score from the embedding of the same pass.

The embeddings of lesions learned from lie near a space of few dimensions; a picture of something else lies
farther off it. The score is that distance, of the embedding brought to length one: the residual of H. Wang et
al., "ViM: Out-of-distribution with virtual-logit matching", CVPR 2022, on the sphere that Y. Sun et al.,
"Out-of-distribution detection with deep nearest neighbors", ICML 2022, compare embeddings on. How
it does beside others is in docs/benchmarks/distribution.md. It is no probability, and says nothing of
malignancy.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.bundle import Bundle

__all__ = ["FILE", "Detector", "Distribution", "Subspace", "open_detector", "unit"]

FILE = "distribution.npz"
"""The file of a bundle that holds its subspace."""

_TINY = float(np.finfo(np.float32).tiny)


class Distribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far an image is from those learned from; ``ok`` where ``score`` is not above ``threshold``."""

    score: float
    threshold: float
    ok: bool


class Subspace(msgspec.Struct, frozen=True):
    """Where embeddings of length one lie: about ``mean`` [D], along the orthonormal ``basis`` [D, d]."""

    mean: NDArray[np.float32]
    basis: NDArray[np.float32]

    def score(self, embedding: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the distance of each embedding [N, D] from the subspace [N], 0 or more."""
        centred = unit(embedding) - self.mean
        off = centred - (centred @ self.basis) @ self.basis.T
        return np.asarray(np.linalg.norm(off, axis=1), dtype=np.float64)

    def write(self, path: Path) -> None:
        """Write it in half precision, which is what is read and fitted with: the same bytes each time."""
        np.savez(path, mean=self.mean.astype(np.float16), basis=self.basis.astype(np.float16))

    @classmethod
    def read(cls, path: Path) -> Subspace:
        """Read what :meth:`write` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(*(stored[name].astype(np.float32) for name in ("mean", "basis")))


class Detector(msgspec.Struct, frozen=True):
    """A bundle's subspace, and the score above which an image is unlike those learned from."""

    subspace: Subspace
    threshold: float

    def judge(self, embedding: NDArray[np.floating]) -> Distribution:
        """Return the answer for one embedding [D]."""
        score = float(self.subspace.score(embedding[None])[0])
        return Distribution(score=score, threshold=self.threshold, ok=score <= self.threshold)


def unit(embedding: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return embeddings [N, D] brought to length one."""
    lengths = np.linalg.norm(embedding, axis=1, keepdims=True)
    return np.asarray(embedding / np.maximum(lengths, _TINY), dtype=np.float32)


def open_detector(bundle: Bundle) -> Detector | None:
    """Return the bundle's detector, ``None`` where none was fitted. Raises HashMismatch if it was altered."""
    spec = bundle.manifest.distribution
    return None if spec is None else Detector(Subspace.read(bundle.file(spec.file)), spec.threshold)
