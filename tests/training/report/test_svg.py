from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from training.report.evidence import Evidence
from training.report.plots import PLOTS
from training.report.style import DARK, STYLE
from training.report.svg import SVG, svg_text


@pytest.fixture(params=PLOTS)
def picture(request: pytest.FixtureRequest, files: dict[str, str]) -> str:
    return files[request.param]


def test_every_picture_is_light_titled_and_keeps_a_strict_policy(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    title = root.find(f"{{{SVG}}}title")
    assert title is not None
    assert title.text in {plot.title for plot in PLOTS.values()}
    assert len(re.sub('"data:[^"]*"', "", picture)) < 40_000
    assert "style=" not in picture
    assert "script" not in picture
    assert not re.search(r'(href|src)="(?!#|data:image/png;)', picture)


def test_every_colour_has_a_counterpart_for_a_dark_screen(picture: str) -> None:
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', picture.partition("<style")[0]))
    assert {"#12262a", "#ffffff"} <= used
    # Vermilion and green are far enough from either ground.
    assert used <= set(DARK) | {"#d55e00", "#009e73"}
    assert "prefers-color-scheme: dark" in picture


def test_the_same_numbers_give_the_same_bytes(evidence: Evidence) -> None:
    plot = PLOTS["roc.svg"]
    with mpl.rc_context(STYLE):
        once, again = (svg_text(plot.draw(evidence), plot.title) for _ in range(2))
    assert once == again


def test_words_stay_words_and_numbers_in_them_whole(evidence: Evidence) -> None:
    plot = PLOTS["roc.svg"]
    with mpl.rc_context(STYLE):
        text = svg_text(plot.draw(evidence), plot.title)
    metrics = evidence.metrics
    assert f"AUROC {metrics['auroc']:.3f} ({metrics['auroc_low']:.3f} to {metrics['auroc_high']:.3f})" in text
