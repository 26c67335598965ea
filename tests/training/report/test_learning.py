"""Learning curves of one epoch, of one run, and of several runs of which each began from the one before."""

from __future__ import annotations

import msgspec
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from training.report.evidence import Evidence
from training.report.learning import draw_history, run_sentences, stages


def history(phases: list[str]) -> pd.DataFrame:
    n = len(phases)
    falling = np.linspace(1, 0.5, n)
    return pd.DataFrame(
        {"phase": phases, "train_loss": falling, "valid_loss": falling + 0.1, "auroc": 1 - falling / 4}
    )


def chain() -> pd.DataFrame:
    rows = history(["head", "all", "all", "all", "all", "all"])
    rows["auroc"] = [0.5, 0.7, 0.6, 0.8, 0.7, 0.9]
    return rows.assign(stage=[1, 1, 1, 2, 2, 3], size=[96, 96, 96, 144, 144, 224])


def curves(axes: Axes) -> list[list[float]]:
    """The epochs of each curve; lines without markers are rules."""
    return [np.asarray(line.get_xdata()).tolist() for line in axes.lines if line.get_marker() == "o"]


def rules(axes: Axes, style: str) -> list[float]:
    lines = [line for line in axes.lines if line.get_marker() != "o" and line.get_linestyle() == style]
    return [float(np.asarray(line.get_xdata())[0]) for line in lines]


@pytest.mark.parametrize("epochs", [1, 3])
def test_every_epoch_is_seen_even_a_single_one(epochs: int) -> None:
    losses, auroc = draw_history(history(["all"] * epochs)).axes
    every = list(range(1, epochs + 1))
    assert curves(losses) == [every, every]
    assert curves(auroc) == [every]
    assert not losses.texts


def test_epochs_in_which_a_part_of_the_network_waited_are_shaded() -> None:
    figure = draw_history(history(["head", "last-2", "last-3", "all", "all"]))
    for axes in figure.axes:
        [shade] = axes.patches
        assert isinstance(shade, Rectangle)
        assert (shade.get_x(), shade.get_width()) == (0.5, 3)
    assert not draw_history(history(["all"])).axes[0].patches


def test_runs_are_set_apart_with_their_size_and_the_epoch_that_each_kept() -> None:
    losses, auroc = draw_history(chain()).axes
    assert curves(auroc) == [[1, 2, 3], [4, 5], [6]]
    assert [text.get_text() for text in losses.texts] == ["96 px", "144 px", "224 px"]
    for axes in (losses, auroc):
        assert rules(axes, "-") == [3.5, 5.5]
        assert rules(axes, ":") == [2, 4, 6]
    legend = losses.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["training", "validation"]
    assert [line.get_color() for line in losses.lines[:2]] == [
        line.get_color() for line in legend.get_lines()
    ]


def test_a_run_that_diverged_is_drawn_too() -> None:
    rows = history(["all", "all"]).assign(auroc=float("nan"))
    assert rules(draw_history(rows).axes[1], ":") == [1]


def test_what_the_curves_are_of_is_told(evidence: Evidence) -> None:
    def said(start: str, rows: pd.DataFrame | None) -> list[str]:
        training = msgspec.structs.replace(evidence.manifest.training, start=start)
        manifest = msgspec.structs.replace(evidence.manifest, training=training)
        return run_sentences(Evidence(manifest, evidence.metrics, rows))

    whole = "none, then a run at 96 pixels, then a run at 144 pixels"
    [sentence] = said(whole, chain())
    assert sentence == (
        "These are 6 epochs in 3 runs, each begun from the weights that the one before kept: 3 at 96 pixels, "
        "2 at 144 pixels and 1 at 224 pixels."
    )
    [first, second] = said(whole + ", then a run at 192 pixels", chain())
    assert first == sentence
    assert second.startswith("These are the epochs of the last runs alone. Their weights go back to: none")
    assert said("imagenet", chain().query("stage == 1")) == []
    assert said(whole, None) == []


def test_a_history_of_one_run_is_one_stage() -> None:
    assert len(stages(history(["all"]))) == 1
    assert [len(own) for own in stages(chain())] == [3, 2, 1]
