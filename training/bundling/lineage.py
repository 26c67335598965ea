"""The epochs that lie behind a bundle: its run's own, after those of the runs whose weights it began from."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pandas as pd

from lesion.bundle import HISTORY, Bundle, sha256
from training.learning.config import TrainConfig
from training.learning.progress import RECORD
from training.learning.record import ancestor
from training.report.learning import SIZE, STAGE, stages


def whole_history(folder: Path) -> pd.DataFrame | None:
    """Return every known epoch on the way to the weights of a run or bundle; ``None`` if it kept none.

    To the columns of ``history.csv``, all of them text as it stands there, come ``stage``, the number of the
    run from 1, the earliest, and ``size``, the side of its images in pixels. The way back ends at weights of
    another origin, and at a run whose folder is gone, kept no history, or holds other weights by now.
    """
    found = _runs(folder)
    if not found:
        return None
    numbered = [rows.assign(**{STAGE: str(number)}) for number, rows in enumerate(found, 1)]
    whole = pd.concat(numbered, ignore_index=True)
    return whole[[STAGE, SIZE, *whole.columns.drop([STAGE, SIZE])]]


def _runs(folder: Path) -> list[pd.DataFrame]:
    """Return the epochs of each run, the earliest first."""
    path = folder / HISTORY
    if not path.is_file():
        return []
    rows = pd.read_csv(path, dtype=str)
    if not (folder / RECORD).is_file():
        size = str(Bundle.load(folder).manifest.input.size)
        return stages(rows if SIZE in rows else rows.assign(**{SIZE: size}))
    record = json.loads((folder / RECORD).read_bytes())
    config = msgspec.convert(record["config"], TrainConfig)
    before = Path(config.weights)
    start = ancestor(config.weights)
    then = record.get("files_sha256", {}).get(str(before))
    other = start is not None and before.is_file() and then not in (None, sha256(before))
    earlier = [] if start is None or other else _runs(start)
    return [*earlier, rows.assign(**{SIZE: str(config.size)})]
