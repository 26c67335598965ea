"""Photos that show one thing twice: copies of a file, however reduced, cropped or turned, and look-alikes.

A copy is found by the perceptual hash of its centred square in all eight orientations, or of its whole frame
pressed into a square, and proven by its fine detail: dermoscopic photos share their coarse shape, a blob
in the middle of skin, so that hashes alone confuse them. The limits were measured on HAM10000: see
docs/training.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.ndimage import gaussian_filter
from tqdm import tqdm

from training.auditing.looks import HASH_BITS, HASH_SIDE, TURNS, Bits, Look, Pixels, turned

NEAR_BITS = 52
"""Differing bits up to which two hashes may be of one photo."""
DETAIL_SIGMA = 2.0
COPY = 0.85
"""Correlation of the detail from which two photos are copies."""
ALIKE = 0.5
"""Cosine of whitened embeddings from which two photos may show one lesion."""
RIDGE = 0.01
"""Share of the mean variance of an embedding that is added to each direction before it is whitened."""

BLOCK = 1024  # rows compared at a time

Floats = NDArray[np.float32]


def copies(looks: list[Look]) -> pd.DataFrame:
    """Return the pairs of copies: ``a`` < ``b``, places in ``looks``, and their ``similarity`` up to 1."""
    found = [*_identical(looks), *_by_detail(looks)]
    pairs = pd.DataFrame(found, columns=["a", "b", "similarity"])
    best = pairs.sort_values("similarity", ascending=False, kind="stable").drop_duplicates(["a", "b"])
    return best.sort_values(["a", "b"], ignore_index=True)


def look_alikes(embeddings: Floats, threshold: float = ALIKE) -> pd.DataFrame:
    """Return the pairs, as :func:`copies` does, whose whitened embeddings have a cosine of ``threshold``.

    A net's embedding tells diagnoses apart and not lesions: common nevi nearly share one. Whitened by the
    covariance of all photos at hand, it is what sets a photo apart from the others that counts (H. Jégou,
    O. Chum, "Negative evidences and co-occurrences in image retrieval", ECCV 2012).
    """
    if len(embeddings) < 2:
        return pd.DataFrame(columns=["a", "b", "similarity"])
    unit = _unit(_whitened(embeddings))
    return pd.DataFrame(
        [
            (a, b, float(unit[a] @ unit[b]))
            for a, b in _over(unit, unit, threshold, "Comparing embeddings")
            if a < b
        ],
        columns=["a", "b", "similarity"],
    )


def _identical(looks: list[Look]) -> Iterator[tuple[int, int, float]]:
    places = pd.Series(range(len(looks))).groupby([look.digest for look in looks]).agg(list)
    for group in places[places.map(len) > 1]:
        yield from ((group[0], other, 1.0) for other in group[1:])


def _by_detail(looks: list[Look]) -> Iterator[tuple[int, int, float]]:
    """Yield pairs whose hashes are near and whose detail agrees; a pair may come several times."""
    framed = [place for place, look in enumerate(looks) if look.frame is not None]
    owners = np.array([*range(len(looks)), *framed])
    squares = [look.hashes for look in looks]
    frames = [look.frame_hash for look in looks if look.frame_hash is not None]
    upright = _signs([hashes[0] for hashes in squares])
    views = np.concatenate([upright, _signs(frames)])
    minis = [*(look.miniature for look in looks), *(look.frame for look in looks if look.frame is not None)]
    agreement = 1 - 2 * NEAR_BITS / HASH_BITS
    for number, turn in enumerate(TURNS):
        others = _signs([hashes[number] for hashes in squares])
        for a, b in _over(upright, others, agreement, f"Comparing photos, {number + 1} of {len(TURNS)}"):
            if a < b and (score := _detail_agreement(minis[a], turned(minis[b], turn))) >= COPY:
                yield a, b, score
    for frame, view in _over(views[len(looks) :], views, agreement, "Comparing whole frames"):
        a, b = sorted((int(owners[len(looks) + frame]), int(owners[view])))
        if a != b and (score := _detail_agreement(minis[len(looks) + frame], minis[view])) >= COPY:
            yield a, b, score


def _over(rows: Floats, columns: Floats, threshold: float, title: str) -> Iterator[tuple[int, int]]:
    """Yield the places of rows and columns of unit length whose cosine is at least ``threshold``."""
    for start in tqdm(range(0, len(rows), BLOCK), desc=title, unit="block", delay=2, leave=False):
        near = rows[start : start + BLOCK] @ columns.T >= threshold
        for row, column in zip(*np.nonzero(near), strict=True):
            yield int(row) + start, int(column)


def _signs(hashes: list[Bits]) -> Floats:
    """Return hashes as vectors of unit length [N, 256], so that a product counts the bits that agree."""
    bits = np.array(hashes, dtype=np.float32).reshape(-1, HASH_BITS)
    return (2 * bits - 1) / np.float32(HASH_SIDE)


def _detail_agreement(first: Pixels, second: Pixels) -> float:
    """Return the correlation of what remains of two miniatures once their smooth part is taken away."""
    one, other = (_unit(_detail(pixels).reshape(1, -1))[0] for pixels in (first, second))
    return min(1.0, float(one @ other))


def _detail(pixels: Pixels) -> Floats:
    values = pixels.astype(np.float32)
    detail = values - gaussian_filter(values, DETAIL_SIGMA)
    centred: Floats = detail - detail.mean()
    return centred


def _whitened(embeddings: Floats) -> Floats:
    centred = (embeddings - embeddings.mean(axis=0)).astype(np.float64)
    covariance = centred.T @ centred / (len(centred) - 1)
    scale = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    root = np.linalg.cholesky(covariance + RIDGE * scale * np.eye(len(covariance)))
    whitened: Floats = solve_triangular(root, centred.T, lower=True).T.astype(np.float32)
    return whitened


def _unit(vectors: Floats) -> Floats:
    """Return rows of unit length; a row of zeros, which is like nothing, stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(lengths, 1e-6)
    return unit
