"""Options that several of the lab's commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from training.dataset.split import DEFAULT

FOLDER: Any = click.Path(path_type=Path)
"""Parameter type of files and folders, handed on as :class:`pathlib.Path`."""

data_option = click.option("--data", "folder", type=FOLDER, required=True, help="Data folder, or CSV file.")
split_option = click.option(
    "--split", "split_path", type=FOLDER, default=DEFAULT, help="Split file.  [default: the committed one]"
)
extra_option = click.option(
    "--extra", type=FOLDER, multiple=True, help="Further data folder to learn from; may be repeated."
)
exclude_option = click.option(
    "--exclude", type=FOLDER, multiple=True, help="Folder of images to leave out; may be repeated."
)
cache_option = click.option(
    "--cache", type=FOLDER, default=".cache", show_default=True, help="Folder of reduced copies."
)
