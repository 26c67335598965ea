"""One engine, timed in a process of its own: ``python benchmarks/engine_worker.py '{"graph": …}'``.

It needs numpy and the engine alone, so that it also runs where nothing of this project is installed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Call = Callable[[np.ndarray], Any]


def main(case: dict[str, Any]) -> dict[str, float]:
    """Return what a case costs.

    ``load_s`` from the call that loads the graph to the first answer, ``ms`` the median time of an image in
    batches of the size asked for and ``cpu_ms`` that of all processors together, ``memory_mb`` what the
    process holds then and ``peak_mb`` the most it held.
    """
    batch = np.random.default_rng(0).random((case["batch"], 3, case["size"], case["size"]), dtype=np.float32)
    start = time.perf_counter()
    call = OPENERS[case["engine"]](case)
    call(batch)
    found = {"load_s": time.perf_counter() - start}
    times = []
    for _ in range(case["repeats"] + 1):
        start, worked = time.perf_counter(), time.process_time()
        call(batch)
        times.append((time.perf_counter() - start, time.process_time() - worked))
    found["ms"], found["cpu_ms"] = (1000 * np.median(times[1:], axis=0) / len(batch)).tolist()
    return found | {"memory_mb": _status("VmRSS"), "peak_mb": _status("VmHWM")}


def _onnxruntime(case: dict[str, Any]) -> Call:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, case["level"])
    options.intra_op_num_threads = case["threads"]
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = case["arena"]
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(case["spin"])))
    session = onnxruntime.InferenceSession(case["graph"], options, providers=[case["provider"]])
    return lambda batch: session.run(["logits", "cam", "embedding"], {"image": batch})


def _openvino(case: dict[str, Any]) -> Call:
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": case["threads"], "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    # In bfloat16, which it would choose where the processor has it, other numbers come out.
    settings["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = core.compile_model(core.read_model(case["graph"]), "CPU", settings)
    request = compiled.create_infer_request()
    return lambda batch: request.infer([batch])


OPENERS: dict[str, Callable[[dict[str, Any]], Call]] = {"onnxruntime": _onnxruntime, "openvino": _openvino}


def _status(key: str) -> float:
    """Return what the kernel says of this process's memory, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(f"{key}:")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
