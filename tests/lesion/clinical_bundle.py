"""The bundled model with age, sex and site added to its logits, for tests of everything that takes them.

Its graph gets the second input that ``export`` gives to a network that learned from them; the weights are
made up, so that the operating points of the copy mean nothing.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from lesion.bundle import Bundle, save
from lesion.clinical import SEXES, SITES, ClinicalSpec
from lesion.manifest import Rates
from lesion.roc import UNTOLD
from tests import golden
from tests.lesion.manifests import proportion

UNTOLD_ROC = {
    f"{UNTOLD}roc.{i:03}.{name}": value
    for i, row in enumerate([(1.0, 0, 0), (0.8, 10, 1), (0.2, 15, 4), (0.01, 20, 20)])
    for name, value in zip(("threshold", "tp", "fp"), row, strict=True)
}

SPEC = ClinicalSpec(age_low=0, age_high=85, sexes=SEXES, sites=SITES)


def clinical_bundle(folder: Path) -> Path:
    """Write the bundle into a new folder and return it."""
    shutil.copytree(golden.MODEL, folder)
    manifest = Bundle.load(folder).manifest
    weights = np.random.default_rng(0).normal(0, 0.3, (SPEC.size, len(manifest.classes))).astype(np.float32)
    weights[0, manifest.malignant_columns] = 2  # the older, the more malignant
    weights[1] = 0
    model = onnx.load(folder / "model.onnx")
    add_clinical_input(model, weights)
    onnx.save(model, folder / "model.onnx")
    untold = Rates(sensitivity=proportion(15, 20), specificity=proportion(16, 20))
    points = tuple(
        msgspec.structs.replace(point, without_clinical=untold) for point in manifest.operating_points
    )
    metrics = json.loads((folder / "metrics.json").read_text()) | UNTOLD_ROC
    (folder / "metrics.json").write_text(json.dumps(metrics))
    changed = msgspec.structs.replace(manifest, name=folder.name, clinical=SPEC, operating_points=points)
    save(Bundle(folder, changed))
    return folder


def add_clinical_input(model: onnx.ModelProto, weights: np.ndarray) -> None:
    """Give a graph the input ``clinical`` [n, K], and add ``clinical @ weights`` [K, C] to its logits."""
    graph = model.graph
    for node in graph.node:
        node.output[:] = ["image_logits" if name == "logits" else name for name in node.output]
    graph.input.append(helper.make_tensor_value_info("clinical", TensorProto.FLOAT, ["n", len(weights)]))
    graph.initializer.append(numpy_helper.from_array(weights, "clinical_weights"))
    graph.node.extend(
        [
            helper.make_node("MatMul", ["clinical", "clinical_weights"], ["clinical_logits"]),
            helper.make_node("Add", ["image_logits", "clinical_logits"], ["logits"]),
        ]
    )
    onnx.checker.check_model(model)
