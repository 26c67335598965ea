"""``python -m training rebuild``: the learner of a bundle that keeps its weights once, in half precision."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.bundle import MODEL, PICKLE, REBUILT, WEIGHTS, Bundle, Rebuilt, sha256
from lesion.clinical import Clinical, encode
from lesion.drawings import KINDS, drawing
from lesion.errors import ParityError
from lesion.preprocess import square, to_tensor
from training.bundling import half
from training.bundling.models import PARITY_TOLERANCE, parity_difference, write_pickle
from training.options import FOLDER

DRAWINGS_A_KIND = 4


def rebuild(bundle: Bundle, to: Path | None = None) -> float:
    """Write the fastai learner of a bundle and prove that it answers as the bundle's graph does.

    In its place in the bundle, the default, the learner serves the fastai engine from then on; that it was
    made here, and from which weights, is noted beside it.

    Returns:
        The largest difference of probabilities on drawings of lesions.

    Raises:
        DataError: the bundle has no weights to rebuild from.
        HashMismatch: a file of the bundle was altered.
        ParityError: the two differ; nothing was written.
    """
    config = half.read_config(bundle)
    graph, target = bundle.file(MODEL), to or bundle.path / PICKLE
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        made = Path(scratch) / PICKLE
        write_pickle(bundle.file(WEIGHTS), config, made)
        images, spec = drawings(config.size), bundle.manifest.clinical
        beside = np.tile(encode(Clinical(), spec), (len(images), 1)) if spec else None
        difference = parity_difference(made, graph, images, beside)
        if difference >= PARITY_TOLERANCE:
            raise ParityError(f"Probabilities differ by up to {difference:.2g}, so no learner was written.")
        made.replace(target)
    if to is None:
        note = Rebuilt(weights_sha256=bundle.manifest.files[WEIGHTS], pickle_sha256=sha256(target))
        (bundle.path / REBUILT).write_bytes(msgspec.json.encode(note))
    return difference


def drawings(size: int) -> NDArray[np.float32]:
    """Return drawings of lesions of every kind as a network's input [N, 3, size, size]."""
    return to_tensor(
        [square(drawing(kind, seed, (320, 240)), size) for kind in KINDS for seed in range(DRAWINGS_A_KIND)]
    )


@click.command("rebuild")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@click.option("--to", type=FOLDER, help="File to write.  [default: model.pkl in the bundle]")
def rebuild_command(path: Path, to: Path | None) -> None:
    """Write model.pkl of a bundle that was exported with --half, and prove that it answers alike.

    \b
    Example:
      python -m training rebuild models/densenet161
    """
    difference = rebuild(Bundle.load(path), to)
    click.echo(f"{to or path / PICKLE}: largest difference of probabilities {difference:.1e} on drawings")
