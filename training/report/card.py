"""``python -m training card``: model card, report and the README's numbers, from what was measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from lesion.bundle import INT8, Bundle, find_bundles, save
from lesion.labels import DISCLAIMER, NAMES
from lesion.manifest import Manifest
from lesion.measures.metrics import SENSITIVITY, SPECIFICITY
from lesion.measures.reading import NOTHING, Metrics, estimate, share, show_estimate, show_share, sources
from training.dataset import split
from training.dataset.files import named
from training.evidence import reading
from training.evidence.reading import gap_sentence
from training.options import FOLDER
from training.report.abstention import (
    REFUSAL_COLUMNS,
    SET_COLUMNS,
    refusal_rows,
    refusal_sentences,
    set_rows,
    set_sentences,
)
from training.report.evidence import Evidence
from training.report.explanations import explained
from training.report.facts import SOURCES, easy_sentence, practice_sentence, skin_sentence
from training.report.judged import JUDGED_COLUMNS, judged_rows, judged_sentences
from training.report.plots import PLOTS
from training.report.readme import readme_numbers, with_numbers
from training.report.render import environment, render_report
from training.report.targets import missed_sentence
from training.report.untold import COLUMNS, untold_rows, untold_sentences

CARD = "MODEL_CARD.md"
REPORT = "report"


def render(bundle: Bundle) -> dict[str, str]:
    """Return every generated file of a bundle: its path below the bundle -> its text.

    Raises:
        BundleNotReady: the bundle was never evaluated, or its metrics are of another model or calibration.
        HashMismatch: ``metrics.json`` is not the one that ``evaluate`` wrote.
    """
    evidence = Evidence.of(bundle)
    report = render_report(evidence)
    card = environment().get_template(f"{CARD}.j2").render(_context(bundle, evidence, report))
    return {CARD: card} | {f"{REPORT}/{name}": text for name, text in report.items()}


def stale(bundle: Bundle, texts: Mapping[str, str]) -> list[str]:
    """Return the generated files that are missing, differ from ``texts``, or should not be there."""
    there = {f"{REPORT}/{path.name}" for path in (bundle.path / REPORT).glob("*")}
    wrong = [name for name, text in texts.items() if _read(bundle.path / name) != text]
    return wrong + sorted(there - set(texts))


def write(bundle: Bundle, texts: Mapping[str, str]) -> Bundle:
    """Write the generated files, remove pictures that are no longer drawn, and renew the hashes."""
    (bundle.path / REPORT).mkdir(exist_ok=True)
    for name in stale(bundle, texts):
        if name in texts:
            (bundle.path / name).write_text(texts[name], encoding="utf-8")
        else:
            (bundle.path / name).unlink()
    return save(bundle)


@click.command("card")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@click.option(
    "--readme",
    type=FOLDER,
    default=Path("README.md"),
    show_default=True,
    help="Page whose table of numbers, if it has one, is rewritten for all bundles beside this one.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail when something is stale.")
def card(path: Path, readme: Path, check: bool) -> None:
    """Write the model card, the report, and the README's numbers.

    \b
    Example:
      python -m training card models/mobilenet_v2
    """
    bundle = Bundle.load(path)
    texts = render(bundle)
    page = _read(readme)
    fresh = page and with_numbers(page, readme_numbers(find_bundles(path.resolve().parent)))
    if check:
        wrong = [str(path / name) for name in stale(bundle, texts)] + ([str(readme)] if page != fresh else [])
        if wrong:
            raise click.ClickException(f"Stale: {', '.join(wrong)}. Run `python -m training card {path}`.")
        click.echo(f"{path}: card and report are fresh")
        return
    write(bundle, texts)
    if fresh and page != fresh:
        readme.write_text(fresh, encoding="utf-8")
    click.echo(f"{path / CARD}, {path / REPORT / 'index.html'} and {len(texts) - 2} files beside it")


def _context(bundle: Bundle, evidence: Evidence, report: Mapping[str, str]) -> dict[str, Any]:
    manifest, metrics = evidence.manifest, evidence.metrics
    default = manifest.default_operating_point
    return {
        "manifest": manifest,
        "metrics": metrics,
        "plots": {name: plot for name, plot in PLOTS.items() if name in report},
        "measured_by": ", ".join(
            name.lower() for column, name in reading.COLUMN_NAMES.items() if reading.groups(metrics, column)
        ),
        "anchor": anchor(f"{manifest.name} {manifest.version}"),
        "known": SOURCES,
        "skin": skin_sentence(manifest.training.data, metrics),
        "easy": easy_sentence(evidence),
        "practice": practice_sentence(manifest.training, metrics),
        "varied": ", ".join(f"{name} {value}" for name, value in manifest.training.augmentation.items()),
        "untold": (untold_sentences(evidence), COLUMNS, untold_rows(evidence)),
        "refused": (refusal_sentences(evidence), REFUSAL_COLUMNS, refusal_rows(evidence)),
        "judged": (judged_sentences(evidence), JUDGED_COLUMNS, judged_rows(evidence)),
        "sets": (set_sentences(evidence), SET_COLUMNS, set_rows(evidence)),
        "learned": evidence.history is not None,
        "blended": "blended" in manifest.training.start,
        "chosen": named(_chosen(manifest)),
        "own_split": metrics["split_sha256"] == split.split_sha256(split.DEFAULT),
        "missed": missed_sentence(metrics),
        "left_out": partial(reading.left_out, metrics),
        "parts_of": lambda source: _parts_of(metrics, source),
        "external": _external_testing(metrics),
        "disturbances": reading.disturbances(metrics),
        "explained": explained(metrics),
        "least_sensitivity": SENSITIVITY,
        "least_specificity": SPECIFICITY,
        "disclaimer": DISCLAIMER,
        "names": NAMES,
        "malignant_names": ", ".join(f"`{code}`" for code in manifest.malignant),
        "columns": reading.COLUMN_NAMES,
        "few": reading.FEW,
        "nothing": NOTHING,
        "sources": sources(metrics),
        "files": {name: manifest.files[name] for name in sorted(manifest.files) if not _generated(name)},
        "pct": "{:.1%}".format,
        "number": lambda key: f"{metrics[key]:.3f}" if key in metrics else NOTHING,
        "show_share": show_share,
        "at_default": lambda prefix, name: show_share(
            share(metrics, f"{prefix}operating_point.{default}.{name}")
        ),
        "share": lambda key: show_share(share(metrics, key)),
        "estimate": lambda key: show_estimate(estimate(metrics, key)),
        "groups": partial(reading.groups, metrics),
        "is_few": partial(reading.is_few, metrics),
        "flagged": lambda code: _flagged(bundle, metrics, code),
        "gap": lambda source: gap_sentence(metrics, source, default),
    }


def _chosen(manifest: Manifest) -> list[str]:
    """Return all that the validation part decided."""
    found = {
        "the epoch": True,
        "the share of the weights that the last run began from": "blended" in manifest.training.start,
        "which of the two graphs answers": INT8 in manifest.files,
        "the temperature": True,
        "the thresholds": True,
        "the diagnosis sets": manifest.conformal is not None,
        "the limit beyond which a picture is unlike the data": manifest.distribution is not None,
    }
    return [name for name, so in found.items() if so]


def _parts_of(metrics: Metrics, source: str) -> str:
    """Return which of a source's own parts was measured, for the middle of a sentence; nothing without."""
    part = metrics.get(f"external.{source}.part")
    return f"whose part {part} alone counts here, " if part else ""


def _external_testing(metrics: Metrics) -> str:
    """Return what the checklists are told of testing on other sources."""
    names = sources(metrics)
    if not names:
        return "not done: no other source was measured"
    where = "[Images from elsewhere](#images-from-elsewhere)"
    if all(metrics[f"{prefix}trained_on"] == "yes" for prefix in names.values()):
        return f"in part: other images of these sources, or of related ones, were learned from, {where}"
    return where


def _flagged(bundle: Bundle, metrics: Metrics, code: str) -> str:
    """The share of a diagnosis that the default operating point calls malignant."""
    key = f"subgroup.dx.{code}.operating_point.{bundle.manifest.default_operating_point}"
    caught, passed = share(metrics, f"{key}.sensitivity"), share(metrics, f"{key}.specificity")
    if passed:
        return f"{1 - passed.value:.1%} ({passed.n - passed.k} of {passed.n})"
    return f"{caught.value:.1%} ({caught.k} of {caught.n})" if caught else NOTHING


def anchor(heading: str) -> str:
    """Return the end of an address that leads to a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _generated(name: str) -> bool:
    return name == CARD or name.startswith(f"{REPORT}/")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
