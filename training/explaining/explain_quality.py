"""``python -m training explain-quality``: whether explanations are right, on held-out lesions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.classifier import open_classifier
from lesion.cpus import available_cpus
from lesion.explain import METHODS, PRECISIONS, availability
from lesion.explain.methods import obstacle
from lesion.explain.words import sentence
from lesion.measures.blocks import FEWEST, Flat, prefixed
from lesion.measures.reading import Metrics
from training.evidence.evaluate import write_metrics
from training.explaining.baselines import BASELINES
from training.explaining.costs import read_costs
from training.explaining.curves import BLUR, STEPS
from training.explaining.examples import write_examples
from training.explaining.findings import Found, Subject, by_baseline, by_method
from training.explaining.measures import MOST_CORRELATED, block_of, method_block
from training.explaining.sample import Sample, draw_sample
from training.explaining.shuffled import SHUFFLES, shuffled_bundle
from training.options import FOLDER, split_option
from training.report.readme import checked_metrics


@click.command("explain-quality")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@click.option("--data", "folder", type=FOLDER, help="Data folder, or CSV file; not needed for --costs alone.")
@click.option(
    "--method",
    "methods",
    type=click.Choice(list(METHODS)),
    multiple=True,
    help="Method to measure; repeatable.  [default: all that can be used here]",
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    default=PRECISIONS[0],
    show_default=True,
    help="Precision of the methods that have a choice.",
)
@click.option(
    "--images", type=click.IntRange(min=FEWEST), default=100, show_default=True, help="Lesions, at most."
)
@click.option(
    "--costs",
    type=FOLDER,
    help="JSON of `python -m benchmarks.explain`, whose samples, seconds and stability are kept too.",
)
@split_option
def explain_quality(
    path: Path,
    folder: Path | None,
    methods: Sequence[str],
    precision: str,
    images: int,
    costs: Path | None,
    split_path: Path,
) -> None:
    """Measure whether explanations of a bundle are right, on held-out lesions that it calls malignant.

    How fast the probability falls and rises as pixels go and come in the order of each map, beside a random
    map and one of the middle; how much of the evidence lies inside the lesion, by the masks beside the data;
    and whether the map changes when the weights are shuffled. What was found goes into metrics.json method by
    method, so that an interruption loses one at most. With --costs and no data, these alone are taken over.

    \b
    Example:
      python -m training explain-quality models/mobilenet_v2 --data ../shared/data/ham10000 \\
          --method cam --method lime --images 50
      python -m training explain-quality models/mobilenet_v2 --costs docs/benchmarks/explain.json
    """
    if not (folder or costs):
        raise click.UsageError("Name the data to measure on with --data, or a benchmark's JSON with --costs.")
    bundle = Bundle.load(path)
    metrics: Flat = dict(checked_metrics(bundle))
    chosen = list(chosen_methods(bundle, methods)) if folder else []
    metrics |= read_costs(costs, bundle) if costs else {}
    if folder:
        sample = draw_sample(bundle, folder, split_path, images)
        _measure(bundle, metrics, chosen, precision, sample)
    else:
        write_metrics(bundle, metrics)
    click.echo("Next: `python -m training card`.")


def _measure(bundle: Bundle, metrics: Flat, methods: Sequence[str], precision: str, sample: Sample) -> None:
    """Measure one method after the other, and write after each."""
    metrics = of_sample(metrics, sample)
    with TemporaryDirectory() as copies:
        subject = _opened(bundle, Path(copies), any(METHODS[method].needs_torch for method in methods))
        baselines = {
            name: _shown(by_baseline(subject.real, name, sample.lesions), name, sample) for name in BASELINES
        }
        for name, found in baselines.items():
            metrics = with_block(metrics, name, block_of(found))
        for method in methods:
            maps = by_method(subject, method, precision, sample.lesions)
            block = method_block(_shown(maps, METHODS[method].title, sample), baselines)
            if METHODS[method].precisions:
                block["precision"] = precision
            metrics = with_block(metrics, method, block)
            write_examples(subject.real, method, precision)
            bundle = write_metrics(bundle, metrics)
            click.echo(sentence(method, metrics))


def of_sample(metrics: Metrics, sample: Sample) -> Flat:
    """Return metrics that hold of explanations only what was measured on these lesions, and how."""
    about: Flat = {
        "explain.n": len(sample.lesions),
        "explain.photos_sha256": sample.photos_sha256,
        "explain.steps": STEPS,
        "explain.blur": BLUR,
        "explain.most_correlated": MOST_CORRELATED,
    }
    if all(metrics.get(key) == value for key, value in about.items()):
        return dict(metrics)
    names = (*BASELINES, *METHODS)
    kept = {key: value for key, value in metrics.items() if not any(_of_block(key, name) for name in names)}
    return kept | about


def with_block(metrics: Metrics, name: str, block: Flat) -> Flat:
    """Return metrics with the block of a method or baseline; seconds and stability of precisions stay."""
    kept = {key: value for key, value in metrics.items() if not _of_block(key, name)}
    return kept | prefixed(f"explain.{name}", block)


def _of_block(key: str, name: str) -> bool:
    family, _, rest = key.removeprefix("explain.").partition(".")
    return key.startswith("explain.") and family == name and rest.split(".")[0] not in PRECISIONS


def chosen_methods(bundle: Bundle, methods: Sequence[str]) -> Iterator[str]:
    """Yield the methods to measure; those not asked for by name are left out where they cannot be used.

    Raises:
        BundleNotReady, MissingDependency: one that was asked for cannot be used.
    """
    for method in methods:
        if error := obstacle(METHODS[method], bundle):
            raise error
        yield method
    if not methods:
        for method in METHODS:
            lacking = availability(method, bundle)
            if lacking is None:
                yield method
            else:
                click.echo(f"Left out: {lacking}")


def _opened(bundle: Bundle, folder: Path, learner: bool) -> Subject:
    """Open a bundle and its shuffled copies, which are written into ``folder``."""
    copies = [shuffled_bundle(bundle, folder / str(n), n, learner) for n in range(SHUFFLES)]
    real, *shuffled = (open_classifier(one.path, threads=available_cpus()) for one in (bundle, *copies))
    return Subject(real, shuffled)


def _shown(found: Iterable[Found], title: str, sample: Sample) -> list[Found]:
    return list(tqdm(found, total=len(sample.lesions), desc=title, unit="lesion"))
