"""One process at a time in a folder: two would write over each other what hours were spent on."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lesion.errors import DataError

LOCK = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder of runs, or of one run; it is made where it is not there.

    The lock ends with the process, however that ends; the empty file stays.

    Raises:
        DataError: another process is in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                f"Another process is at work in {folder}: wait until it has ended, or name another folder."
            ) from error
        except OSError:
            pass  # A file system without locks can keep nobody out.
        yield
