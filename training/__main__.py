"""``python -m training``: the lab's commands. Each is imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from lesion.errors import LesionError

COMMANDS = {
    "download": "training.download:download",
    "split": "training.split:split_command",
    "train": "training.train:train_command",
    "export": "training.export:export_command",
    "calibrate": "training.calibrate:calibrate",
    "evaluate": "training.evaluate:evaluate",
    "card": "training.card:card",
}


class Lab(click.Group):
    """A group that imports a command's module only when that command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Lab, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Train, export, calibrate and measure lesion classifiers.

    \b
    The way of a model:
      split -> train -> export -> calibrate -> evaluate -> card
    """


def run() -> None:
    """Run the group; an error that a person can mend is one line and exit status 1."""
    try:
        main()
    except LesionError as error:
        click.echo(f"{error.title}: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    run()
