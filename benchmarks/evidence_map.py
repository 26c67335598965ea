"""What the class evidence map costs on top of the logits: the same graph with and without that output.

``python -m benchmarks.evidence_map`` prints the median ratio over alternated rounds.
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
    cam = full(image).cam[0]
    ratios, drawing = [], []
    for _ in range(rounds):
        start = perf_counter()
        plain.run(None, {"image": image})
        middle = perf_counter()
        full(image)
        end = perf_counter()
        heatmap_png(malignant_evidence(cam, shares, bundle.manifest, 0.5))
        ratios.append((end - middle) / (middle - start))
        drawing.append((perf_counter() - end) / (middle - start))
    click.echo(f"forward pass with the map / without: {statistics.median(ratios):.3f}")
    click.echo(f"drawing the picture / forward pass without: {statistics.median(drawing):.3f}")


if __name__ == "__main__":
    sys.exit(main())
