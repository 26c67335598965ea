"""A group of commands, each imported only when it is called, so that ``--help`` and the rest stay quick."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from lesion.errors import InputError, LesionError

__all__ = ["LazyGroup"]


class _WrongRequestError(click.ClickException):
    """What was asked for is not there; the status is that of any wrong usage."""

    exit_code = 2


class LazyGroup(click.Group):
    """Commands by name, each given as ``module:attribute``, listed in the order of ``lazy``.

    An error that a person can mend ends a command with one line instead of a traceback.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
        super().__init__(*args, context_settings=settings, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in self.lazy:
            return None
        module, attribute = self.lazy[name].split(":")
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
