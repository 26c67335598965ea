"""Measure what the quality gate refuses of real photos, and of the same photos spoilt on purpose.

    python -m benchmarks.quality_gate DATA

walks DATA for folders of JPEG images, measures them, prints a Markdown report and writes it to
docs/benchmarks/quality-gate.md, with its picture beside it. The defaults of
`lesion.quality.CHOSEN` were chosen from that report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from tqdm import tqdm

from lesion.decode import decode
from lesion.preprocess import square
from lesion.quality import CHOSEN, WORKING_SIZE, QualityThresholds, contrast, sharpness
from tools.markdown import table
from training.report.style import BLUE, GREEN, GREY, INK, STYLE, VERMILION
from training.report.svg import svg_text

PUBLISHED = QualityThresholds(sharpness=15.0, contrast=0.15)
SHARPNESS_CANDIDATES = (3.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0)
CONTRAST_CANDIDATES = (0.08, 0.10, 0.12, 0.15, 0.20)
BLURS = (2, 4, 8)
FADES = (0.5, 0.25)
PICTURE_TITLE = "Share of pictures refused over the threshold of each measure"
LINES = ((INK, "-"), (BLUE, "--"), (VERMILION, "-."), (GREEN, ":"))
"""Colour and dashes of the curves, so that none is told by colour alone."""
REPORT = Path(__file__).parents[1] / "docs" / "benchmarks" / "quality-gate.md"

Measures = NDArray[np.float64]  # [images, 2]: sharpness, contrast
Spoiler = Callable[[Image.Image], Image.Image]


def blurred(sigma: int) -> Spoiler:
    """Return a Gaussian blur of `sigma` pixels at the working size."""
    return lambda image: image.filter(ImageFilter.GaussianBlur(sigma))


def faded(share: float) -> Spoiler:
    """Return a reduction of contrast to `share` of what it was, about mid-grey, as by fog on the lens."""
    return lambda image: image.point(lambda value: 127.5 + (value - 127.5) * share)


SPOILERS: dict[str, Spoiler] = {
    "as it is": lambda image: image,
    **{f"blur {sigma} px": blurred(sigma) for sigma in BLURS},
    **{f"contrast to {share:.0%}": faded(share) for share in FADES},
}


class Folder:
    """The measures of one folder, by spoiler one row an image, and the shortest side met."""

    def __init__(self, name: str, paths: Sequence[Path]) -> None:
        rows: dict[str, list[tuple[float, float]]] = {spoiler: [] for spoiler in SPOILERS}
        self.name, self.shortest_side = name, 10**9
        for path in tqdm(paths, desc=name, unit="image"):
            image = decode(path.read_bytes())
            self.shortest_side = min(self.shortest_side, *image.size)
            working = square(image, WORKING_SIZE).convert("L")
            for spoiler, spoil in SPOILERS.items():
                grey = np.asarray(spoil(working))
                rows[spoiler].append((sharpness(grey), contrast(grey)))
        self.measures: dict[str, Measures] = {key: np.array(value) for key, value in rows.items()}

    @property
    def like_uploads(self) -> bool:
        """Whether the images are large enough to be reduced, as an upload is, and not enlarged."""
        return self.shortest_side >= WORKING_SIZE


def refused(measures: Measures, thresholds: QualityThresholds) -> float:
    """Return the share of images that the gate refuses."""
    return float(np.mean((measures[:, 0] < thresholds.sharpness) | (measures[:, 1] < thresholds.contrast)))


def find_folders(data: Path, at_most: int | None) -> Iterator[tuple[str, list[Path]]]:
    """Yield each folder of JPEG images under `data`, with the paths of `at_most` of them, evenly spaced."""
    for folder in sorted({path.parent for path in data.rglob("*.jpg")}):
        paths = sorted(folder.glob("*.jpg"))
        step = math.ceil(len(paths) / at_most) if at_most else 1
        yield folder.relative_to(data).as_posix(), paths[::step]


def distribution_table(folders: Sequence[Folder]) -> str:
    """Return the distribution of both measures, and the share refused, by folder."""
    rows = []
    for folder in folders:
        measures = folder.measures["as it is"]
        sharp, flat = (np.percentile(measures[:, column], [1, 5, 50]) for column in (0, 1))
        rows.append(
            [
                f"`{folder.name}`" + ("" if folder.like_uploads else " (reduced copies)"),
                f"{len(measures):,}",
                " / ".join(f"{value:.1f}" for value in sharp),
                " / ".join(f"{value:.2f}" for value in flat),
                f"{refused(measures, PUBLISHED):.2%}",
                f"{refused(measures, CHOSEN):.2%}",
            ]
        )
    percentiles = "percentiles 1 / 5 / 50"
    header = ["folder", "images", f"sharpness, {percentiles}", f"contrast, {percentiles}"]
    header += [f"refused at {item.sharpness:g} and {item.contrast:g}" for item in (PUBLISHED, CHOSEN)]
    return table(header, rows, numbers=True)


def candidate_table(
    pooled: dict[str, Measures], column: int, candidates: Sequence[float], prefix: str
) -> str:
    """Return the share refused at each candidate threshold of one measure: as it is, and spoilt."""
    spoilers = ["as it is", *(spoiler for spoiler in SPOILERS if spoiler.startswith(prefix))]
    rows = [
        [f"{candidate:g}", *(f"{np.mean(pooled[name][:, column] < candidate):.2%}" for name in spoilers)]
        for candidate in candidates
    ]
    return table(["threshold", *spoilers], rows, numbers=True)


def pool(folders: Sequence[Folder]) -> dict[str, Measures]:
    """Return the measures of all images that are like uploads, by spoiler."""
    uploads = [folder for folder in folders if folder.like_uploads]
    return {key: np.concatenate([folder.measures[key] for folder in uploads]) for key in SPOILERS}


def draw_curves(pooled: dict[str, Measures]) -> Figure:
    """Draw the share refused over the threshold, of pictures as they are and spoilt, for both measures."""
    figure = Figure(figsize=(7.6, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    panels = (
        (left, 0, "blur", np.geomspace(0.5, 200, 200), CHOSEN.sharpness, "threshold of sharpness"),
        (right, 1, "contrast", np.linspace(0, 0.5, 200), CHOSEN.contrast, "threshold of contrast"),
    )
    for axes, column, prefix, thresholds, default, label in panels:
        names = ["as it is", *(name for name in SPOILERS if name.startswith(prefix))]
        for name, (colour, dashes) in zip(names, LINES, strict=False):
            refused_shares = np.searchsorted(np.sort(pooled[name][:, column]), thresholds) / len(pooled[name])
            axes.plot(thresholds, refused_shares, color=colour, linestyle=dashes, label=name)
        axes.axvline(default, color=GREY, linewidth=1, label=f"in use: {default:g}")
        axes.set(xlabel=label, ylim=(-0.01, 1.01))
        axes.legend(loc="lower right", fontsize=8)
    left.set(xscale="log", ylabel="share refused")
    left.xaxis.set_major_formatter("{x:g}")
    return figure


def picture(pooled: dict[str, Measures]) -> str:
    """Return the curves as SVG."""
    with mpl.rc_context(STYLE):
        return svg_text(draw_curves(pooled), PICTURE_TITLE)


def report(folders: Sequence[Folder], command: str) -> str:
    """Return the whole report in Markdown, with the command that made it."""
    pooled = pool(folders)
    return f"""# The quality gate, measured

<!-- Generated by `{command}`; change the script, not this page. -->

Sharpness is the variance of the Laplacian, contrast the share of the 8-bit range between the 1st and 99th
percentile, both of the centred square at {WORKING_SIZE} by {WORKING_SIZE} pixels in grey. The published
thresholds are {PUBLISHED.sharpness:g} and {PUBLISHED.contrast:g}; the defaults here are
{CHOSEN.sharpness:g} and {CHOSEN.contrast:g}.

## Real photos

{distribution_table(folders)}

Reduced copies are smaller than the working size, so they are enlarged before they are measured and look
softer than any upload; they had no part in the choice.

## Over all thresholds

![{PICTURE_TITLE}](quality-gate.svg)

Where the solid line is low and the others are high, a threshold refuses what is spoilt and keeps what is not.
The upright lines are the thresholds in use.

## Candidates for sharpness

Share refused of the {len(pooled["as it is"]):,} images that are like uploads, as they are and after a
Gaussian blur of that standard deviation at the working size:

{candidate_table(pooled, 0, SHARPNESS_CANDIDATES, "blur")}

## Candidates for contrast

The same images, as they are and with their contrast reduced to that share:

{candidate_table(pooled, 1, CONTRAST_CANDIDATES, "contrast")}

## The choice

A refusal costs a person another photo, so the gate is to refuse hardly any real one: at the defaults it
refuses {refused(pooled["as it is"], CHOSEN):.2%} of them, at the published thresholds
{refused(pooled["as it is"], PUBLISHED):.2%}. Of the photos blurred by 2, 4 and 8 pixels it refuses
{", ".join(f"{refused(pooled[f'blur {sigma} px'], CHOSEN):.1%}" for sigma in BLURS)}.

What the gate cannot tell: noise and strong JPEG blocks count as sharpness, so do hairs over a blurred lesion;
and a pale lesion on pale skin is low in contrast however well it was photographed, which is why the threshold
of contrast is below the published one.
"""


@click.command(help=__doc__)
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=REPORT, show_default=True)
@click.option(
    "--at-most", type=click.IntRange(1), help="Measure only so many images of a folder, evenly spaced."
)
def main(data: Path, out: Path, at_most: int | None) -> None:
    command = "python -m benchmarks.quality_gate DATA" + (f" --at-most {at_most}" if at_most else "")
    folders = [Folder(name, paths) for name, paths in find_folders(data, at_most)]
    text = report(folders, command)
    out.write_text(text, encoding="utf-8")
    out.with_suffix(".svg").write_text(picture(pool(folders)), encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
