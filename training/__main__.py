"""``python -m training``: the lab's commands."""

from __future__ import annotations

import click

from lesion.lazy import LazyGroup

COMMANDS = {
    "download": "training.dataset.download:download",
    "audit": "training.auditing.audit:audit",
    "split": "training.dataset.split:split_command",
    "train": "training.learning.train:train_command",
    "export": "training.bundling.export:export_command",
    "rebuild": "training.bundling.rebuild:rebuild_command",
    "ensemble": "training.bundling.ensemble:ensemble_command",
    "calibrate": "training.evidence.calibrate:calibrate",
    "evaluate": "training.evidence.evaluate:evaluate",
    "compare": "training.comparison.compare:compare",
    "sweep": "training.sweeping.sweep:sweep",
    "publish": "training.sweeping.publish:publish",
    "explain-quality": "training.explaining.explain_quality:explain_quality",
    "card": "training.report.card:card",
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def main() -> None:
    """Train, export, calibrate and measure lesion classifiers.

    \b
    The way of a model:
      audit -> split -> train -> export (-> ensemble) -> calibrate -> evaluate (-> explain-quality) -> card

    \b
    Example, for a folder of one's own with one folder per class:
      python -m training split --data data/mine --to runs/mine.csv
      python -m training train --data data/mine --split runs/mine.csv --run runs/mine
    """


if __name__ == "__main__":
    main(prog_name="python -m training")
