"""Images that a network learned from or was validated on, as batches of its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from lesion.bundle import Bundle
from lesion.clinical import Clinical, encode
from lesion.cpus import available_cpus
from lesion.decode import Limits, decode
from lesion.errors import DataError, InputError
from lesion.formats import SUFFIXES
from lesion.preprocess import square, to_tensor
from lesion.quantise.ranges import Inputs
from lesion.stream import ordered_map
from lesion.trained_ids import hashed, read_trained_ids

BATCH = 8
LIMITS = Limits(max_bytes=200_000_000, max_pixels=200_000_000)
"""The files are the owner's own, so an upload's limits do not apply."""


def known_images(bundle: Bundle, folder: Path, count: int) -> list[Path]:
    """Return ``count`` images below a folder that the bundle knows, drawn by their names' hashes.

    Known are those that it learned from or was validated on: its list does not tell the two apart.

    Raises:
        DataError: the bundle does not say what it learned from, the folder holds too few such images, or two
            of one name, of which one may be a mask or another size.
    """
    ids = read_trained_ids(bundle)
    if ids is None:
        raise DataError(
            f"{bundle.path} does not list what it learned from: export it again with this release."
        )
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    known = {path.stem: path for path in files if hashed(path.stem) in ids}
    if len(known) < sum(path.stem in known for path in files):
        raise DataError(f"{folder} holds several files of one name: name the folder of the photos alone.")
    if len(known) < count:
        raise DataError(
            f"{folder} holds {len(known)} images that {bundle.manifest.name} learned from or was validated "
            f"on, and {count} are needed: name another folder, or ask for fewer."
        )
    return [known[stem] for stem in sorted(known, key=hashed)[:count]]


def batches(bundle: Bundle, paths: Sequence[Path]) -> Iterator[Inputs]:
    """Give the images as batches of the network's inputs, with nothing known beside them.

    Raises:
        DataError: a file is no image that can be read; the message names it.
    """
    size, spec = bundle.manifest.input.size, bundle.manifest.clinical
    squares = ordered_map(partial(_square, size=size), paths, available_cpus())
    while batch := list(islice(squares, BATCH)):
        beside = {} if spec is None else {"clinical": np.tile(encode(Clinical(), spec), (len(batch), 1))}
        yield {"image": to_tensor(batch), **beside}


def _square(path: Path, size: int) -> Image.Image:
    try:
        return square(decode(path.read_bytes(), LIMITS), size)
    except (OSError, InputError) as error:
        raise DataError(f"{path} cannot be used: {error}") from error
