"""Measure by which score pictures that are unlike the data are told best.

    python -m benchmarks.distribution models/mobilenet_v2 models/densenet161 --data DATA --extra DATA2

compares scores of logits and embeddings on lesions and on pictures that show none, and writes
docs/benchmarks/distribution.md and docs/benchmarks/distribution.json. What `lesion.distribution` does was
set by such numbers. Validation lesions and some kinds of pictures may choose between scores; test lesions and
the others report.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.distribution_compared import Asked, Compared, real_shares, share_of
from benchmarks.distribution_report import CHOSEN_ON, Found, Outcome, report
from benchmarks.distribution_scores import SHIPPED, Known, candidates
from benchmarks.options import rewrite_option
from benchmarks.outcome import circumstances, recorded, write
from lesion.bundle import Bundle
from lesion.labels import TRAINED_AS
from lesion.preprocess import square
from lesion.quality import assess
from training.dataset import data
from training.dataset.split import DEFAULT
from training.evidence.predict import Answers, ask, ask_of, held_out, learned
from training.evidence.strangers import KINDS, strangers
from training.evidence.unlike import fit_threshold
from training.evidence.unseen import unseen_elsewhere
from training.options import FOLDER, extra_option

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks" / "distribution.md"
LIBRARIES = ("numpy", "onnxruntime", "pillow", "scikit-learn")


class Sources(NamedTuple):
    """Data folders: that of the bundles' own data, others learned from, and others measured on."""

    folder: Path
    extra: Sequence[Path]
    external: Sequence[Path]


class Asker:
    """Asks a bundle about photos, each but once: what it gave is kept in a file."""

    def __init__(self, bundle: Bundle, cache: Path) -> None:
        self.bundle = bundle
        self.path = cache / f"embeddings-{bundle.manifest.files[bundle.manifest.graph][:16]}.npz"
        self.kept: dict[str, NDArray[np.float32]] = {}
        if self.path.exists():
            with np.load(self.path) as stored:
                self.kept = dict(zip(stored["ids"].tolist(), stored["rows"], strict=True))

    def photos(self, frame: pd.DataFrame, title: str) -> Answers:
        """Return what the bundle gives for the photos of ``frame``."""
        new = frame[~frame["image_id"].isin(self.kept)]
        if len(new):
            answers = ask(self.bundle, new, title)
            rows = np.concatenate([answers.logits, answers.embedding], axis=1)
            self.kept |= dict(zip(new["image_id"], rows, strict=True))
            self.path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self.path, ids=np.array(list(self.kept)), rows=np.stack(list(self.kept.values())))
        rows = np.stack([self.kept[name] for name in frame["image_id"]])
        classes = len(self.bundle.manifest.classes)
        return Answers(rows[:, :classes], rows[:, classes:])

    def strangers(self, kind: str, lesions: pd.DataFrame) -> Asked:
        """Return what the bundle gives for the pictures of a kind, and the quality gate."""
        pictures = list(strangers(kind, lesions))
        squares = (square(picture.image, self.bundle.manifest.input.size) for picture in pictures)
        names = pd.DataFrame({"image_id": [picture.source for picture in pictures]})
        poor = [not assess(picture.image, self.bundle.manifest.quality).ok for picture in pictures]
        answers = ask_of(self.bundle, squares, names, kind)
        return Asked(answers, names["image_id"].to_numpy(dtype=object), np.array(poor))


def measure(bundle: Bundle, sources: Sources, reference: int, cache: Path) -> Found:
    """Compare all scores of one bundle."""
    asker = Asker(bundle, cache)
    val, test = (
        data.one_per_lesion(held_out(bundle, sources.folder, DEFAULT, part)) for part in ("val", "test")
    )
    elsewhere = unseen_elsewhere(bundle, sources.external)
    frame = learned(bundle, sources.folder, sources.extra, DEFAULT, reference)
    known = Known(asker.photos(frame, "Learned from"), frame["dx"].replace(TRAINED_AS).to_numpy(dtype=str))
    validation, tested = asker.photos(val, "Validation part"), asker.photos(test, "Test part")
    real = {f"{data.source_name(sources.folder)} (test part)": tested}
    for name, other in elsewhere.items():
        real[name] = asker.photos(data.one_per_lesion(other.photos), name)
    scores = candidates(known)
    shipped = scores[SHIPPED](validation)
    threshold = fit_threshold(shipped)
    chosen = {kind: asker.strangers(kind, val) for kind in CHOSEN_ON}
    others = {kind: asker.strangers(kind, test) for kind in KINDS if kind not in CHOSEN_ON}
    return Found(
        bundle=bundle.manifest.name,
        model_sha256=bundle.manifest.files[bundle.manifest.graph],
        n_reference=len(frame),
        threshold=threshold,
        validation=share_of(shipped > threshold),
        chosen=Compared(scores, validation, chosen).stage(validation),
        unseen=Compared(scores, validation, others).stage(tested),
        real=real_shares(scores, validation, real),
    )


@click.command(help=__doc__)
@click.argument("paths", metavar="BUNDLE...", type=FOLDER, nargs=-1)
@click.option("--data", "folder", type=FOLDER, help="Data folder of the bundles.")
@extra_option
@click.option("--external", type=FOLDER, multiple=True, help="Data of another source; repeatable.")
@click.option("--reference", type=click.IntRange(1), default=2500, show_default=True)
@click.option("--cache", type=FOLDER, default=".cache", show_default=True)
@rewrite_option
@click.option("--out", type=FOLDER, default=REPORT, help="The page; the numbers go beside it as JSON.")
def main(
    paths: Sequence[Path],
    folder: Path | None,
    extra: Sequence[Path],
    external: Sequence[Path],
    reference: int,
    cache: Path,
    rewrite: bool,
    out: Path,
) -> None:
    if rewrite:
        out.write_text(report(recorded(out, Outcome)), encoding="utf-8")
        return
    if not (paths and folder):
        raise click.UsageError("Name the bundles to measure, and with --data their data folder.")
    sources = Sources(folder, extra, external)
    begun = circumstances("benchmarks.distribution", LIBRARIES)
    found = [measure(Bundle.load(path), sources, reference, cache) for path in paths]
    outcome = Outcome(**begun, found=found)
    text = report(outcome)
    write(out, text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
