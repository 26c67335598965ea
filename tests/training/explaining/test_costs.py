from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from lesion.bundle import INT8, MODEL, Bundle
from lesion.errors import DataError
from training.explaining.costs import read_costs


def outcome(path: Path, model: str, sha256: str | None) -> Path:
    row = {"precision": "low", "seconds": [2.0, 4.0, 3.0]}
    lime = row | {"method": "lime", "samples": 129, "agreement": [0.6, 0.7, 0.5]}
    occlusion = row | {"method": "occlusion", "samples": 144, "agreement": []}
    cam = row | {"method": "cam", "samples": 1, "agreement": [], "precision": None}
    rows = [lime, occlusion, cam]
    about = {"model": model, "model_sha256": sha256, "machine": "2 cores"}
    path.write_text(json.dumps(about | {"rows": rows}))
    return path


def test_medians_of_each_precision_are_taken_over(bundle: Bundle, tmp_path: Path) -> None:
    made = outcome(tmp_path / "b.json", bundle.manifest.name, bundle.digest(MODEL))
    assert read_costs(made, bundle) == {
        "explain.machine": "2 cores",
        "explain.lime.low.samples": 129,
        "explain.lime.low.seconds": 3.0,
        "explain.lime.low.stability": 0.6,
        "explain.occlusion.low.samples": 144,
        "explain.occlusion.low.seconds": 3.0,
        "explain.occlusion.low.stability": 1.0,
    }


def test_what_was_measured_is_the_graph_that_answers(bundle: Bundle, tmp_path: Path) -> None:
    graphs = {MODEL: 64 * "a", INT8: 64 * "b"}
    manifest = msgspec.structs.replace(bundle.manifest, files=bundle.manifest.files | graphs)
    both = Bundle(bundle.path, manifest)
    measured = outcome(tmp_path / "b.json", manifest.name, graphs[INT8])
    assert "explain.lime.low.seconds" in read_costs(measured, both.serving(INT8))
    with pytest.raises(DataError, match="bbbbbbbb: run the benchmark"):
        read_costs(measured, both.serving(MODEL))


def test_what_is_of_another_model_or_no_outcome_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is of another,"):
        read_costs(outcome(tmp_path / "b.json", "another", bundle.digest(MODEL)), bundle)
    with pytest.raises(DataError, match="00000000: run the benchmark"):
        read_costs(outcome(tmp_path / "b.json", bundle.manifest.name, 64 * "0"), bundle)
    for text in ("", "{}", "[1]"):
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(DataError, match="name its JSON file"):
            read_costs(tmp_path / "c.json", bundle)
