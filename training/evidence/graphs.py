"""A bundle's two graphs, in float and in int8: which of them is to answer, and how far they are apart."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.bundle import INT8, MODEL, Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import find_operating_point
from lesion.cpus import available_cpus
from lesion.engine import open_engine
from lesion.errors import DataError
from lesion.measures import bootstrap, metrics
from lesion.measures.blocks import Flat, estimate, prefixed
from lesion.measures.metrics import Bools, Floats
from lesion.quantise.images import batches
from lesion.quantise.optimising import milliseconds
from training.evidence.fitting import fit_temperature
from training.evidence.predict import Answers, ask, malignant_labels

Wanted = Literal["auto", "float", "int8"]
FILES: dict[Wanted, str] = {"float": MODEL, "int8": INT8}
LARGEST_FALL = 0.003
"""By so much AUROC may fall on held-out lesions where int8 answers."""
LARGEST_RISE = 0.01
"""By so much the expected calibration error may rise, each graph at its own best temperature."""


class Graph(NamedTuple):
    """A graph on validation lesions: its answers, AUROC, ECE and the milliseconds of one image here."""

    answers: Answers
    auroc: float
    ece: float
    milliseconds: float


class Choice(NamedTuple):
    """The graph to serve, its answers on the validation lesions, and why, in lines to print."""

    graph: str
    answers: Answers
    lines: list[str]


def choose_graph(bundle: Bundle, frame: pd.DataFrame, wanted: Wanted) -> Choice:
    """Choose which graph of a bundle is to answer, on validation lesions.

    ``auto`` takes the int8 graph, where there is one, if it ranks at most :data:`LARGEST_FALL` worse, its
    probabilities are at most :data:`LARGEST_RISE` further from the truth, and it is faster on this machine.

    Raises:
        DataError: ``int8`` is wanted, and the bundle has none.
    """
    if wanted != "auto" or INT8 not in bundle.manifest.files:
        graph = FILES.get(wanted, MODEL)
        if graph == INT8 and INT8 not in bundle.manifest.files:
            raise DataError(f"{bundle.path} has no {INT8}: run `lesion models optimise` on it first.")
        return Choice(graph, ask(bundle.serving(graph), frame, "Validation part"), [])
    first, second = _milliseconds(bundle, frame)
    whole, small = _measured(bundle, MODEL, frame, first), _measured(bundle, INT8, frame, second)
    graph = INT8 if is_as_good(whole, small) else MODEL
    lines = [
        f"{name}: AUROC {found.auroc:.4f}, ECE {found.ece:.4f}, {found.milliseconds:.1f} ms an image"
        for name, found in ((MODEL, whole), (INT8, small))
    ]
    return Choice(graph, (small if graph == INT8 else whole).answers, [*lines, f"{graph} is to answer"])


def evaluate_graphs(bundle: Bundle, frame: pd.DataFrame, logits: NDArray[np.floating]) -> Flat:
    """Return how the two graphs of a bundle compare on lesions that it has not seen: ``graphs.…``.

    ``auroc_fall`` is what ranking loses by int8, with the interval of the paired bootstrap; ``difference``
    and ``difference_most`` how far the probabilities are apart, on average and at most; ``same_verdict_k`` of
    ``same_verdict_n`` lesions get the same verdict at the default operating point. Both graphs are taken at
    the temperature of the one that is served, whose ``logits`` of ``frame`` are given. Nothing for a bundle
    with one graph.
    """
    manifest = bundle.manifest
    if INT8 not in manifest.files:
        return {}
    other = MODEL if manifest.graph == INT8 else INT8
    shares = {
        manifest.graph: _malignancy(bundle, logits),
        other: _malignancy(bundle, ask(bundle.serving(other), frame, other).logits),
    }
    malignant, point = malignant_labels(frame), find_operating_point(manifest, None)
    apart = np.abs(shares[MODEL] - shares[INT8])
    same = (shares[MODEL] >= point.threshold) == (shares[INT8] >= point.threshold)
    found: Flat = {"served": manifest.graph, "difference": float(apart.mean())}
    found |= {"difference_most": float(apart.max())}
    found |= {"same_verdict_k": int(same.sum()), "same_verdict_n": len(same)}
    for name, graph in (("float", MODEL), ("int8", INT8)):
        found |= {f"{name}.auroc": bootstrap.ranking(malignant, shares[graph])[0].value}
        found |= {f"{name}.ece": metrics.ece(malignant, shares[graph])}
    fall = bootstrap.auroc_difference(malignant, shares[MODEL], shares[INT8])
    return prefixed("graphs", found | estimate("auroc_fall", fall))


def is_as_good(whole: Graph, small: Graph) -> bool:
    """Whether the int8 graph, ``small``, may answer in place of the float one."""
    return (
        whole.auroc - small.auroc <= LARGEST_FALL
        and small.ece - whole.ece <= LARGEST_RISE
        and small.milliseconds < whole.milliseconds
    )


def _measured(bundle: Bundle, graph: str, frame: pd.DataFrame, time: float) -> Graph:
    answers = ask(bundle.serving(graph), frame, f"Validation part by {graph}")
    malignant, columns = malignant_labels(frame), bundle.manifest.malignant_columns
    best = fit_temperature(answers.logits, malignant, columns)
    shares = malignancy(probabilities(answers.logits, best), bundle.manifest)
    return Graph(answers, _auroc(malignant, shares), metrics.ece(malignant, shares), time)


def _milliseconds(bundle: Bundle, frame: pd.DataFrame) -> list[float]:
    """Return the time of one image by each of the two graphs."""
    engines = [open_engine(bundle.serving(name), threads=available_cpus()) for name in (MODEL, INT8)]
    return milliseconds(engines, next(batches(bundle, [Path(frame["path"].iloc[0])])))


def _auroc(malignant: Bools, shares: Floats) -> float:
    return bootstrap.ranking(malignant, shares)[0].value


def _malignancy(bundle: Bundle, logits: NDArray[np.floating]) -> Floats:
    return malignancy(probabilities(logits, bundle.manifest.temperature), bundle.manifest)
