"""The runs of a sweep, made as ``train`` makes one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from lesion.bundle import HISTORY
from training.dataset.split import split_sha256
from training.learning.alone import alone_in
from training.learning.checks import check_clinical, check_labels
from training.learning.config import TrainConfig
from training.learning.distil import check_teachers, load_teachers
from training.learning.fit import train
from training.learning.frame import training_frame
from training.learning.labels import classes_of
from training.learning.losses import read_costs
from training.learning.record import check_files, describe
from training.nets.building import check_start
from training.sweeping.left_out import measure_left_out, unseen
from training.sweeping.variants import Variant


class Lab:
    """What the runs of a sweep share: the data, read once for each way to choose it, and the folders."""

    def __init__(
        self,
        folder: Path,
        extra: Sequence[Path],
        exclude: Sequence[Path],
        split_path: Path,
        runs: Path,
        cache: Path,
    ) -> None:
        self.folders, self.exclude, self.split_path = (folder, *extra), exclude, split_path
        self.runs, self.cache = runs, cache
        self._frames: dict[tuple[Any, ...], pd.DataFrame] = {}

    def frame(self, variant: Variant) -> pd.DataFrame:
        """Return the rows that a run learns from and is validated on.

        Raises:
            DataError: there are none, or the run could not begin, as far as that can be known before.
        """
        folder, *extra = self.folders
        config: TrainConfig = variant.config
        key = (config.task, config.limit, config.seed)
        if key not in self._frames:
            self._frames[key] = training_frame(folder, extra, self.exclude, self.split_path, config)
        rows = variant.rows(self._frames[key])
        check_labels(rows, config.task)
        check_clinical(rows, config)
        self._check_start(config)
        return rows

    def _check_start(self, config: TrainConfig) -> None:
        """Refuse weights, teachers and costs that a run cannot be made of."""
        check_start(config.arch, config.weights)
        check_teachers(config, split_sha256(self.split_path))
        check_files(config)
        if config.costs:
            read_costs(Path(config.costs), classes_of(config.task))

    def learn(self, variant: Variant) -> dict[str, Any]:
        """Train one run, go on with it, or find it finished; measure it on the source that it leaves out."""
        frame, run = self.frame(variant), self.runs / variant.name
        teachers = load_teachers(variant.config, split_sha256(self.split_path))
        with alone_in(run):
            record = describe(frame, variant.config, self.split_path, run)
            # Before the training, since it may be refused.
            photos = unseen(run, self.folders, variant.leave_out, frame) if variant.leave_out else None
            tqdm.write(f"{variant.name}: learning from {record['n_images']} images")
            train(frame, variant.config, run, self.cache, teachers)
        history = pd.read_csv(run / HISTORY)
        found = {
            "auroc": float(history["auroc"].max()),
            "epochs": len(history),
            "n_images": record["n_images"],
        }
        if photos is not None:
            found |= measure_left_out(run, photos, variant.leave_out, self.cache)
        return found
