"""Whether explanations are right: pictures, tables and words of what ``explain-quality`` measured."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.explain import METHODS, PRECISIONS
from lesion.explain.words import sentence
from lesion.measures.reading import NOTHING, Metrics, estimate, show_estimate
from training.report.evidence import Evidence
from training.report.style import BLUE, GREY, INK, VERMILION

COLUMNS = 4
CURVES = {"deletion": VERMILION, "insertion": BLUE}
BASELINES = {"random": (":", "a random map"), "centre": ("--", "the middle of the picture")}
DRAWINGS = "drawings"

FAITH_COLUMNS = [
    "Method",
    "Passes",
    "Deletion: below random",
    "below the middle",
    "Insertion: above random",
    "above the middle",
    "Correlation with the shuffled net's",
]
PLACE_COLUMNS = ["Method", "Positive evidence inside the lesion", "The lesion's share of the picture"]
COSTS = ("samples", "seconds", "stability")
COST_COLUMNS = ["Method", "Precision", "Samples", "Seconds on the clock", "Rank correlation of two runs"]


def measured_methods(metrics: Metrics) -> list[str]:
    """Return the methods whose maps were measured, in the order in which they are offered."""
    return [name for name in METHODS if f"explain.{name}.passes" in metrics]


def draw_curves(evidence: Evidence) -> Figure:
    """Draw for each method the mean probability while pixels go and come, with those of the baselines."""
    methods = measured_methods(evidence.metrics)
    columns = min(COLUMNS, len(methods))
    rows = ceil(len(methods) / columns)
    figure = Figure(figsize=(1.2 + 2.3 * columns, 0.9 + 2.3 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, method in zip(panels, methods, strict=False):
        _curves(axes, evidence, method)
        axes.set_title(METHODS[method].title, fontsize=11)
    panels[0].set(xlim=(0, 1), ylim=(0, panels[0].get_ylim()[1]))
    for axes in panels[len(methods) :]:
        axes.set_visible(False)
    figure.supxlabel("share of the pixels gone, or shown", color=INK, fontsize=11)
    figure.supylabel("mean probability of malignancy", color=INK, fontsize=11)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def draw_examples(evidence: Evidence) -> Figure:
    """Draw this project's drawings, and each method's maps over them, a column each."""
    strips = {DRAWINGS: "drawing"} | {name: METHODS[name].title for name in with_examples(evidence)}
    tiles = {title: _tiles(evidence.examples[name]) for name, title in strips.items()}
    rows = len(next(iter(tiles.values())))
    figure = Figure(figsize=(1.25 * len(tiles), 0.5 + 1.2 * rows), layout="constrained")
    panels = figure.subplots(rows, len(tiles), squeeze=False)
    for column, (title, pictures) in zip(panels.T, tiles.items(), strict=True):
        column[0].set_title(title.replace(" ", "\n"), fontsize=10)
        for axes, picture in zip(column, pictures, strict=True):
            axes.imshow(picture, interpolation="none")
            axes.set_axis_off()
    return figure


def with_examples(evidence: Evidence) -> list[str]:
    """Return the measured methods of which the bundle holds example maps."""
    methods = measured_methods(evidence.metrics)
    return [name for name in methods if name in evidence.examples and DRAWINGS in evidence.examples]


def explained(metrics: Metrics) -> list[str]:
    """Return a sentence on each method on offer; nothing where none was measured."""
    return [sentence(name, metrics) for name in METHODS] if measured_methods(metrics) else []


def sentences(evidence: Evidence) -> list[str]:
    """Return what was done, the rule, and a sentence on each method; nothing where none was measured."""
    metrics = evidence.metrics
    if not measured_methods(metrics):
        return []
    steps, blur = metrics["explain.steps"], metrics["explain.blur"]
    return [
        f"Measured on {metrics['explain.n']} held-out lesions that the model calls malignant at its default "
        f"operating point, one photo each. In {steps} steps the pixels of a photo are replaced by those of "
        f"a copy blurred by {blur:.0%} of its side, in the order of the map (deletion), and the other way "
        "round (insertion): V. Petsiuk et al., BMVC 2018. Areas are those under the curve of the probability "
        "of malignancy.",
        "A method passes if its deletion area is smaller and its insertion area larger than those of a "
        "random map on the same lesions, by intervals that leave out zero, and if its maps correlate by rank "
        "with those of the same net with shuffled weights (J. Adebayo et al., NeurIPS 2018: all layers at "
        f"once, five times anew) by less than {metrics['explain.most_correlated']}, interval included. A "
        "Gaussian hill in the middle of the picture is a harder opponent, since lesions lie there. How much "
        "of the evidence lies inside the lesion is told and decides nothing: a net may go by the skin "
        "around it. Maps of fine grain are at a disadvantage here: with scattered pixels gone, a lesion is "
        "still seen.",
        *_revised(metrics),
        *explained(metrics),
        *_timed(metrics),
    ]


def _revised(metrics: Metrics) -> list[str]:
    """Say of the one method whose ranking followed from a result what that result was."""
    if "explain.guided_gradcam.passes" not in metrics:
        return []
    title = METHODS["guided_gradcam"].title
    return [
        f"How maps of {title} are ranked was changed after a result was seen: with half of what they mark "
        "ranked last, as evidence against, they had failed for mobilenet_v2, by deletion worse than random. "
        "That bundle was measured again on the same lesions, so that this method's numbers for it are no "
        "test on fresh ones."
    ]


def _timed(metrics: Metrics) -> list[str]:
    """Say where the seconds of :func:`cost_rows` passed."""
    machine = metrics.get("explain.machine")
    return [f"What a precision costs was measured on {machine}: medians over pictures."] if machine else []


def faith_rows(evidence: Evidence) -> list[list[str]]:
    """Return for each method whether it passes, its gains over the baselines, and its correlation."""
    measures = [f"{side}_gain.{name}" for side in CURVES for name in BASELINES]
    return [
        [
            METHODS[name].title,
            evidence.metrics[f"explain.{name}.passes"],
            *(_shown(evidence, name, measure) for measure in [*measures, "randomised_correlation"]),
        ]
        for name in measured_methods(evidence.metrics)
    ]


def place_rows(evidence: Evidence) -> list[list[str]]:
    """Return for each method how much of its evidence lies inside the lesion, and the lesion's share."""
    return [
        [
            METHODS[name].title,
            *(_shown(evidence, name, measure) for measure in ("inside_share", "area_share")),
        ]
        for name in measured_methods(evidence.metrics)
    ]


def cost_rows(evidence: Evidence) -> list[list[str]]:
    """Return what each precision of each method costs and how stable it is, where that was measured."""
    metrics = evidence.metrics
    return [
        [METHODS[name].title, precision, *(_number(metrics, f"{key}.{part}") for part in COSTS)]
        for name in METHODS
        for precision in PRECISIONS
        if f"{(key := f'explain.{name}.{precision}')}.seconds" in metrics
    ]


def _curves(axes: Axes, evidence: Evidence, method: str) -> None:
    """Draw deletion and insertion of one method over those of the baselines."""
    for side, colour in CURVES.items():
        for baseline, (line, title) in BASELINES.items():
            values = evidence.series(f"explain.{baseline}.curve.{side}.{{:02}}")
            shares = np.linspace(0, 1, len(values))
            label = f"{side} by {title}"
            axes.plot(shares, values, color=GREY, linestyle=line, linewidth=1, label=label)
        values = evidence.series(f"explain.{method}.curve.{side}.{{:02}}")
        axes.plot(np.linspace(0, 1, len(values)), values, color=colour, linewidth=1.8, label=side)


def _tiles(strip: np.ndarray) -> list[np.ndarray]:
    """Cut a strip [S, N * S, 3] into its N squares."""
    return np.split(strip, strip.shape[1] // strip.shape[0], axis=1)


def _shown(evidence: Evidence, method: str, measure: str) -> str:
    found = show_estimate(estimate(evidence.metrics, f"explain.{method}.{measure}"))
    return found.replace(" ", "\N{NO-BREAK SPACE}")


def _number(metrics: Metrics, key: str) -> str:
    """Return a measure with three digits, but a count with all of its."""
    value = metrics.get(key, NOTHING)
    return f"{value:.3g}" if isinstance(value, float) else str(value)
