"""Write what we put into the container as a CycloneDX document: packages, libraries of the page, models.

    python -m tools.sbom [FILE]

Packages and their hashes come from requirements-server.txt by cyclonedx-bom, the libraries from the page's
own list, the models from their manifests. The same tree gives the same document. What the image begins with,
Python and Debian's packages, is not in it: that image has a list of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from lesion.bundle import PICKLE, Bundle, find_bundles

__all__ = ["bill"]

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "sbom.cdx.json"

Json = dict[str, Any]


def bill(root: Path = ROOT) -> Json:
    """Return the document. Raises CalledProcessError where cyclonedx-bom cannot read the requirements."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements-server.txt"]
    options = ["--pyproject=pyproject.toml", "--mc-type=application", "--output-reproducible", "--of=JSON"]
    made = subprocess.run([*command, *options], cwd=root, capture_output=True, check=True)
    document: Json = json.loads(made.stdout)
    vendored = json.loads((root / "frontend/vendor/VENDORED.json").read_bytes())
    models = [_model(bundle) for bundle in find_bundles(root / "models").values()]
    document["components"] += [*map(_library, vendored), *models]
    return document


def _library(one: Json) -> Json:
    """Return a vendored library with each of its files."""
    address = f"pkg:npm/{one['package'].replace('@', '%40')}@{one['version']}"
    digests = {name: file["sha256"] for name, file in one["files"].items()}
    return {
        "type": "library",
        "bom-ref": address,
        "name": one["package"],
        "version": one["version"],
        "licenses": [{"license": {"id": one["licence"]}}],
        "purl": address,
        "components": _files(one["folder"], digests),
    }


def _model(bundle: Bundle) -> Json:
    """Return a model with each of its files; its own hash is that of the graph that answers."""
    manifest = bundle.manifest
    digests = {name: digest for name, digest in manifest.files.items() if name != PICKLE}  # stays outside
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{manifest.name}@{manifest.version}",
        "name": manifest.name,
        "version": manifest.version,
        "licenses": [{"license": {"name": manifest.licence}}],
        "hashes": [_sha256(digests[manifest.graph])],
        "components": _files(manifest.name, digests),
    }


def _files(folder: str, digests: dict[str, str]) -> list[Json]:
    """Return the files of a folder by their hashes."""
    return [
        {"type": "file", "name": f"{folder}/{name}", "hashes": [_sha256(digest)]}
        for name, digest in digests.items()
    ]


def _sha256(digest: str) -> Json:
    return {"alg": "SHA-256", "content": digest}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    target.write_text(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n")
