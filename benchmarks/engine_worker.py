"""One engine, timed in a process of its own: ``python benchmarks/engine_worker.py '{"graph": …}'``.

It needs numpy and the engine alone, so that it also runs where nothing of this project is installed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

Call = Callable[[np.ndarray], np.ndarray]
"""Turns a batch of images into their logits."""


def main(case: dict[str, Any]) -> dict[str, Any]:
    """Return what a case costs and computes.

    Of the ``costs``, ``load_s`` is from the call that loads the graph to the first answer, ``ms`` the median
    time of an image in batches of the size asked for, each caller having one at the same time, ``cpu_ms``
    that of all processors together, ``memory_mb`` what the process holds then and ``peak_mb`` the most it
    held. ``logits`` are those of each image in the file ``images``, one at a time, and ``provider`` is what
    the engine really runs on.
    """
    images = np.load(case["images"])
    batch = np.resize(images, (case["batch"], *images.shape[1:]))
    start = time.perf_counter()
    call, provider = OPENERS[case["engine"]](case)
    call(batch)
    costs = {"load_s": time.perf_counter() - start}
    costs["ms"], costs["cpu_ms"] = _milliseconds(call, batch, case["callers"], case["repeats"])
    costs |= {"memory_mb": _status("VmRSS"), "peak_mb": _status("VmHWM")}
    logits = [call(image[None])[0].tolist() for image in images]
    return {"costs": costs, "logits": logits, "provider": provider}


def _milliseconds(call: Call, batch: np.ndarray, callers: int, repeats: int) -> list[float]:
    """Return the medians of the time of an image and of the processors' work on it."""
    times = []
    with ThreadPoolExecutor(callers) as pool:
        spread = pool.map if callers > 1 else map
        for _ in range(repeats + 1):
            start, worked = time.perf_counter(), time.process_time()
            list(spread(call, [batch] * callers))
            times.append((time.perf_counter() - start, time.process_time() - worked))
    medians: list[float] = (1000 * np.median(times[1:], axis=0) / (len(batch) * callers)).tolist()
    return medians


def _onnxruntime(case: dict[str, Any]) -> tuple[Call, str]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, case["level"])
    options.intra_op_num_threads = case["threads"]
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = case["arena"]
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(case["spin"])))
    session = onnxruntime.InferenceSession(case["graph"], options, providers=[case["provider"]])
    # As served: all three are computed.
    names = ["logits", "cam", "embedding"]
    return lambda batch: session.run(names, {"image": batch})[0], session.get_providers()[0]


def _openvino(case: dict[str, Any]) -> tuple[Call, str]:
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": case["threads"], "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    # In bfloat16, which it would choose where the processor has it, other numbers come out.
    settings["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = core.compile_model(core.read_model(case["graph"]), "CPU", settings)
    request, logits = compiled.create_infer_request(), compiled.output("logits")
    return lambda batch: request.infer([batch])[logits], case["provider"]


OPENERS: dict[str, Callable[[dict[str, Any]], tuple[Call, str]]] = {
    "onnxruntime": _onnxruntime,
    "openvino": _openvino,
}


def _status(key: str) -> float:
    """Return what the kernel says of this process's memory, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(f"{key}:")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
