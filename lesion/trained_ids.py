"""Which images and lesions a bundle learned from, as hashes of their ids in a file of the bundle."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lesion.bundle import Bundle

__all__ = ["DIGITS", "TRAINED_IDS", "hashed", "read_hashes", "read_trained_ids"]

TRAINED_IDS = "trained_ids.txt"
DIGITS = 16


def hashed(name: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of an image id or a lesion id."""
    return hashlib.sha256(name.encode()).hexdigest()[:DIGITS]


def read_trained_ids(bundle: Bundle) -> frozenset[str] | None:
    """Return the hashes of what a bundle learned from; ``None`` where it does not say.

    Raises:
        HashMismatch: the file was altered since the bundle was made.
    """
    return read_hashes(bundle.file(TRAINED_IDS)) if TRAINED_IDS in bundle.manifest.files else None


def read_hashes(path: Path) -> frozenset[str]:
    """Return the hashes of a list."""
    return frozenset(path.read_text().split())
