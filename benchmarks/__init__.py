"""Measurements: each script writes its report into `docs/benchmarks/`."""
