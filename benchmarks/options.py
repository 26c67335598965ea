"""Options that several benchmarks have."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["learner_option", "photographs_option", "rewrite_option"]

rewrite_option = click.option(
    "--rewrite", is_flag=True, help="Measure nothing: write the page anew from its numbers."
)
learner_option = click.option(
    "--model",
    type=click.Path(path_type=Path),
    default="models/mobilenet_v2",
    show_default=True,
    help="Bundle with model.pkl and model.onnx.",
)
photographs_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="HAM10000's folder; its held-out photographs are explained  [default: drawings].",
)
