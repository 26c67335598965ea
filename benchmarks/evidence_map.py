"""What the class evidence map costs on top of the logits: the same graph with and without that output.

``python -m benchmarks.evidence_map`` prints medians over alternated rounds, as shares of the forward pass.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from time import perf_counter

import click
import numpy as np
import onnx
import onnxruntime
from onnx.utils import Extractor

from lesion.bundle import Bundle
from lesion.engine import OnnxEngine
from lesion.evidence import heatmap_png, malignant_evidence


def logits_only(model: Path) -> onnxruntime.InferenceSession:
    """Return a session of the same graph cut down to what the logits need."""
    graph = Extractor(onnx.load(model)).extract_model(["image"], ["logits"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


@click.command()
@click.option("--model", type=click.Path(path_type=Path), default="models/mobilenet_v2", show_default=True)
@click.option("--rounds", default=200, show_default=True)
def main(model: Path, rounds: int) -> None:
    """Time the forward pass with and without the map, and the drawing of its picture, on one thread."""
    bundle = Bundle.load(model)
    size = bundle.manifest.input.size
    image = np.random.default_rng(0).random((1, 3, size, size), dtype=np.float32)
    path = bundle.file("model.onnx")
    plain, full = logits_only(path), OnnxEngine(path, threads=1)
    plain.run(None, {"image": image})
    shares = np.full(len(bundle.manifest.classes), 1 / len(bundle.manifest.classes))
    ratios: dict[str, list[float]] = {
        "its output": [],
        "combining the classes": [],
        "drawing the picture": [],
    }
    for _ in range(rounds):
        times = [perf_counter()]
        plain.run(None, {"image": image})
        times.append(perf_counter())
        cam = full(image).cam[0]
        times.append(perf_counter())
        evidence = malignant_evidence(cam, shares, bundle.manifest, 0.5)
        times.append(perf_counter())
        heatmap_png(evidence)
        times.append(perf_counter())
        without, with_map, combining, drawing = np.diff(times)
        for name, cost in zip(ratios, (with_map - without, combining, drawing), strict=True):
            ratios[name].append(cost / without)
    for name, shares_of_pass in ratios.items():
        click.echo(
            f"{name}: {100 * statistics.median(shares_of_pass):+.1f} % of the forward pass without the map"
        )


if __name__ == "__main__":
    sys.exit(main())
