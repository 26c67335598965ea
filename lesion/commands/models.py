"""``lesion models``: which bundles there are, what they are, and whether they are whole."""

from __future__ import annotations

from pathlib import Path

import click

from lesion.bundle import INT8, MODEL, Bundle
from lesion.errors import BundleError, MissingDependency
from lesion.manifest import Manifest, OperatingPoint, Proportion, Rates, write_manifest
from lesion.registry import DEFAULT_MODEL, model_names, model_path, models_dir

__all__ = ["models"]


@click.group(short_help="List, show, verify and optimise models.")
def models() -> None:
    """List the models, show one, check its files, or make its int8 form.

    \b
    Examples:
      lesion models list
      lesion models show mobilenet_v2
      lesion models verify
      lesion models optimise mobilenet_v2 --images photos
    """


@models.command("list")
def list_command() -> None:
    """List the models that come with the program.

    \b
    Example:
      lesion models list
    """
    names = model_names(models_dir())
    if not names:
        raise click.ClickException(f"There is no model in {models_dir()}: put a bundle there.")
    rows = [("name", "version", "architecture", "task", "pixels", "state"), *map(_listed, names)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@models.command()
@click.argument("name", default=DEFAULT_MODEL)
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as it is.")
def show(name: str, as_json: bool) -> None:
    """Show what a model is and what was measured of it. NAME may be the folder of a bundle.

    \b
    Example:
      lesion models show mobilenet_v2
    """
    bundle = Bundle.load(model_path(name, models_dir()))
    manifest = bundle.manifest
    if as_json:
        click.echo(write_manifest(manifest), nl=False)
        return
    for label, value in _facts(manifest).items():
        click.echo(f"{label:<14}{value}")
    metrics = bundle.metrics() if manifest.evaluated else {}
    if "auroc" in metrics:
        low, high, n = (metrics.get(key) for key in ("auroc_low", "auroc_high", "n_lesions"))
        click.echo(f"{'AUROC':<14}{metrics['auroc']:.3f} ({low:.3f} to {high:.3f}), {n} held-out lesions")
    for point in manifest.operating_points:
        click.echo(_point(point, default=point.name == manifest.default_operating_point))
        if point.without_clinical:
            click.echo(f"{'':<14}without age, sex and site: {_rates(point.without_clinical)}")
    if not manifest.operating_points:
        click.echo("No operating points: calibrate and evaluate the bundle before it can judge anything.")


@models.command()
@click.argument("name", required=False)
def verify(name: str | None) -> None:
    """Compare every file of a model, or of all models, with its hash; the status is 1 if one differs.

    \b
    Example:
      lesion models verify mobilenet_v2
    """
    root = models_dir()
    folders = {name: model_path(name, root)} if name else {each: root / each for each in model_names(root)}
    if not folders:
        raise click.ClickException(f"There is no model in {root}: put a bundle there.")
    failed = 0
    for label, folder in folders.items():
        problems = _problems(folder)
        failed += bool(problems)
        for problem in problems:
            click.echo(f"{label}: {problem}", err=True)
        if not problems:
            click.echo(f"{label}: {len(Bundle.load(folder).manifest.files)} files are as they should be.")
    if failed:
        raise click.exceptions.Exit(1)


@models.command()
@click.argument("name", default=DEFAULT_MODEL)
@click.option(
    "--images",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of photos, of which those that the model learned from or was validated on are used.",
)
@click.option(
    "--count",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Photos on which the ranges of values are observed; 64 more show how far the answers differ.",
)
def optimise(name: str, folder: Path, count: int) -> None:
    """Write model.int8.onnx: the network in integers, smaller in memory and often faster.

    Needs the packages of training. Which form answers does not change by it: `python -m training calibrate`
    measures both on validation lesions, and takes this one where it ranks as well and is faster. NAME may
    be the folder of a bundle.

    \b
    Example:
      lesion models optimise mobilenet_v2 --images ../shared/data/ham10000/images-224
    """
    bundle = Bundle.load(model_path(name, models_dir()))
    try:
        from lesion.quantise.optimising import optimise as write_int8
    except ImportError as error:
        raise MissingDependency(
            f"Optimising needs {error.name}: install the packages of training, requirements.txt."
        ) from error
    found = write_int8(bundle, folder, count)
    click.echo(f"{bundle.path / INT8}: {(bundle.path / INT8).stat().st_size / 1e6:.1f} MB")
    click.echo(f"one image: {found.int8_ms:.1f} ms, by {MODEL} {found.float_ms:.1f} ms")
    click.echo(
        f"probabilities differ by {found.mean:.4f} on average and {found.most:.4f} at most, and "
        f"{found.same} of {found.n} verdicts are the same"
    )
    click.echo("Next: `python -m training calibrate`.")


def _listed(name: str) -> tuple[str, ...]:
    try:
        manifest = Bundle.load(models_dir() / name).manifest
    except BundleError as error:
        return (name, "-", "-", "-", "-", f"unusable: {error}")
    state = "ready" if manifest.evaluated else "not evaluated yet"
    if name == DEFAULT_MODEL:
        state += ", default"
    return (name, manifest.version, manifest.architecture, manifest.task, str(manifest.input.size), state)


def _facts(manifest: Manifest) -> dict[str, str]:
    learned = manifest.training
    return {
        "name": f"{manifest.name} {manifest.version}, made {manifest.created}",
        "architecture": f"{manifest.architecture}, {manifest.input.size} x {manifest.input.size} pixels",
        "answers by": manifest.graph,
        "takes": "image, age, sex and site" if manifest.clinical else "image",
        **_members(manifest),
        "classes": f"{', '.join(manifest.classes)} (malignant: {', '.join(manifest.malignant)})",
        "trained on": f"{', '.join(learned.data)}: {learned.n_images} images of {learned.n_lesions} lesions",
        "started from": learned.start,
        "licence": manifest.licence,
    }


def _members(manifest: Manifest) -> dict[str, str]:
    if manifest.ensemble is None:
        return {}
    joined = manifest.ensemble
    members = [f"{member.name} {member.version} ({member.weight:.0%})" for member in joined.members]
    return {"members": f"{', '.join(members)}; views of the image: {joined.views}"}


def _point(point: OperatingPoint, default: bool) -> str:
    told = f"threshold {point.threshold:.3f}, {_rates(point)}"
    return f"{point.name:<14}{told}{' (default)' if default else ''}"


def _rates(found: OperatingPoint | Rates) -> str:
    return f"sensitivity {_share(found.sensitivity)}, specificity {_share(found.specificity)}"


def _share(share: Proportion | None) -> str:
    if share is None:
        return "not measured"
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%}; {share.k} of {share.n})"


def _problems(folder: Path) -> list[str]:
    try:
        return Bundle.load(folder).verify()
    except BundleError as error:
        return [str(error)]
