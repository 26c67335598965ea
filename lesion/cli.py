"""The command line: ``lesion`` or ``python -m lesion``."""

from __future__ import annotations

import click

from lesion import __version__
from lesion.lazy import LazyGroup

__all__ = ["main"]

COMMANDS = {
    "classify": "lesion.commands.classify:classify",
    "serve": "lesion.commands.serve:serve",
    "models": "lesion.commands.models:models",
    "samples": "lesion.commands.samples:samples",
    "history": "server.record.commands:history",
    "keys": "lesion.commands.keys:keys",
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
@click.version_option(__version__, prog_name="lesion")
def main() -> None:
    """Judge photos of skin lesions: for experiment and demonstration, never for medical advice.

    \b
    Examples:
      lesion classify photo.jpg
      lesion serve
    """
