"""A small DenseNet of two layers, with channels of very unlike size, as a graph and as a bundle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from msgspec.structs import replace
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lesion.bundle import MODEL, Bundle, save
from lesion.trained_ids import TRAINED_IDS, hashed
from tests.lesion.manifests import manifest

SIZE, CLASSES = 32, 7
WIDTHS = {"norm0": 8, "first1": 8, "second1": 8, "first2": 12, "second2": 8, "last": 16}
OUTPUTS = {"logits": 2, "cam": 4, "embedding": 2}
Arrays = dict[str, NDArray[np.float32]]


def dense_net(path: Path, half: bool = False, turned: bool = True, faint: float = 1) -> Path:
    """Write the graph; with ``half`` its kernels lie in a file beside it, in half precision.

    Where it is ``turned``, normalisation turns some channels over, so that what was positive is negative. One
    kernel is multiplied by ``faint``.
    """
    arrays = _arrays(np.random.default_rng(0))
    arrays = {
        name: values if turned or not name.endswith("gamma") else np.abs(values)
        for name, values in arrays.items()
    }
    arrays["grow2"] *= np.float32(faint)
    nodes = [
        _node("Conv", ["image", "stem", "stem bias"], "stemmed", pads=[1, 1, 1, 1]),
        _node("BatchNormalization", ["stemmed", *_norm("norm0")], "normed0"),
        _node("Relu", ["normed0"], "rectified0"),
        _node("MaxPool", ["rectified0"], "pooled", kernel_shape=[2, 2], strides=[2, 2]),
        *_layer(1, "pooled"),
        _node("Concat", ["pooled", "made1"], "joined1", axis=1),
        *_layer(2, "joined1"),
        _node("Concat", ["pooled", "made1", "made2"], "joined2", axis=1),
        _node("BatchNormalization", ["joined2", *_norm("last")], "last_normed"),
        _node("Relu", ["last_normed"], "features"),
        _node("Conv", ["features", "head"], "cam"),
        _node("ReduceMean", ["features", "axes"], "embedding", keepdims=0),
        _node("ReduceMean", ["cam", "axes"], "logits", keepdims=0),
    ]
    tensors = [numpy_helper.from_array(values, name) for name, values in arrays.items()]
    if half:
        casts = _outside(tensors, path.with_name("weights.safetensors"))
        nodes = [*casts, *nodes]
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("image", floats, ["n", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info(name, floats, [None] * rank) for name, rank in OUTPUTS.items()],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


def pictures(n: int = 24) -> NDArray[np.float32]:
    """Return smooth noise [n, 3, S, S] in 0..1."""
    rng = np.random.default_rng(3)
    coarse = rng.random((n, 3, SIZE // 4, SIZE // 4), dtype=np.float32)
    return np.ascontiguousarray(coarse.repeat(4, axis=2).repeat(4, axis=3))


def _arrays(rng: np.random.Generator) -> Arrays:
    kernels = {
        "stem": (8, 3, 3, 3),
        **{"reduce1": (8, 8, 1, 1), "grow1": (4, 8, 3, 3), "reduce2": (8, 12, 1, 1), "grow2": (4, 8, 3, 3)},
        "head": (CLASSES, 16, 1, 1),
    }
    arrays = {
        name: rng.normal(0, np.prod(shape[1:]) ** -0.5, shape).astype(np.float32)
        for name, shape in kernels.items()
    }
    arrays["stem bias"] = rng.normal(0, 1, 8).astype(np.float32)
    for name, width in {
        "norm0": 8,
        "first1": 8,
        "second1": 8,
        "first2": 12,
        "second2": 8,
        "last": 16,
    }.items():
        # Some channels a hundred times as large as others, some turned over.
        arrays[f"{name}/gamma"] = rng.choice([-1, 1], width) * 10 ** rng.uniform(-1, 1, width)
        arrays[f"{name}/beta"] = rng.normal(0, 0.5, width)
        arrays[f"{name}/mean"] = rng.normal(0, 0.3, width)
        arrays[f"{name}/variance"] = 10 ** rng.uniform(-1, 1, width)
    arrays = {name: values.astype(np.float32) for name, values in arrays.items()}
    return arrays | {"axes": np.array([2, 3], np.int64)}  # type: ignore[dict-item]


def _layer(number: int, given: str) -> list[onnx.NodeProto]:
    first, second = f"first{number}", f"second{number}"
    return [
        _node("BatchNormalization", [given, *_norm(first)], f"{first}_normed"),
        _node("Relu", [f"{first}_normed"], f"{first}_rectified"),
        _node("Conv", [f"{first}_rectified", f"reduce{number}"], f"reduced{number}"),
        _node("BatchNormalization", [f"reduced{number}", *_norm(second)], f"{second}_normed"),
        _node("Relu", [f"{second}_normed"], f"{second}_rectified"),
        _node("Conv", [f"{second}_rectified", f"grow{number}"], f"made{number}", pads=[1, 1, 1, 1]),
    ]


def _norm(name: str) -> list[str]:
    return [f"{name}/{part}" for part in ("gamma", "beta", "mean", "variance")]


def _node(kind: str, inputs: list[str], output: str, **attributes: object) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], **attributes)


def _outside(tensors: list[onnx.TensorProto], path: Path) -> list[onnx.NodeProto]:
    """Move the kernels to a file, in half precision but the head; return the nodes that cast them back."""
    casts, data = [], b""
    for tensor in tensors:
        values = numpy_helper.to_array(tensor)
        if values.ndim < 4:
            continue
        name, in_half = tensor.name, tensor.name != "head"
        small = values.astype(np.float16 if in_half else np.float32).tobytes()
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in {"location": path.name, "offset": len(data), "length": len(small)}.items():
            tensor.external_data.add(key=key, value=str(value))
        if in_half:
            tensor.name, tensor.data_type = f"{name}.half", TensorProto.FLOAT16
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        data += small
    path.write_bytes(data)
    return casts


def dense_bundle(folder: Path, known: int = 0, half: bool = False) -> Bundle:
    """Write a bundle of the graph that learned from ``known`` images, P0 and so on, and was calibrated."""
    folder.mkdir(parents=True)
    dense_net(folder / MODEL, half)
    (folder / TRAINED_IDS).write_text("".join(f"{hashed(f'P{number}')}\n" for number in range(known)))
    plain = manifest(name=folder.name)
    return save(Bundle(folder, replace(plain, input=replace(plain.input, size=SIZE))))


def photos(folder: Path, count: int) -> Path:
    """Write images P0, P1 and so on of smooth noise."""
    folder.mkdir(parents=True)
    for number, pixels in enumerate(pictures(count)):
        whole = (pixels.transpose(1, 2, 0) * 255).astype(np.uint8)
        Image.fromarray(whole).resize((80, 64)).save(folder / f"P{number}.png")
    return folder
