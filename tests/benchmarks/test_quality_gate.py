from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.quality_gate import Folder, draw_curves, main, pool, refused
from lesion.drawings import KINDS, drawing
from lesion.quality import CHOSEN, QualityThresholds

pytestmark = pytest.mark.training


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "photos"
    folder.mkdir(parents=True)
    for seed in range(4):
        drawing(KINDS[seed], seed, (320, 240)).save(folder / f"{seed}.jpg")
    return folder


def test_the_curves_are_the_shares_of_the_table(photos: Path) -> None:
    pooled = pool([Folder("photos", sorted(photos.iterdir()))])
    left, _ = draw_curves(pooled).axes
    for line in left.lines[:-1]:
        thresholds, shares = np.array(line.get_xdata()), np.array(line.get_ydata())
        at_default = shares[np.searchsorted(thresholds, CHOSEN.sharpness)]
        alone = QualityThresholds(sharpness=CHOSEN.sharpness, contrast=0)
        assert at_default == pytest.approx(refused(pooled[str(line.get_label())], alone), abs=0.26)
        assert (np.diff(shares) >= 0).all()


def test_the_page_shows_its_picture(photos: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(photos.parent), "--out", str(tmp_path / "gate.md")])
    assert result.exit_code == 0, result.exception
    assert (tmp_path / "gate.svg").read_text().startswith("<svg")
    assert "refused at 8 and 0.12" in (tmp_path / "gate.md").read_text()
