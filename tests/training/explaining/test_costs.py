from __future__ import annotations

import json
from pathlib import Path

import pytest

from lesion.bundle import MODEL, Bundle
from lesion.errors import DataError
from training.explaining.costs import read_costs


def outcome(path: Path, model: str, sha256: str | None) -> Path:
    row = {"precision": "low", "seconds": [2.0, 4.0, 3.0]}
    lime = row | {"method": "lime", "samples": 129, "agreement": [0.6, 0.7, 0.5]}
    occlusion = row | {"method": "occlusion", "samples": 144, "agreement": []}
    cam = row | {"method": "cam", "samples": 1, "agreement": [], "precision": None}
    rows = [lime, occlusion, cam]
    path.write_text(json.dumps({"model": model, "model_sha256": sha256, "rows": rows}))
    return path


def test_medians_of_each_precision_are_taken_over(bundle: Bundle, tmp_path: Path) -> None:
    made = outcome(tmp_path / "b.json", bundle.manifest.name, bundle.digest(MODEL))
    assert read_costs(made, bundle) == {
        "explain.lime.low.samples": 129,
        "explain.lime.low.seconds": 3.0,
        "explain.lime.low.stability": 0.6,
        "explain.occlusion.low.samples": 144,
        "explain.occlusion.low.seconds": 3.0,
        "explain.occlusion.low.stability": 1.0,
    }


def test_what_is_of_another_model_or_no_outcome_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is of another,"):
        read_costs(outcome(tmp_path / "b.json", "another", bundle.digest(MODEL)), bundle)
    with pytest.raises(DataError, match="00000000: run the benchmark"):
        read_costs(outcome(tmp_path / "b.json", bundle.manifest.name, 64 * "0"), bundle)
    for text in ("", "{}", "[1]"):
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(DataError, match="name its JSON file"):
            read_costs(tmp_path / "c.json", bundle)
