"""``model.int8.onnx`` of a bundle, and how far its answers are from those of ``model.onnx``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import msgspec
import numpy as np
import onnx

from lesion.bundle import INT8, MODEL, WEIGHTS, Bundle, save
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import find_operating_point
from lesion.cpus import available_cpus
from lesion.engine import Engine, open_engine
from lesion.quantise.folding import fold_norms
from lesion.quantise.images import batches, known_images
from lesion.quantise.levelling import level, watched
from lesion.quantise.net import Net
from lesion.quantise.placing import plan, scales, write
from lesion.quantise.ranges import Inputs, observe

SEEN, COMPARED = 256, 64
"""Images on which ranges are observed, and further ones on which the two graphs are compared."""
COVERAGE = 1.0
"""Share of the images that the bounds of a tensor hold whole; what lies beyond is cut off."""
LARGEST = 63
"""Greatest size of an integer in a kernel.

Processors without VNNI add two products of a byte in 16 bits. With 127 the sum may not fit and is cut off,
without a word; with 63 it always does, on every processor.
"""
WARM_UP, REPEATS = 2, 12


class Fidelity(NamedTuple):
    """How the int8 graph of a bundle compares with its float one on ``n`` images that it was not fitted to.

    ``mean`` and ``most`` are differences of the probability of malignancy; ``same`` verdicts agree at the
    default operating point, or at 0.5 where there is none. ``float_ms`` and ``int8_ms`` are the median times
    of one image on this machine.
    """

    n: int
    mean: float
    most: float
    same: int
    float_ms: float
    int8_ms: float


def optimise(bundle: Bundle, folder: Path, count: int = SEEN) -> Fidelity:
    """Write the int8 graph of a bundle beside its float one, and compare the two.

    Which of them is served does not change. Where it was the int8 graph and that is another one now, what
    was measured is no longer true, and the bundle is left uncalibrated.

    Args:
        bundle: a bundle that lists what it learned from.
        folder: where images that it learned from or was validated on lie.
        count: images to observe ranges on; :data:`COMPARED` more are compared on.

    Raises:
        DataError: see :func:`lesion.quantise.images.known_images`.
        HashMismatch: a file of the bundle was altered.
    """
    model = bundle.file(MODEL)
    if WEIGHTS in bundle.manifest.files:
        bundle.file(WEIGHTS)
    paths = known_images(bundle, folder, count + COMPARED)
    before = bundle.manifest.files.get(INT8)
    graph = quantised(model, list(batches(bundle, paths[:count])))
    (bundle.path / INT8).write_bytes(graph.SerializeToString())
    saved = save(bundle)
    if saved.manifest.graph == INT8 and saved.manifest.files[INT8] != before:
        blank = msgspec.structs.replace(saved.manifest, operating_points=(), default_operating_point="")
        saved = save(Bundle(bundle.path, blank))
    return compare(saved, list(batches(bundle, paths[count:])))


def quantised(
    model: Path, seen: Sequence[Inputs], coverage: float = COVERAGE, largest: int = LARGEST
) -> onnx.ModelProto:
    """Return the int8 graph of a float one, fitted to batches of inputs; to be saved beside ``model``."""
    net = Net(model)
    fold_norms(net)
    peaks = observe(net, watched(net), seen, "Sizes of channels")
    level(net, {name: found.peaks(coverage) for name, found in peaks.items()})
    chosen = plan(net)
    ranges = observe(net, chosen.tensors, seen, "Ranges of tensors")
    write(net, chosen, scales(net, chosen, ranges, coverage), ranges, largest)
    return net.proto()


def compare(bundle: Bundle, seen: Sequence[Inputs]) -> Fidelity:
    """Compare the two graphs of a bundle on batches of inputs."""
    engines = [open_engine(bundle.serving(name), threads=available_cpus()) for name in (MODEL, INT8)]
    shares = []
    for engine in engines:
        logits = np.concatenate([engine(*batch.values()).logits for batch in seen])
        shares.append(malignancy(probabilities(logits, bundle.manifest.temperature), bundle.manifest))
    points = bundle.manifest.operating_points
    threshold = find_operating_point(bundle.manifest, None).threshold if points else 0.5
    apart = np.abs(shares[0] - shares[1])
    agree = (shares[0] >= threshold) == (shares[1] >= threshold)
    one = {name: values[:1] for name, values in seen[0].items()}
    return Fidelity(
        len(apart), float(apart.mean()), float(apart.max()), int(agree.sum()), *milliseconds(engines, one)
    )


def milliseconds(engines: Sequence[Engine], one: Inputs) -> list[float]:
    """Return the median time of one image by each engine; they take turns, to meet the same machine."""
    times = [[_timed(engine, one) for engine in engines] for _ in range(WARM_UP + REPEATS)]
    return [float(column) for column in np.median(times[WARM_UP:], axis=0)]


def _timed(engine: Engine, one: Inputs) -> float:
    start = perf_counter()
    engine(*one.values())
    return 1000 * (perf_counter() - start)
