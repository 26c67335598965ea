"""``python -m training publish``: the reports of sweeps among the documentation."""

from __future__ import annotations

from pathlib import Path

import click

from training.options import FOLDER
from training.sweeping.record import RECORD, read_record
from training.sweeping.report import sweep_files


@click.command("publish")
@click.argument("runs", type=FOLDER, nargs=-1, required=True)
@click.option("--to", type=FOLDER, default="docs", show_default=True, help="Folder of the documentation.")
def publish(runs: tuple[Path, ...], to: Path) -> None:
    """Write what the sweeps in RUNS found into the documentation, each named after its folder.

    That is a page, its numbers as JSON and its pictures; a picture that is no longer drawn goes. Then
    `make docs` writes the links to the pages, and the numbers of sources left out into the README.

    \b
    Example:
      python -m training publish runs/ablations runs/distillation runs/left-out
    """
    records = {folder.resolve().name: read_record(folder / RECORD) for folder in runs}
    for name, record in records.items():
        for picture in to.glob(f"{name}-*.svg"):
            picture.unlink()
        for file, text in sweep_files(record, name).items():
            (to / file).write_text(text)
        click.echo(f"{to / name}.md")
    click.echo("Next: `make docs`.")
