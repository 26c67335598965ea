"""``lesion keys``: who may call a server's API, and how often."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lesion.errors import UnusableKeys
from lesion.keys import EXAMPLE_LIMIT, NO_LIMIT, Key, new_key, parse_keys

__all__ = ["keys"]

KeysFile = click.Path(dir_okay=False, path_type=Path)
HEADING = "# API keys of a lesion server: name:salt:hash[:limit]. Written by `lesion keys`.\n"


@click.group(short_help="Make, list and remove API keys.")
def keys() -> None:
    """Make, list and remove API keys. A server reads them when it starts.

    A file or API_KEYS holds names and salted hashes: what is written there opens nothing.

    \b
    Examples:
      lesion keys add clinic --file keys.txt
      lesion keys list --file keys.txt
    """


@keys.command()
@click.argument("name")
@click.option("--limit", metavar="LIMIT", help="A limit instead of RATE_LIMIT, such as 600/minute, or off.")
@click.option(
    "--file", type=KeysFile, envvar="API_KEYS_FILE", help="File to add it to; without one, it is printed."
)
def add(name: str, limit: str | None, file: Path | None) -> None:
    """Make a key for NAME. It is printed once, on standard output alone, and kept nowhere.

    \b
    Examples:
      lesion keys add clinic --file keys.txt
      lesion keys add clinic --limit 600/minute
    """
    if limit not in (None, NO_LIMIT):
        _check_limit(limit)
    known = _read(file) if file and file.exists() else ()
    if name in {key.name for key in known}:
        raise UnusableKeys(f"There is a key named {name} already: remove it first, or choose another name.")
    secret, key = new_key(name, limit)
    if file:
        _write(file, (*known, key))
        click.echo(f"{file} knows {name} now; a server that reads it must be started again.", err=True)
    else:
        click.echo(f"Add this to API_KEYS, with a space between entries:\n{key.entry}", err=True)
    click.echo("The key, for whoever calls the API, as `Authorization: Bearer <key>`:", err=True)
    click.echo(secret)


@keys.command("list")
@click.option("--file", type=KeysFile, envvar="API_KEYS_FILE", required=True, help="File with the keys.")
def list_command(file: Path) -> None:
    """List names and limits.

    \b
    Example:
      lesion keys list --file keys.txt
    """
    for key in _read(file):
        click.echo(f"{key.name:<32}  {key.limit or 'RATE_LIMIT'}")


@keys.command()
@click.argument("name")
@click.option("--file", type=KeysFile, envvar="API_KEYS_FILE", required=True, help="File with the keys.")
def remove(name: str, file: Path) -> None:
    """Remove the key of NAME: a server that is started again refuses it.

    \b
    Example:
      lesion keys remove clinic --file keys.txt
    """
    known = _read(file)
    left = tuple(key for key in known if key.name != name)
    if len(left) == len(known):
        raise UnusableKeys(f"There is no key named {name} in {file}: `lesion keys list` names them.")
    _write(file, left)
    click.echo(f"{file} knows {name} no longer; a server that reads it must be started again.")


def _read(file: Path) -> tuple[Key, ...]:
    return parse_keys(file.read_text(encoding="utf-8"))


def _write(file: Path, known: tuple[Key, ...]) -> None:
    """Replace the file at once, so that a server never reads half of it; others may not read it."""
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(
        os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as stream:
        stream.write(HEADING + "".join(f"{key.entry}\n" for key in known))
    os.replace(new, file)


def _check_limit(limit: str | None) -> None:
    from limits import parse_many  # only where a limit is given: importing it takes a while

    try:
        parse_many(limit or "")
    except ValueError as error:
        raise UnusableKeys(f"`{limit}` is not a limit such as {EXAMPLE_LIMIT}.") from error
