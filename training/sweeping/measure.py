"""What the finished runs of a sweep are worth: all measured alike, and held against the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from tqdm import tqdm

from lesion.measures.blocks import Flat, prefixed
from training.comparison.candidates import Candidate, open_candidates
from training.comparison.compare import about, score
from training.comparison.scores import COMPARED, Scores, difference
from training.dataset import data
from training.evidence.predict import both_classes, held_out, malignant_labels
from training.evidence.unseen import named_sources, unseen
from training.sweeping.record import BASELINE, Outcome

PART = "val"


def measure_runs(
    outcomes: Sequence[Outcome],
    runs: Path,
    folder: Path,
    external: Sequence[Path],
    split_path: Path,
    cache: Path,
) -> tuple[Flat, list[Outcome]]:
    """Return what the numbers are of, and the outcomes with what was measured of each finished run.

    That is ``auroc`` of malignancy and, of runs on diagnoses, ``dx.auroc.macro`` and
    ``dx.balanced_accuracy``, on the lesions of the validation part; ``external.<source>.auroc`` on those
    of another source that no run learned from; how much better each is than the baseline's, by the paired
    bootstrap, under ``difference.…``; and ``seconds`` of training.

    Raises:
        DataError: what is left of another source holds only malignant or only benign lesions.
    """
    names = [outcome.run for outcome in outcomes if not outcome.error]
    if not names:
        return {}, list(outcomes)
    candidates = open_candidates([runs / name for name in names], cache)
    first = candidates[0].bundle
    val = data.one_per_lesion(held_out(first, folder, split_path, PART))
    elsewhere = {
        name: _unseen_by_all(candidates, path, split_path) for name, path in named_sources(external).items()
    }
    bar = tqdm(zip(names, candidates, strict=True), "Measuring", len(names), unit="run")
    scores = {name: _scores(one, val, elsewhere, cache) for name, one in bar}
    found = {
        name: _numbers(scores[name], None if name == BASELINE else scores.get(BASELINE)) | _seconds(one)
        for name, one in zip(names, candidates, strict=True)
    }
    measured = [
        msgspec.structs.replace(each, numbers=each.numbers | found.get(each.run, {})) for each in outcomes
    ]
    sizes = {
        f"external.{source}.{name}": count
        for source, rows in elsewhere.items()
        for name, count in (("n", len(rows)), ("n_malignant", int(malignant_labels(rows).sum())))
    }
    return about(first, folder, val, PART) | sizes, measured


def _unseen_by_all(candidates: Sequence[Candidate], source: Path, split_path: Path) -> pd.DataFrame:
    """Return one photo of each lesion of a source that none of the runs learned from."""
    photos = [unseen(one.bundle, source, split_path).photos for one in candidates]
    shared = set.intersection(*(set(rows["image_id"]) for rows in photos))
    rows = photos[0][photos[0]["image_id"].isin(shared)].reset_index(drop=True)
    return data.one_per_lesion(both_classes(rows, f"What no run has seen of {source}"))


def _scores(
    candidate: Candidate, val: pd.DataFrame, elsewhere: Mapping[str, pd.DataFrame], cache: Path
) -> dict[str, Scores]:
    """Return the scores of a run by the prefix of their keys: none for the validation part."""
    found = {"": score(candidate, {PART: val}, PART, cache)}
    for source, rows in elsewhere.items():
        found[f"external.{source}."] = score(candidate, {PART: val, source: rows}, source, cache)
    return found


def _numbers(scores: Mapping[str, Scores], baseline: Mapping[str, Scores] | None) -> Flat:
    """Return what is kept of a run's scores, and of their differences from the baseline's."""
    numbers: Flat = {}
    for prefix, own in scores.items():
        for measure in COMPARED if not prefix else ("auroc",):
            ends = {end: own.found.get(f"{measure}{end}") for end in ("", "_low", "_high")}
            numbers |= {f"{prefix}{measure}{end}": value for end, value in ends.items() if value is not None}
            if baseline:
                better = difference(measure, own, baseline[prefix])
                numbers |= prefixed("difference", {f"{prefix}{key}": value for key, value in better.items()})
    return numbers


def _seconds(candidate: Candidate) -> Flat:
    history = candidate.history
    if history is None or "seconds" not in history:
        return {}
    return {"seconds": round(float(np.nansum(history["seconds"])), 1)}
