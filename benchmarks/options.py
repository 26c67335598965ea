"""Options that several benchmarks have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ["learner_option", "out_option", "photographs_option", "rewrite_option"]

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


def out_option(default: Path | None = None) -> Callable[[Any], Any]:
    """Return the option that says where the report goes; without a default the command finds it by itself."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=default,
        help="Where to write the page; the numbers go beside it as JSON.",
    )
