"""How much two runs of an explanation agree, what it takes, and LIME beside its package used plainly.

    python -m benchmarks.explain --data ../shared/data/ham10000

asks every method at every precision for maps of held-out photographs, twice where a map depends on a seed,
and writes docs/benchmarks/explain.md and docs/benchmarks/explain.json. The numbers of samples of LIME and
gradient SHAP in `lesion.explain.METHODS` were chosen from it; what more of them bring where a map does
not depend on a seed, `benchmarks.samples` measures. Without photographs it takes drawings.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import click
import msgspec
import numpy as np
from PIL import Image
from scipy.stats import spearmanr
from tqdm import tqdm

from benchmarks.options import learner_option, out_option, photographs_option, rewrite_option
from benchmarks.outcome import Circumstances, circumstances, ratio, recorded, write
from benchmarks.plain_lime import explain_plainly, fastai_predict, onnx_predict
from lesion.classifier import Classifier, open_classifier
from lesion.cpus import available_cpus
from lesion.decode import decode
from lesion.drawings import KINDS, drawing
from lesion.explain import METHODS, PRECISIONS, Explained, Precision, explain, prepare
from lesion.explain.query import Drawn
from lesion.preprocess import square

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "benchmarks" / "explain.md"
SPLIT = ROOT / "training" / "splits" / "ham10000.csv"
PHOTOS = "images-224"
LIBRARIES = ("captum", "fastai", "lime", "onnxruntime", "torch")
STABILITY: dict[Precision, float] = {"low": 0.5, "medium": 0.7, "high": 0.9}
SECONDS: dict[Precision, float] = {"low": 3, "medium": 12, "high": 45}
PICTURES = 50
FASTER = 3.0
WAYS = ("ours", "plain fastai", "plain onnx")

T = TypeVar("T")
Timed = tuple[float, float]
"""Seconds on the clock, and seconds of the processors."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One method at one precision, an entry for each picture; ``agreement`` is of methods with a seed."""

    method: str
    precision: Precision | None
    samples: int
    agreement: list[float]
    seconds: list[float]
    processor_seconds: list[float]


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Every number measured, picture by picture, and under which circumstances."""

    model: str
    model_sha256: str
    pictures: str
    rows: list[Row]
    lime_samples: int
    lime: dict[str, list[Timed]]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much to measure.

    ``patience`` is in seconds for each method and precision; ``timed`` pictures are enough where a map
    depends on no seed; ``rounds`` are those of LIME beside its package.
    """

    methods: Sequence[str]
    patience: float
    timed: int
    rounds: int


def held_out(data: Path, count: int) -> list[Image.Image]:
    """Return that many photographs of the test part, drawn at random but always the same."""
    with SPLIT.open(newline="", encoding="utf-8") as stream:
        ids = [row["image_id"] for row in csv.DictReader(stream) if row["part"] == "test"]
    found = [path for name in ids if (path := data / PHOTOS / f"{name}.jpg").is_file()]
    if not found:
        raise click.ClickException(
            f"There is no held-out photograph in {data / PHOTOS}: name another folder."
        )
    order = np.random.default_rng(0).permutation(len(found))[:count]
    return [decode(found[number].read_bytes()) for number in order]


def drawings(count: int) -> list[Image.Image]:
    """Return that many drawings."""
    return [drawing(KINDS[seed % len(KINDS)], seed) for seed in range(count)]


def clocked(work: Callable[[], T]) -> tuple[T, Timed]:
    """Return what a piece of work gives, and what it takes."""
    start, used = time.perf_counter(), time.process_time()
    given = work()
    return given, (time.perf_counter() - start, time.process_time() - used)


def agreement(first: Explained | Drawn, second: Explained | Drawn) -> float:
    """Return Spearman's rank correlation of two maps over their pixels, 1 for equal ones."""
    if (first.map == second.map).all():
        return 1.0
    if not (np.ptp(first.map) and np.ptp(second.map)):
        return 0.0  # a map without ranks agrees with none
    return float(spearmanr(first.map, second.map, axis=None).statistic)


def measure_method(
    classifier: Classifier, pictures: Sequence[Image.Image], method: str, precision: Precision, plan: Plan
) -> Row:
    """Explain one picture after the other until there are no more, or patience ends."""
    known = METHODS[method]
    agreements, times = [], []
    begun = time.perf_counter()
    asked = pictures if known.random else pictures[: plan.timed]
    for picture in tqdm(asked, desc=f"{method} {precision}", unit="picture", leave=False):
        work = partial(explain, classifier, picture, method=method, precision=precision)
        first, taken = clocked(work)
        times.append(taken)
        if known.random:
            agreements.append(agreement(first, work(seed=1)))
        if time.perf_counter() - begun > plan.patience:
            break
    settings = known.precisions.get(precision)
    return Row(
        method=method,
        precision=precision if settings else None,
        samples=settings.samples if settings else 1,
        agreement=agreements,
        seconds=[seconds for seconds, _ in times],
        processor_seconds=[used for _, used in times],
    )


def cells(methods: Sequence[str]) -> Iterator[tuple[str, Precision]]:
    """Yield methods with every precision that they have; one without a choice once."""
    for method, precision in product((METHODS[name] for name in methods), PRECISIONS):
        if precision in method.precisions or (not method.precisions and precision == "low"):
            yield method.name, precision


def measure_lime(
    classifier: Classifier, pictures: Sequence[Image.Image], rounds: int
) -> dict[str, list[Timed]]:
    """Time LIME at low precision and the plain ways at as many samples, in turn, one picture a round."""
    samples = METHODS["lime"].precisions["low"].samples
    size = classifier.bundle.manifest.input.size
    predicts = {
        "plain fastai": fastai_predict(classifier.bundle.file("model.pkl")),
        "plain onnx": onnx_predict(classifier),
    }
    times: dict[str, list[Timed]] = {way: [] for way in WAYS}
    squares = [square(picture, size) for picture in pictures[:rounds]]
    for picture in tqdm(squares, desc="plainly", leave=False):
        times["ours"].append(clocked(partial(explain, classifier, picture, method="lime"))[1])
        for way, predict in predicts.items():
            times[way].append(clocked(partial(explain_plainly, picture, predict, samples))[1])
    return times


def measure(model: Path, pictures: Sequence[Image.Image], described: str, plan: Plan) -> Outcome:
    """Measure everything."""
    classifier = open_classifier(model, threads=available_cpus())
    for method in plan.methods:  # what is loaded once is not counted
        prepare(method)
    if any(METHODS[method].needs_torch for method in plan.methods):
        explain(classifier, pictures[0], method="saliency")
    begun = circumstances("benchmarks.explain", LIBRARIES)
    rows = [
        measure_method(classifier, pictures, *cell, plan)
        for cell in tqdm(list(cells(plan.methods)), unit="row")
    ]
    return Outcome(
        **begun,
        model=model.name,
        model_sha256=classifier.info.sha256,
        pictures=described,
        rows=rows,
        lime_samples=METHODS["lime"].precisions["low"].samples,
        lime=measure_lime(classifier, pictures, plan.rounds),
    )


def report(outcome: Outcome) -> str:
    """Return the Markdown page."""
    lines = "\n".join(_line(row) for row in outcome.rows)
    ways = "\n".join(_way(outcome, way) for way in WAYS)
    compared = max((len(row.agreement) for row in outcome.rows), default=0)
    rounds = len(outcome.lime["ours"])
    return f"""# Explanations: how stable, how long

<!-- Generated by `{outcome.command}`; change the script, not this page. -->

Each method of `lesion.explain` on {outcome.pictures} with `{outcome.model}`, target
malignant. Stability is Spearman's rank correlation, over the pixels, of the maps of two runs with different
seeds: its median over {compared} pictures, and in brackets the quartiles. A method that draws nothing at
random gives the same map each time. Targets: at least {_targets(STABILITY)};
at most {_targets(SECONDS)} seconds of one processor core, of which fewer pass on the
clock with two. Samples are forward passes, for methods of torch passes there and back.

{outcome.paragraph()}

| method | precision | samples | pictures | stability | seconds | processor seconds | targets |
|---|---|---|---|---|---|---|---|
{lines}

Seconds are medians on the clock while other work may have shared the machine; processor seconds add up all
cores, and change less by that.

## LIME and its package used plainly

Both explain the same {rounds} pictures with {outcome.lime_samples} samples, those of low precision.
Plainly means `LimeImageExplainer().explain_instance` with its defaults and a function that asks for one
picture at a time: fastai's `learn.predict`, as tutorials do, or this project's ONNX engine
(`benchmarks/plain_lime.py`). By its defaults the package cuts by quickshift and fits a model for each of the
five likeliest classes; ours cuts by slic and fits one, of the target. The ratio is the plain way's time over
ours, taken within each round: its median, and in brackets its smallest and largest. The target is at least
{FASTER:g} beside `learn.predict`.

| way | seconds | processor seconds | ratio of seconds | ratio of processor seconds |
|---|---|---|---|---|
{ways}

Every number is in `{REPORT.stem}.json`.
"""


def _targets(targets: dict[Precision, float]) -> str:
    *first, last = (f"{value:g} ({name})" for name, value in targets.items())
    return f"{', '.join(first)} and {last}"


def _line(row: Row) -> str:
    stable = "always the same"
    if row.agreement:
        low, middle, high = np.percentile(row.agreement, [25, 50, 75])
        stable = f"**{middle:.2f}** ({low:.2f} to {high:.2f})"
    seconds, used = float(np.median(row.seconds)), float(np.median(row.processor_seconds))
    cells = (row.method, row.precision or "–", row.samples, len(row.seconds), stable)
    return "| " + " | ".join(map(str, cells)) + f" | {seconds:.2f} | {used:.2f} | {_verdict(row)} |"


def _verdict(row: Row) -> str:
    """Say which targets are missed. Those on stability bind methods that depend on a seed."""
    precision = row.precision or "low"
    missed = {
        "too unstable": bool(row.agreement) and float(np.median(row.agreement)) < STABILITY[precision],
        "too slow": float(np.median(row.processor_seconds)) > SECONDS[precision],
        f"fewer than {PICTURES} pictures": 0 < len(row.agreement) < PICTURES,
    }
    return " and ".join(name for name, is_missed in missed.items() if is_missed) or "met"


def _way(outcome: Outcome, way: str) -> str:
    ours, times = outcome.lime["ours"], outcome.lime[way]
    medians = " | ".join(f"{float(np.median([each[kind] for each in times])):.2f}" for kind in (0, 1))
    ratios = " | ".join(
        ratio([a[kind] / b[kind] for a, b in zip(times, ours, strict=True)]) if way != "ours" else "1"
        for kind in (0, 1)
    )
    return f"| {way} | {medians} | {ratios} |"


@click.command()
@learner_option
@photographs_option
@click.option(
    *("--method", "methods"),
    type=click.Choice(list(METHODS)),
    multiple=True,
    help="Measure this one, and others so named, alone  [default: all].",
)
@click.option("--pictures", default=PICTURES, show_default=True, help="Pictures to explain, at most.")
@click.option(
    "--patience",
    default=600.0,
    show_default=True,
    help="Seconds after which a method's precision gets no further picture.",
)
@click.option("--timed", default=5, show_default=True, help="Pictures for methods that ask for no seed.")
@click.option("--rounds", default=5, show_default=True, help="Pictures that LIME is also asked for plainly.")
@rewrite_option
@out_option(REPORT)
def main(
    model: Path,
    data: Path | None,
    methods: tuple[str, ...],
    pictures: int,
    patience: float,
    timed: int,
    rounds: int,
    rewrite: bool,
    out: Path,
) -> None:
    """Measure every method and write the report.

    Example: python -m benchmarks.explain --data ../shared/data/ham10000 --pictures 10
    """
    if rewrite:
        out.write_text(report(recorded(out, Outcome)))
        return
    chosen = held_out(data, pictures) if data else drawings(pictures)
    described = f"{'held-out photographs of HAM10000' if data else 'drawings'}, at most {len(chosen)},"
    plan = Plan(methods=methods or tuple(METHODS), patience=patience, timed=timed, rounds=rounds)
    outcome = measure(model, chosen, described, plan)
    text = report(outcome)
    write(out, text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
