"""A model bundle: a folder ``models/<name>`` whose manifest names, types and hashes all that it holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import msgspec

from lesion.errors import BundleNotFound, BundleNotReady, HashMismatch
from lesion.manifest import Manifest, read_manifest, write_manifest

MANIFEST = "manifest.json"
MODEL: Final = "model.onnx"
INT8: Final = "model.int8.onnx"
PICKLE, WEIGHTS = "model.pkl", "weights.safetensors"
HISTORY = "history.csv"
REBUILT = "rebuilt.json"
"""Beside a ``model.pkl`` that this machine made from ``weights.safetensors``: which from which."""


class Rebuilt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What :data:`REBUILT` holds: a pickle made from other weights than the bundle's is not its learner."""

    weights_sha256: str
    pickle_sha256: str


class Bundle(msgspec.Struct, frozen=True):
    """A folder and its checked manifest. Files are handed out only after their hash was compared."""

    path: Path
    manifest: Manifest

    @classmethod
    def load(cls, path: Path | str) -> Bundle:
        """Read the manifest of the bundle at ``path``; no other file is opened yet.

        Raises:
            BundleNotFound: there is no such folder, or no manifest in it.
            InvalidManifest: the manifest breaks its schema.
        """
        folder = Path(path)
        try:
            data = (folder / MANIFEST).read_bytes()
        except OSError as error:
            raise BundleNotFound(
                f"No model bundle at {folder}: name a folder that holds a {MANIFEST}."
            ) from error
        return cls(folder, read_manifest(data))

    def file(self, name: str) -> Path:
        """Return the path of a file of the bundle whose SHA-256 is that of the manifest.

        The learner of a bundle in half precision is not in the manifest, since each machine makes its own:
        its hash is the one that ``rebuild`` noted.

        Raises:
            HashMismatch: the file is missing, was altered, or is not listed in the manifest.
            BundleNotReady: ``model.pkl`` is asked for and was not rebuilt yet, or cannot be, since the
                bundle is an ensemble.
        """
        learner_problem = self.learner_problem() if name == PICKLE else None
        if learner_problem:
            raise BundleNotReady(learner_problem)
        problem = self._problem(name)
        if problem:
            raise HashMismatch(f"{problem} Restore the bundle {self.manifest.name}, or export it again.")
        return self.path / name

    def verify(self) -> list[str]:
        """Compare every listed file with its hash; return one sentence for each that does not match."""
        return [problem for name in self.manifest.files if (problem := self._problem(name))]

    def serving(self, graph: str) -> Bundle:
        """Return the bundle as it would be if it served another of its graphs."""
        return Bundle(self.path, msgspec.structs.replace(self.manifest, graph=graph))

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 that a file must have; ``None`` for a file that is not the bundle's."""
        listed = self.manifest.files.get(name)
        return self._rebuilt_digest() if name == PICKLE and listed is None else listed

    def metrics(self) -> dict[str, Any]:
        """Return what ``evaluate`` measured: one flat dictionary."""
        metrics: dict[str, Any] = json.loads(self.file("metrics.json").read_bytes())
        return metrics

    def measured(self) -> dict[str, Any]:
        """Return :meth:`metrics`, which are none where the file is absent or was altered."""
        try:
            return self.metrics()
        except HashMismatch:
            return {}

    def learner_problem(self) -> str | None:
        """Return why the bundle has no learner on this machine and what to do; ``None`` where it has one."""
        if self.manifest.ensemble:
            return f"{self.manifest.name} is an ensemble, which has no learner: use engine onnx."
        if WEIGHTS in self.manifest.files and self.digest(PICKLE) is None:
            return (
                f"{self.manifest.name} keeps its learner as {WEIGHTS}: run `python -m training rebuild` on "
                f"its folder to make {PICKLE} of it."
            )
        if WEIGHTS not in self.manifest.files and PICKLE not in self.manifest.files:
            return f"{self.manifest.name} has no learner, since {PICKLE} is not in it: export it again."
        return None

    def _problem(self, name: str) -> str | None:
        expected = self.digest(name)
        if expected is None:
            return f"{name} is not listed in the manifest."
        path = self.path / name
        if not path.is_file():
            return f"{name} is missing, whose SHA-256 is {expected}."
        try:
            found = sha256(path)
        except OSError as error:
            return f"{name} cannot be read: {error.strerror}."
        return None if found == expected else f"{name} has SHA-256 {found}, not {expected}."

    def _rebuilt_digest(self) -> str | None:
        try:
            record = msgspec.json.decode((self.path / REBUILT).read_bytes(), type=Rebuilt)
        except (OSError, msgspec.DecodeError):
            return None
        return record.pickle_sha256 if record.weights_sha256 == self.manifest.files.get(WEIGHTS) else None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save(bundle: Bundle) -> Bundle:
    """Write the manifest with fresh hashes of the other files in the folder, and return the result.

    A learner that was rebuilt stays out: it is not committed, and another machine's has another hash.
    """
    names = sorted(
        path.relative_to(bundle.path).as_posix() for path in bundle.path.rglob("*") if path.is_file()
    )
    own = {MANIFEST, REBUILT} | ({PICKLE} if WEIGHTS in names else set())
    files = {name: sha256(bundle.path / name) for name in names if name not in own}
    fresh = msgspec.structs.replace(bundle.manifest, files=files)
    (bundle.path / MANIFEST).write_bytes(write_manifest(fresh))
    return Bundle(bundle.path, fresh)


def find_bundles(root: Path | str) -> dict[str, Bundle]:
    """Load every bundle directly below ``root``, keyed by folder name, in alphabetical order."""
    manifests = sorted(Path(root).glob(f"*/{MANIFEST}"))
    return {manifest.parent.name: Bundle.load(manifest.parent) for manifest in manifests}
