"""Measure by which score pictures that are unlike the data are told best.

    python -m benchmarks.distribution models/mobilenet_v2 --data DATA --extra DATA2

compares scores of logits and embeddings on lesions and on pictures that show none, prints a Markdown report
and writes it to docs/benchmarks/distribution.md. What `lesion.distribution` does was chosen from that report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.metrics import roc_auc_score

from benchmarks.outcome import command_line
from lesion.bundle import Bundle
from lesion.distribution import unit
from lesion.labels import TRAINED_AS
from lesion.preprocess import square
from tools.markdown import table
from training.dataset import data
from training.dataset.split import DEFAULT
from training.evidence.predict import Answers, ask, ask_of, held_out, learned
from training.evidence.strangers import KINDS, strangers
from training.evidence.unlike import DIMENSIONS, fit_subspace, fit_threshold
from training.evidence.unseen import unseen_elsewhere
from training.options import FOLDER, data_option, extra_option

CHOSEN_ON = ("document", "noise", "drawing", "inverted")
"""Kinds of strangers, half of them, that the choice was made on, against validation lesions."""
REPORT = Path(__file__).parents[1] / "docs" / "benchmarks" / "distribution.md"
SHIPPED = f"residual, {DIMENSIONS} dimensions"

Floats = NDArray[np.float64]
Score = Callable[[Answers], Floats]


class Known(NamedTuple):
    """Lesions learned from: what the graph gives for them, and their classes [N]."""

    answers: Answers
    dx: NDArray[np.str_]


def energy(answers: Answers) -> Floats:
    """Return minus the log of the sum of exponentials of the logits (W. Liu et al., NeurIPS 2020)."""
    return np.asarray(-logsumexp(answers.logits.astype(np.float64), axis=1))


def confidence(answers: Answers) -> Floats:
    """Return minus the highest probability (D. Hendrycks and K. Gimpel, ICLR 2017)."""
    logits = answers.logits.astype(np.float64)
    return np.asarray(-np.exp(logits.max(axis=1) - logsumexp(logits, axis=1)))


def neighbours(known: Known, k: int) -> Score:
    """Return the distance to the k-th nearest of those learned from, at length one (Y. Sun et al., 2022)."""
    reference = unit(known.answers.embedding).astype(np.float64)

    def score(answers: Answers) -> Floats:
        # Of vectors of length one the squared distance is 2 - 2 cos.
        cosine = unit(answers.embedding).astype(np.float64) @ reference.T
        nearest = np.partition(cosine, -k, axis=1)[:, -k]
        return np.asarray(np.sqrt(np.maximum(2 - 2 * nearest, 0)))

    return score


def mahalanobis(known: Known, dimensions: int, of_length_one: bool) -> Score:
    """Return the distance to the nearest class mean, by one covariance (K. Lee et al., NeurIPS 2018).

    It is taken in the first principal ``dimensions``; ``of_length_one`` says of what embeddings.
    """

    def form(answers: Answers) -> Floats:
        embedding = unit(answers.embedding) if of_length_one else answers.embedding
        return np.asarray(embedding, dtype=np.float64)

    rows = form(known.answers)
    mean = rows.mean(axis=0)
    _, _, directions = np.linalg.svd(rows - mean, full_matrices=False)
    basis = directions[:dimensions].T
    places = (rows - mean) @ basis
    means = np.stack([places[known.dx == code].mean(axis=0) for code in np.unique(known.dx)])
    within = places - means[np.unique(known.dx, return_inverse=True)[1]]
    covariance = within.T @ within / len(within)
    ridge = 1e-6 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    whitening = np.linalg.cholesky(np.linalg.inv(covariance + ridge))

    def score(answers: Answers) -> Floats:
        found = (form(answers) - mean) @ basis @ whitening
        apart = found[:, None] - (means @ whitening)[None]
        return np.asarray(np.sqrt((apart**2).sum(axis=2).min(axis=1)))

    return score


def residual(known: Known, dimensions: int) -> Score:
    """Return the distance off the principal subspace, as :mod:`lesion.distribution` has it."""
    subspace = fit_subspace(known.answers.embedding, dimensions)
    return lambda answers: subspace.score(answers.embedding)


def candidates(known: Known) -> dict[str, Score]:
    """Return the scores that are compared, by name; higher is less alike."""
    found: dict[str, Score] = {"energy": energy, "highest probability": confidence}
    found |= {f"nearest neighbours, k = {k}": neighbours(known, k) for k in (1, 5, 20)}
    for of_length_one, words in ((False, ""), (True, ", length one")):
        for dimensions in (32, 128, 512):
            name = f"Mahalanobis, {dimensions} dimensions{words}"
            found[name] = mahalanobis(known, dimensions, of_length_one)
    return found | {f"residual, {d} dimensions": residual(known, d) for d in (16, 32, 64, 128)}


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

    def strangers(self, kind: str, lesions: pd.DataFrame) -> Answers:
        """Return what the bundle gives for the pictures of a kind."""
        pictures = list(strangers(kind, lesions))
        squares = (square(picture.image, self.bundle.manifest.input.size) for picture in pictures)
        names = pd.DataFrame({"image_id": [picture.source for picture in pictures]})
        return ask_of(self.bundle, squares, names, kind)


def score_table(
    scores: Mapping[str, Score], real: Answers, asked: Mapping[str, Answers], threshold_of: Answers
) -> tuple[str, dict[str, float]]:
    """Return a table of AUROC and share refused by kind, and the mean share refused of each score.

    Args:
        scores: what is compared.
        real: lesions that the strangers are told from.
        asked: the kinds of strangers.
        threshold_of: lesions of which each score's threshold refuses 1 %.
    """
    rows, means = [], {}
    for name, score in scores.items():
        of_real, threshold = score(real), fit_threshold(score(threshold_of))
        cells, refused = [], []
        for answers in asked.values():
            of_kind = score(answers)
            positive = np.repeat([0, 1], [len(of_real), len(of_kind)])
            auroc = roc_auc_score(positive, np.concatenate([of_real, of_kind]))
            refused.append(float((of_kind > threshold).mean()))
            cells.append(f"{auroc:.3f}, {refused[-1]:.0%}")
        means[name] = float(np.mean(refused))
        rows.append([name, *cells, f"{means[name]:.0%}"])
    return table(["score", *asked, "mean refused"], rows, numbers=True), means


def real_table(scores: Mapping[str, Score], real: Mapping[str, Answers], threshold_of: Answers) -> str:
    """Return a table of the share of real lesions refused, by source."""
    rows = []
    for name, score in scores.items():
        threshold = fit_threshold(score(threshold_of))
        rows.append([name, *(f"{(score(one) > threshold).mean():.1%}" for one in real.values())])
    return table(["score", *real], rows, numbers=True)


def report(
    bundle: Bundle,
    command: str,
    n_known: int,
    chosen: tuple[str, Mapping[str, float]],
    others: tuple[str, Mapping[str, float]],
    real: str,
) -> str:
    """Return the whole report in Markdown, with the command that made it."""
    best = max(chosen[1], key=lambda name: chosen[1][name])
    kinds = "\n".join(f"- `{kind}`: {meaning}" for kind, meaning in KINDS.items())
    return f"""# What is unlike the data, measured

<!-- Generated by `{command}`; change the script, not this page. -->

A network answers every picture, a page of print too. These scores, all from the one forward pass that
answers, are to tell whether a picture is like those that `{bundle.manifest.name}` learned from. Energy (W.
Liu et al., 2020) and the highest probability (D. Hendrycks and K. Gimpel, 2017) are of the logits. The others
compare the embedding with those of {n_known:,} lesions learned from: the distance to the nearest of them
(Y. Sun et al., 2022), to the nearest class mean under one covariance (K. Lee et al., 2018, in fewer
dimensions), and off their principal subspace (H. Wang et al., 2022). Each cell holds the AUROC of pictures
without a lesion against lesions, and the share of them refused at the threshold that refuses 1 % of the
validation lesions.

The pictures, none of which was fitted on:

{kinds}

## The choice

Made on validation lesions and on {len(CHOSEN_ON)} of the {len(KINDS)} kinds:

{chosen[0]}

The most is refused by: {best}, {chosen[1][best]:.0%}. Shipped is: {SHIPPED}, {chosen[1][SHIPPED]:.0%}. More
dimensions than these add little, make a larger file, and need more lesions to compare with.

## What the choice did not see

The other kinds, against lesions of the test part:

{others[0]}

## What it costs

The share of real lesions refused at the same thresholds, on the test part and on other sources:

{real}

A score that refuses more strangers but also many lesions of another source has learned the look of a camera.
Where the lesions that a score compares with lack a source that was learned from, photos of it count as
strangers: give `calibrate` every source with `--extra`.

What none of these can tell is a drawing of a lesion: to the network it looks like one. So the page's drawings
get answers as photos do. Blurred photos that pass here are stopped by the quality gate.
"""


@click.command(help=__doc__)
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@data_option
@extra_option
@click.option("--external", type=FOLDER, multiple=True, help="Data of another source; repeatable.")
@click.option("--reference", type=click.IntRange(1), default=2500, show_default=True)
@click.option("--cache", type=FOLDER, default=".cache", show_default=True)
@click.option("--out", type=FOLDER, default=REPORT)
def main(
    path: Path,
    folder: Path,
    extra: Sequence[Path],
    external: Sequence[Path],
    reference: int,
    cache: Path,
    out: Path,
) -> None:
    bundle = Bundle.load(path)
    asker = Asker(bundle, cache)
    val, test = (data.one_per_lesion(held_out(bundle, folder, DEFAULT, part)) for part in ("val", "test"))
    frame = learned(bundle, folder, extra, DEFAULT, reference)
    known = Known(asker.photos(frame, "Learned from"), frame["dx"].replace(TRAINED_AS).to_numpy(dtype=str))
    validation, tested = asker.photos(val, "Validation part"), asker.photos(test, "Test part")
    real = {f"{data.source_name(folder)} (test part)": tested}
    for name, other in unseen_elsewhere(bundle, external).items():
        real[name] = asker.photos(data.one_per_lesion(other.photos), name)
    scores = candidates(known)
    chosen = {kind: asker.strangers(kind, val) for kind in CHOSEN_ON}
    others = {kind: asker.strangers(kind, test) for kind in KINDS if kind not in CHOSEN_ON}
    text = report(
        bundle,
        command_line("benchmarks.distribution"),
        len(frame),
        score_table(scores, validation, chosen, validation),
        score_table(scores, tested, others, validation),
        real_table(scores, real, validation),
    )
    out.write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
