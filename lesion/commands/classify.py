"""``lesion classify``: images in, one row each out."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click
from tqdm import tqdm

from lesion.batch import Row, columns, find_images, judge
from lesion.bundle import Bundle
from lesion.classifier import ModelInfo, open_classifier
from lesion.clinical import SEXES, SITES, Clinical, encode_for
from lesion.clinical_table import read_clinical
from lesion.cpus import available_cpus
from lesion.engine import EngineKind
from lesion.explain import METHODS, PRECISIONS
from lesion.explain.target import MALIGNANT
from lesion.explain.words import sentence
from lesion.labels import DISCLAIMER
from lesion.manifest import OperatingPoint
from lesion.pictures import Pictures
from lesion.predictive import PredictiveValue, predictive_values, supposition
from lesion.registry import DEFAULT_MODEL, model_path, models_dir
from lesion.roc import OWN
from lesion.rows import Writer, csv_writer, json_writer, table_writer

__all__ = ["classify"]


@click.command(short_help="Judge images: files, folders, patterns.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    *("--csv", "csv_file"),
    type=click.File("w", encoding="utf-8", lazy=False),
    help="Write all that is known as CSV; - is the standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Write all that is known as JSON, an object a line.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="A model's name, or a bundle's folder."
)
@click.option("--operating-point", metavar="NAME", help="The threshold to judge by  [default: the model's].")
@click.option("--threshold", type=float, help="A cut of your own on the probability instead, such as 0.2.")
@click.option(
    "--prevalence",
    type=float,
    help="Share of malignant lesions, such as 0.02, at which predictive values are told.",
)
@click.option("--age", type=float, help="Age in years, for a model that takes it; so --sex and --site.")
@click.option("--sex", metavar="WORD", help=f"{' or '.join(SEXES)}.")
@click.option("--site", metavar="WORD", help=f"Where on the body: {', '.join(SITES)}.")
@click.option(
    *("--clinical", "table"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file with path or image_id, and age, sex, localization of each image.",
)
@click.option(
    "--explain",
    type=click.Choice(list(METHODS)),
    help="Draw what speaks for the target, in red, and against it, in blue, by this method.",
)
@click.option(
    "--target",
    metavar="NAME",
    help=f"What --explain explains: malignant, or a diagnosis such as mel  [default: {MALIGNANT}].",
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help=f"How many samples a method that tries many takes  [default: {PRECISIONS[0]}].",
)
@click.option(
    "--explain-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("explanations"),
    show_default=True,
    help="Folder for what --explain draws.",
)
@click.option(
    "--engine",
    type=click.Choice(["onnx", "fastai"]),
    default="onnx",
    show_default=True,
    help="fastai loads model.pkl and needs the training packages.",
)
@click.option("--threads", type=click.IntRange(1, 256), help="Processors to use  [default: all there are].")
def classify(
    paths: tuple[str, ...],
    csv_file: TextIO | None,
    as_json: bool,
    model: str,
    operating_point: str | None,
    threshold: float | None,
    prevalence: float | None,
    age: float | None,
    sex: str | None,
    site: str | None,
    table: Path | None,
    explain: str | None,
    target: str | None,
    precision: str | None,
    explain_dir: Path,
    engine: EngineKind,
    threads: int | None,
) -> None:
    """Judge images: files, folders with all images below them, or quoted patterns.

    Each image gives one row, in the order given: a table for people, or all that is known as CSV or JSON.
    A file that cannot be judged gives a row that says why. Age, sex and site are for models that learned
    from them; what is left out is not known. The exit status is 0 if at least one image was
    judged, 1 if none was, 2 if the command itself was wrong.

    \b
    Examples:
      lesion classify photo.jpg
      lesion classify photos --csv results.csv
      lesion classify 'photos/**/*.jpg' --json --operating-point sensitive
      lesion classify photos --threshold 0.2 --prevalence 0.02 --csv results.csv
      lesion classify photo.jpg --explain cam --explain-dir evidence
      lesion classify photo.jpg --explain lime --target mel --precision high
      lesion classify photo.jpg --model models/mine --age 55 --sex female --site back
      lesion classify photos --model models/mine --clinical people.csv --csv results.csv
    """
    files = find_images(paths)
    if not files:
        raise click.ClickException(f"There is no image in {', '.join(paths)}: name a file or another folder.")
    clinical = _clinical(Clinical.of(age, sex, site), table, files)
    workers = threads or available_cpus()
    # Whole images side by side use the processors better than threads within one forward pass do; but a
    # fastai learner takes one image at a time, also where it only explains.
    asks_learner = engine != "onnx" or (explain is not None and METHODS[explain].needs_torch)
    side_by_side = 1 if asks_learner else workers
    classifier = open_classifier(model_path(model, models_dir()), engine, workers // side_by_side)
    manifest = classifier.bundle.manifest
    point = classifier.point(operating_point, threshold)
    meaning = list(_meaning(classifier.bundle, point, prevalence)) if prevalence is not None else []
    for file in files:
        encode_for(clinical(file), manifest.clinical, manifest.name)  # what it refuses, it refuses now
    pictures = _pictures(classifier.bundle, explain, target, precision, explain_dir)
    rows = judge(
        classifier,
        files,
        clinical=clinical,
        operating_point=operating_point,
        threshold=threshold,
        prevalence=prevalence,
        pictures=pictures,
        threads=side_by_side,
    )
    writers = _writers(csv_file, as_json, columns(manifest, bool(explain), prevalence is not None), files)
    counts, messages = _write(_with_progress(rows, len(files), csv_file, as_json), writers)
    if pictures:
        meaning.append(sentence(pictures.method, classifier.bundle.measured()))
    told = [] if csv_file or as_json else messages  # each of their rows has its own
    _close(counts, classifier.info, point, [*told, *meaning])


def _pictures(
    bundle: Bundle, explain: str | None, target: str | None, precision: str | None, folder: Path
) -> Pictures | None:
    """Return what is to be drawn, once it is known that it can be, and make its folder."""
    if explain is None:
        if target or precision:
            raise click.UsageError("--target and --precision belong to --explain: name a method by it.")
        return None
    pictures = Pictures(
        folder=folder, method=explain, target=target or MALIGNANT, precision=precision or PRECISIONS[0]
    )
    pictures.check(bundle)
    folder.mkdir(parents=True, exist_ok=True)
    return pictures


def _clinical(told: Clinical, table: Path | None, files: Sequence[Path]) -> Callable[[Path], Clinical | None]:
    """Return what is known of each file: by the table, else what was told of all of them."""
    if table is None:
        return lambda _: told
    if told.known:
        raise click.UsageError("Give --clinical, or --age, --sex and --site: not both.")
    rows = read_clinical(table)
    absent = [file for file in files if rows.find(file) is None]
    if len(absent) == len(files):
        raise click.UsageError(
            f"{table} tells of none of the images, such as {files[0]}: mend its paths or ids."
        )
    if absent:
        click.echo(
            f"{table} does not tell of {len(absent)} of {len(files)} images, such as {absent[0]}.", err=True
        )
    return rows.find


def _writers(
    csv_file: TextIO | None, as_json: bool, names: Sequence[str], files: Sequence[Path]
) -> list[Writer]:
    writers: list[Writer] = [csv_writer(csv_file, names)] if csv_file else []
    if as_json:
        writers.append(json_writer(sys.stdout))
    return writers or [table_writer(sys.stdout, files)]


def _with_progress(rows: Iterator[Row], total: int, csv_file: TextIO | None, as_json: bool) -> Iterable[Row]:
    """Show a bar where a person waits, but not across rows that go to the same terminal."""
    rows_are_seen = sys.stdout.isatty() and (as_json or csv_file is None or csv_file.isatty())
    return tqdm(rows, total=total, unit="image", disable=True if rows_are_seen else None)


def _write(rows: Iterable[Row], writers: Sequence[Writer]) -> tuple[Counter[str], list[str]]:
    """Write rows as they come; return what there was of each kind, and every triage message, once."""
    counts: Counter[str] = Counter()
    messages: dict[str, None] = {}
    start = time.perf_counter()
    for row in rows:
        for write in writers:
            write(row)
        counts["failed" if row["error"] else str(row["prediction"])] += 1
        counts["poor"] += row["quality_ok"] is False
        counts["unlike"] += row.get("in_distribution") is False
        counts["compared"] += row.get("in_distribution") is not None
        if row["message"]:
            messages[f"{row['triage']}: {row['message']}"] = None
    counts["milliseconds"] = round(1000 * (time.perf_counter() - start))
    return counts, list(messages)


def _meaning(bundle: Bundle, point: OperatingPoint, prevalence: float) -> Iterator[str]:
    """Say what verdicts at a point are worth, and what that supposes.

    Of a model that takes age, sex and site it is said with them told and without.
    """
    for told in (True, False) if point.without_clinical else (True,):
        found = predictive_values(point.as_told(told).rates, prevalence)
        condition = f", with age, sex and site {'' if told else 'not '}told" if point.without_clinical else ""
        yield (
            f"Where {100 * prevalence:.4g}% of lesions are malignant{condition}: of those flagged "
            f"{_with_interval(found.positive)} are malignant, of those not flagged "
            f"{_with_interval(found.negative)} are benign."
        )
    yield supposition(bundle.manifest, bundle.measured())


def _with_interval(value: PredictiveValue | None) -> str:
    if value is None:
        return "an unknown share"
    # What held for all or for none of finitely many lesions is no certainty.
    if value.value == 1:
        return f"at least {value.low:.2%} (of the held-out ones, all)"
    if value.value == 0:
        return f"at most {value.high:.2%} (of the held-out ones, none)"
    return f"{value.value:.2%} (95 % interval {value.low:.2%} to {value.high:.2%})"


def _close(counts: Counter[str], model: ModelInfo, point: OperatingPoint, meaning: Sequence[str]) -> None:
    judged = counts["benign"] + counts["malignant"]
    total = judged + counts["failed"]
    setting = "a cut of your own" if point.name == OWN else point.name
    unlike = f", {counts['unlike']} unlike what it knows" if counts["compared"] else ""
    rate = total / max(0.001, counts["milliseconds"] / 1000)
    click.echo(
        f"Judged {judged} of {total} by {model.name} {model.version} at {setting} "
        f"(threshold {point.threshold:.3f}): "
        f"{counts['malignant']} malignant, {counts['benign']} benign, {counts['poor']} too poor to rely on"
        f"{unlike}. {rate:.1f} images a second.",
        err=True,
    )
    for told in (*meaning, DISCLAIMER):
        click.echo(told, err=True)
    if not judged:
        raise click.exceptions.Exit(1)
