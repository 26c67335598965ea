"""The folder of a bundle that is being made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lesion.bundle import MANIFEST
from lesion.errors import DataError


@contextmanager
def new_bundle(to: Path) -> Iterator[Path]:
    """Give an empty folder to make a bundle in; at last it takes the place of the one that ``to`` may hold.

    An error on the way leaves ``to`` as it was.

    Raises:
        DataError: ``to`` holds something else than a bundle.
    """
    to = to.absolute()
    _check(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as scratch:
        built = Path(scratch) / to.name
        built.mkdir()
        yield built
        if to.exists():
            shutil.rmtree(to)
        built.rename(to)


def _check(to: Path) -> None:
    """Refuse to replace anything but a bundle: what ``--to`` names by mistake may be dear to somebody."""
    holds_another_thing = to.is_dir() and any(to.iterdir()) and not (to / MANIFEST).is_file()
    if holds_another_thing or to.is_file():
        raise DataError(f"{to} holds something else than a bundle: name a new folder with --to.")
