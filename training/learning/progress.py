"""What a run keeps after every epoch: history, best weights, and all that resuming needs."""

from __future__ import annotations

import csv
import math
import pickle
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.callback.core import Callback, CancelFitException
from fastai.learner import Learner
from fastai.torch_core import distrib_barrier, get_model
from safetensors.torch import save_file

from lesion.bundle import HISTORY
from lesion.errors import DataError
from training.learning import distributed
from training.learning.curves import plot_history
from training.learning.ema import Ema
from training.learning.phases import Phase

LAST, BEST, RECORD, RATE = "last.pt", "weights.safetensors", "run.json", "lr_find.json"


class RunKeeper(Callback):  # type: ignore[misc]
    """Keep the best weights and a resumable state; stop when the metric no longer improves.

    fastai's own callbacks for this start from nothing after an interruption, which is why they are not used.
    """

    order = 60  # after the Recorder, whose figures it reads

    def __init__(
        self,
        run: Path,
        phase: Phase,
        done: int,
        patience: int,
        best: float,
        wait: int,
        ema: Ema | None = None,
    ) -> None:
        self.run_dir, self.phase, self.done = run, phase, done
        self.patience, self.best, self.wait, self.ema = patience, best, wait, ema

    def after_epoch(self) -> None:
        """Write history, curves, best weights and state; all processes have the same figures, one writes."""
        figures = dict(zip(self.recorder.metric_names[1:-1], self.learn.final_record, strict=True))
        self.done += 1
        improved = not math.isnan(figures["auroc"]) and figures["auroc"] > self.best
        if improved:
            self.best = figures["auroc"]
        self.wait = 0 if improved else self.wait + 1
        seconds = round(time.time() - self.recorder.start_epoch, 2)
        row = {"phase": self.phase.name, "epoch": self.done, **figures, "seconds": seconds}
        if distributed.is_first():
            if improved:
                save_weights(get_model(self.learn.model), self.run_dir / BEST)
            append_history(self.run_dir / HISTORY, row)
            plot_history(self.run_dir / HISTORY, self.run_dir / "curves.png")
        self._save_state()
        if self._stops:
            raise CancelFitException

    @property
    def _stops(self) -> bool:
        return self.phase.last and self.wait >= self.patience

    def _save_state(self) -> None:
        random_states = distributed.each(random_state(self.learn))
        state = {
            "phase": self.phase.name,
            "done": self.phase.epochs if self._stops else self.done,
            "best": self.best,
            "wait": self.wait,
            "model": (self.ema and self.ema.raw) or get_model(self.learn.model).state_dict(),
            "ema": self.ema and self.ema.state(),
            "optimiser": self.learn.opt.state_dict(),
            "random": random_states[0],
            "random_of_others": random_states[1:],
        }
        if distributed.is_first():
            partial = self.run_dir / f"{LAST}.part"
            torch.save(plain(state), partial)
            partial.rename(self.run_dir / LAST)
        distrib_barrier()


def load_state(run: Path) -> dict[str, Any] | None:
    """Return the state that a run was left in after its last whole epoch; ``None`` if it has none yet.

    Raises:
        DataError: the file holds more than numbers and tensors, or is damaged. Nothing in it was run.
    """
    path = run / LAST
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise DataError(
            f"{path} is damaged, or was kept by an older version of the lab: name a new --run, which may "
            f"start from what was learned here with --weights {run / BEST}."
        ) from error
    return state


def plain(state: Any) -> Any:
    """Return a state with Python's numbers and lists in the place of numpy's, which torch takes for code."""
    if isinstance(state, np.generic | np.ndarray):
        return state.tolist()
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(map(plain, state))
    return state


def save_weights(model: torch.nn.Module, path: Path) -> None:
    """Write a network's state as safetensors, replacing the file only when complete.

    What hints from a teacher are compared by is no part of the network, and is left out.
    """
    partial = path.with_suffix(".part")
    state = {key: value for key, value in model.state_dict().items() if not key.startswith("hints.")}
    save_file({key: value.detach().cpu().contiguous() for key, value in state.items()}, partial)
    partial.rename(path)


def append_history(path: Path, row: dict[str, Any]) -> None:
    """Add one row to the history; an epoch repeated after an interruption replaces its first row."""
    rows: list[dict[str, Any]] = []
    if path.exists():
        with path.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    told = (row["phase"], str(row["epoch"]))
    rows = [*(old for old in rows if (old["phase"], old["epoch"]) != told), row]
    partial = path.with_suffix(".part")
    with partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(row))
        writer.writeheader()
        writer.writerows(rows)
    partial.rename(path)


def random_state(learner: Learner) -> dict[str, Any]:
    """Return the states of all generators that a fastai epoch draws from."""
    return {
        "python": random.getstate(),
        "numpy": np.random.get_state(),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all(),
        "loader": learner.dls.train.rng.getstate(),
    }


def restore_random_state(learner: Learner, kept: dict[str, Any]) -> None:
    """Set the generators as a kept run had them in this process; a process that it had not keeps its own."""
    states = [kept["random"], *kept.get("random_of_others", ())]
    if distributed.rank() >= len(states):
        return
    state = states[distributed.rank()]
    learner.dls.train.rng.setstate(state["loader"])
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])
    torch.set_rng_state(state["torch"])
    # There may be fewer accelerators than before.
    for number, there in zip(range(torch.cuda.device_count()), state["cuda"], strict=False):
        torch.cuda.set_rng_state(there, number)


def has_learned(run: Path) -> bool:
    """Tell whether a run folder holds anything of a finished epoch."""
    return any((run / name).exists() for name in (LAST, BEST, HISTORY))


def best_so_far(run: Path) -> float:
    """Return the best validation AUROC of a run's history, minus infinity of none."""
    path = run / HISTORY
    return float(pd.read_csv(path)["auroc"].max()) if path.exists() else float("-inf")
