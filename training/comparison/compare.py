"""``python -m training compare``: several models on the same lesions and the same engine, in one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import pandas as pd
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.measures import bootstrap
from lesion.measures.blocks import Flat
from lesion.measures.metrics import pick_balanced
from training.comparison.candidates import Candidate, cached_logits, open_candidates
from training.comparison.cost import cost
from training.comparison.report import render_comparison
from training.comparison.scores import COMPARED, Scores, diagnosis_scores, difference, malignancy_scores
from training.dataset import data
from training.evidence.fitting import fit_temperature
from training.evidence.predict import check_unlearned, held_out, malignant_labels
from training.options import FOLDER, data_option, split_option

Photos = Mapping[str, pd.DataFrame]


def compare_models(
    candidates: Sequence[Candidate], folder: Path, split_path: Path, part: str, cache: Path
) -> dict[str, str]:
    """Measure all candidates on one part of the split and return the files of the report.

    The first one is what the others are compared with. Temperature and threshold (the largest Youden index)
    of each are fitted on the validation part, for bundles as for runs.

    Raises:
        DataError: the split is another one than that of their training, or the part holds one side alone, or
            is the test part and one of them learned from it.
    """
    names = dict.fromkeys(("val", part))
    photos = {
        name: data.one_per_lesion(held_out(candidates[0].bundle, folder, split_path, name)) for name in names
    }
    if part == "test":
        for one in candidates[1:]:
            check_unlearned(one.bundle, photos[part])
    scores = {
        one.name: score(one, photos, part, cache) for one in tqdm(candidates, "Measuring", unit="model")
    }
    costs = {one.name: cost(one) for one in tqdm(candidates, "Timing", unit="model")}
    first, *others = scores
    differences = {
        name: {
            key: value
            for measure in COMPARED
            for key, value in difference(measure, scores[name], scores[first]).items()
        }
        for name in others
    }
    return render_comparison(
        about(candidates[0].bundle, folder, photos[part], part),
        {name: costs[name] | found.found for name, found in scores.items()},
        differences,
        {one.name: one.history for one in candidates if one.history is not None},
    )


def score(candidate: Candidate, photos: Photos, part: str, cache: Path) -> Scores:
    """Measure one candidate on ``part`` of the photos; what is fitted is fitted on their part ``val``."""
    bundle, val, frame = candidate.bundle, photos["val"], photos[part]
    logits = {
        name: cached_logits(bundle, rows, cache, f"{candidate.name} on {name}")
        for name, rows in photos.items()
    }
    columns = bundle.manifest.malignant_columns
    temperature = fit_temperature(logits["val"], malignant_labels(val), columns)
    shares = {name: probabilities(found, temperature) for name, found in logits.items()}
    threshold = pick_balanced(malignant_labels(val), malignancy(shares["val"], bundle.manifest))
    binary = malignancy_scores(malignant_labels(frame), malignancy(shares[part], bundle.manifest), threshold)
    seven = diagnosis_scores(frame["dx"], shares[part], bundle.manifest.classes)
    if seven is None:
        return binary
    return Scores(binary.found | seven.found, binary.draws | seven.draws)


def about(bundle: Bundle, folder: Path, frame: pd.DataFrame, part: str) -> Flat:
    """Return what all numbers of a comparison rest on: lesions of one part, a row each, and methods."""
    return {
        "data": data.source_name(folder),
        "part": part,
        "n": len(frame),
        "n_malignant": int(malignant_labels(frame).sum()),
        "split_sha256": bundle.manifest.training.split_sha256,
        "photos_sha256": data.fingerprint(frame),
        "bootstrap_resamples": bootstrap.RESAMPLES,
        "bootstrap_seed": bootstrap.SEED,
    }


@click.command("compare")
@click.argument("runs", type=FOLDER, nargs=-1, required=True)
@data_option
@split_option
@click.option(
    "--part",
    type=click.Choice(["val", "test"]),
    default="val",
    show_default=True,
    help="Part of the split. The test part is for the last report, not for choosing.",
)
@click.option("--to", type=FOLDER, default="runs/comparison", show_default=True, help="Folder of the report.")
@click.option("--cache", type=FOLDER, default=".cache", show_default=True, help="Folder of kept answers.")
def compare(runs: tuple[Path, ...], folder: Path, split_path: Path, part: str, to: Path, cache: Path) -> None:
    """Compare RUNS, folders of runs or of bundles of one split, with the first one, in a report.

    AUROC, accuracy, balanced accuracy, precision, recall and F1 of malignancy and of the diagnoses, with
    intervals; paired differences; parameters, file size, latency, memory and training time; pictures. What
    the models answered is kept, so that the same call with one more model is quick.

    \b
    Example:
      python -m training compare runs/baseline runs/focal models/mobilenet_v2 \\
          --data ../shared/data/ham10000 --to docs/comparison
    """
    candidates = open_candidates(runs, cache / "compare")
    files = compare_models(candidates, folder, split_path, part, cache / "compare")
    to.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (to / name).write_text(text)
    click.echo(
        f"{to / 'index.html'}, REPORT.md and compare.json: {len(candidates)} models on the part {part}"
    )
