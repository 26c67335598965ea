"""A sweep's file: what all runs share, a grid of settings and named variants; and the runs that follow."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from lesion.errors import DataError
from training.learning.config import TrainConfig, load_config

DISTILLATION = {"distil_weight", "distil_temperature", "hint_weight"}
ALWAYS_TOLD = ("arch", "size", "epochs")
PATHS = {"weights", "costs", "teachers"}


class SweepFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tables of a sweep's file, and the ``title`` of its report.

    ``base`` and each variant hold options as a file of ``train`` does; ``grid`` a list of values an option,
    of which every combination becomes a run. A variant also has a ``name`` and may have ``sources``, which
    alone are learned from, or ``leave_out``, the source that is not.
    """

    base: dict[str, Any] = {}
    title: str = ""
    grid: dict[str, list[Any]] = {}
    variant: list[dict[str, Any]] = []


class Variant(msgspec.Struct, frozen=True):
    """One run of a sweep: its folder's name, what sets it apart, and which sources it learns from."""

    name: str
    settings: dict[str, Any]
    config: TrainConfig
    sources: tuple[str, ...] = ()
    leave_out: str = ""

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a training frame that it learns from, and the validation part as it is.

        Raises:
            DataError: a source that it names is not there, or nothing is left to learn from.
        """
        train = frame["part"] == "train"
        known = set(frame.loc[train, "source"])
        missing = sorted({*self.sources, *([self.leave_out] if self.leave_out else [])} - known)
        if missing:
            raise DataError(
                f"{self.name}: no image to learn from has the source {', '.join(missing)}; there are "
                f"{', '.join(sorted(known))}. Add its folder with --extra."
            )
        if self.leave_out and self.leave_out in set(frame.loc[~train, "source"]):
            raise DataError(
                f"{self.name}: {self.leave_out} cannot be left out, since its validation part chooses the "
                "best epoch: give another source as --data, and this one as --extra."
            )
        kept = frame["source"].isin(self.sources or known) & (frame["source"] != self.leave_out)
        if not (train & kept).any():
            raise DataError(f"{self.name} leaves no image to learn from: name more sources.")
        return frame[~train | kept].reset_index(drop=True)


def read_sweep(path: Path) -> SweepFile:
    """Read a sweep's file.

    Raises:
        DataError: it cannot be read, holds something unknown, or names no run.
    """
    try:
        found = msgspec.convert(tomllib.loads(path.read_text()), SweepFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"{path} is not a sweep: {error}.") from error
    if not found.grid and not found.variant:
        raise DataError(f"{path} names no run: give it a [grid] of lists, or [[variant]] tables.")
    return found


def variants(sweep: SweepFile, options: Mapping[str, Any]) -> list[Variant]:
    """Return the runs of a sweep: every combination of its grid, then its named variants.

    Later settings win: the file's base, then ``options`` (the command line's), then the run's own.

    Raises:
        DataError: a setting is unknown or out of range, or a name is missing or given twice.
    """
    shared = _shared(sweep, options)
    own = [*_cells(sweep.grid), *(_named(table) for table in sweep.variant)]
    found = [_variant(name, settings, shared) for name, settings in own]
    names = [variant.name for variant in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise DataError(f"{', '.join(doubled)} names several runs of the sweep: give each a name of its own.")
    return found


def base_settings(sweep: SweepFile, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the runs have in common: what is set for all of them, and the net, size and epochs anyway.

    Of files and folders that is the name alone: where they lie is nobody else's business. It need not be
    valid by itself, since runs add to it.
    """
    shared, usual = _shared(sweep, options), TrainConfig()
    told = {key: getattr(usual, key) for key in ALWAYS_TOLD} | shared
    return {key: _without_folder(value) if key in PATHS else value for key, value in told.items()}


def _shared(sweep: SweepFile, options: Mapping[str, Any]) -> dict[str, Any]:
    return sweep.base | {key: value for key, value in options.items() if value not in (None, ())}


def _without_folder(value: str | Sequence[str]) -> str | list[str]:
    return Path(value).name if isinstance(value, str) else [Path(each).name for each in value]


def _cells(grid: Mapping[str, list[Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Name and settings of each combination; the last setting changes fastest."""
    if not grid:
        return []
    cells = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    return [("_".join(f"{key}={value}" for key, value in cell.items()), cell) for cell in cells]


def _named(table: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if not isinstance(table.get("name"), str):
        raise DataError("A [[variant]] lacks its name: it also names the folder of the run.")
    return table["name"], {key: value for key, value in table.items() if key != "name"}


def _variant(name: str, settings: dict[str, Any], shared: Mapping[str, Any]) -> Variant:
    folder = re.sub(r"[^\w.=+-]+", "-", name).strip("-.")
    if not folder:
        raise DataError(f"{name!r} cannot name a folder: use letters and digits.")
    choice = {key: settings[key] for key in ("sources", "leave_out") if key in settings}
    try:
        config = load_config(None, {**shared, **{k: v for k, v in settings.items() if k not in choice}})
        fields: dict[str, Any] = {"name": folder, "settings": settings, "config": _taught(config, settings)}
        return msgspec.convert(fields | choice, Variant)
    except (DataError, msgspec.ValidationError) as error:
        raise DataError(f"The run {name} of the sweep is not valid: {error}") from error


def _taught(config: TrainConfig, settings: Mapping[str, Any]) -> TrainConfig:
    """Return the configuration without teachers where their word has no weight: asking them takes time.

    Raises:
        DataError: the run is about distillation and has no teacher.
    """
    if not config.distil_weight and not config.hint_weight:
        return msgspec.structs.replace(config, teachers=())
    if not config.teachers and DISTILLATION & settings.keys():
        raise DataError("it distils without a teacher: name one with --teachers.")
    return config
