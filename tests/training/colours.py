"""A real bundle of one tiny layer, and photos of plain colours that it can tell apart to a degree.

Photos of malignant lesions tend to be redder and the network weighs red, so that every measure has something
to measure, within seconds and without training.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lesion.bundle import Bundle, save
from lesion.clinical import ClinicalSpec
from lesion.labels import BINARY, DIAGNOSES, is_malignant
from tests.lesion.clinical_bundle import add_clinical_input
from tests.lesion.manifests import manifest
from training.dataset import split
from training.dataset.split import make_split, split_sha256, write_split

SIZE = 32
TYPES = ("histo", "follow_up", "consensus")
SITES = ("back", "face", "lower extremity")


def colour_folder(folder: Path, lesions: int = 280, seed: int = 0) -> Path:
    """Write photos, some lesions with two, and their ``metadata.csv``."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    rows = []
    for number in range(lesions):
        dx = DIAGNOSES[number % len(DIAGNOSES)]
        base = {"lesion_id": f"L{number}", "dx": dx, "dx_type": TYPES[number % 3], "age": 5.0 * (number % 18)}
        base |= {"sex": ("female", "male")[number % 2], "localization": SITES[number % 3]}
        for photo in range(1 + number % 2):
            image_id = f"P{number}-{photo}"
            red = np.clip(rng.normal(150 if is_malignant(dx) else 110, 30), 0, 255)
            green, blue = rng.integers(40, 200, 2)
            Image.new("RGB", (48, 40), (int(red), int(green), int(blue))).save(
                folder / "images" / f"{image_id}.png"
            )
            rows.append({**base, "image_id": image_id})
    table = pd.DataFrame(rows)
    table.loc[table["lesion_id"] == "L3", "age"] = np.nan
    table.to_csv(folder / "metadata.csv", index=False)
    return folder


def colour_split(folder: Path, path: Path) -> Path:
    """Write a split of the folder."""
    from training.dataset.data import read_folder

    write_split(make_split(read_folder(folder)), path, 0)
    return path


def colour_bundle(
    folder: Path,
    split_path: Path = split.DEFAULT,
    classes: tuple[str, ...] = DIAGNOSES,
    clinical: ClinicalSpec | None = None,
) -> Bundle:
    """Write a bundle as ``export`` leaves it: a graph of one 1x1 convolution, not calibrated.

    With ``clinical``, the older a person is, the likelier malignant.
    """
    folder.mkdir(parents=True)
    model = _graph(classes)
    if clinical:
        weights = np.zeros((clinical.size, len(classes)), dtype=np.float32)
        weights[0, [i for i, code in enumerate(classes) if is_malignant(code)]] = 5
        add_clinical_input(model, weights)
    onnx.save(model, folder / "model.onnx")
    plain = manifest(name=folder.name, temperature=1.0, operating_points=(), default_operating_point="")
    changed = msgspec.structs.replace(
        plain,
        task="malignancy" if classes == BINARY else "dx",
        classes=classes,
        clinical=clinical,
        malignant=tuple(code for code in classes if is_malignant(code)),
        training=msgspec.structs.replace(plain.training, split_sha256=split_sha256(split_path)),
        input=msgspec.structs.replace(plain.input, size=SIZE),
    )
    return save(Bundle(folder, changed))


def _graph(classes: tuple[str, ...]) -> onnx.ModelProto:
    rng = np.random.default_rng(1)
    kernel = rng.normal(0, 1.5, (len(classes), 3, 1, 1)).astype(np.float32)
    kernel[:, 0, 0, 0] = [30 if is_malignant(code) else 0 for code in classes]
    bias = np.array([-15 if is_malignant(code) else 0 for code in classes], dtype=np.float32)
    nodes = [
        helper.make_node("Conv", ["image", "kernel", "bias"], ["cam"]),
        helper.make_node("ReduceMean", ["cam", "axes"], ["logits"], keepdims=0),
        helper.make_node("ReduceMean", ["image", "axes"], ["embedding"], keepdims=0),
    ]
    side = [SIZE, SIZE]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "colours",
        [value("image", TensorProto.FLOAT, ["n", 3, *side])],
        [
            value("logits", TensorProto.FLOAT, ["n", len(classes)]),
            value("cam", TensorProto.FLOAT, ["n", len(classes), *side]),
            value("embedding", TensorProto.FLOAT, ["n", 3]),
        ],
        [
            numpy_helper.from_array(kernel, "kernel"),
            numpy_helper.from_array(bias, "bias"),
            numpy_helper.from_array(np.array([2, 3], dtype=np.int64), "axes"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
