"""The command line: ``lesion`` or ``python -m lesion``. A command is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from lesion import __version__
from lesion.errors import InputError, LesionError

__all__ = ["main"]

COMMANDS = {
    "classify": "lesion.commands.classify:classify",
    "serve": "lesion.commands.serve:serve",
    "models": "lesion.commands.models:models",
    "samples": "lesion.commands.samples:samples",
}


class _WrongRequestError(click.ClickException):
    """What was asked for is not there; the status is that of any wrong usage."""

    exit_code = 2


class _Commands(click.Group):
    """The commands, imported by name; an error that a person can mend ends them without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader has gone: click ends the run quietly
        except (LesionError, OSError) as error:
            kind = _WrongRequestError if isinstance(error, InputError) else click.ClickException
            raise kind(str(error)) from error


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="lesion")
def main() -> None:
    """Judge photos of skin lesions: for experiment and demonstration, never for medical advice.

    \b
    Examples:
      lesion classify photo.jpg
      lesion serve
    """
