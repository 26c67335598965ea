"""``lesion history``: what whoever runs the server does with the record of predictions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import msgspec
from tqdm import tqdm

from lesion.errors import MissingDependency
from lesion.formats import FORMATS, identify
from server.config import ConfigError
from server.errors import UnknownRecord
from server.record.asked import ANY, Period

if TYPE_CHECKING:
    from sqlalchemy import URL

    from server.record.answers import Record
    from server.record.database import Database
    from server.record.store import Store

__all__ = ["history"]

database_option = click.option(
    *("--database", "address"),
    envvar="DATABASE_URL",
    metavar="URL",
    help="Address of the record, as in DATABASE_URL, which counts where this is left out.",
)
key_option = click.option(
    "--key", metavar="NAME", help="Only what was asked with the API key of this name  [default: everything]."
)


@click.group(short_help="Keep, measure and empty the record of predictions.")
def history() -> None:
    """See to the record of predictions that a server keeps where DATABASE_URL is set.

    \b
    Examples:
      lesion history migrate --database sqlite:////data/record.db
      lesion history evaluate --json evaluation.json
      lesion history purge --days 365
    """


@history.command(short_help="Make the tables, or bring them up to date.")
@database_option
def migrate(address: str | None) -> None:
    """Make the tables that this release needs, or bring older ones up to date. Servers do it when they start.

    \b
    Example:
      lesion history migrate --database postgresql://lesion:secret@localhost/lesion
    """
    with _opened(address, new=True) as store:
        from server.record.migrate import migrate as bring_up_to_date

        before, now = bring_up_to_date(store.database)
    click.echo(f"The tables are up to date ({now})." if before == now else f"The tables are made ({now}).")


@history.command(short_help="Measure the model on confirmed cases.")
@database_option
@key_option
@click.option(
    "--model",
    metavar="NAME",
    help="Only this model: its name, that and its version, or the SHA-256 of its file.",
)
@click.option(
    *("--json", "json_file"),
    type=click.File("w", encoding="utf-8", lazy=True),
    help="Also write all numbers, named as in metrics.json: a list with an object for each model.",
)
def evaluate(address: str | None, key: str | None, model: str | None, json_file: TextIO | None) -> None:
    """Measure each model on the cases whose diagnosis was confirmed: what it showed on your own patients.

    An image counts once, as it was judged last. Confirmed cases are seldom a fair sample: where only what
    looked bad was biopsied, sensitivity is measured too high and specificity too low. The exit status is 1
    where no model has 30 cases.

    \b
    Example:
      lesion history evaluate --json evaluation.json
    """
    from server.record.evaluation import NEEDED, by_model, evaluate_cases, summary

    with _opened(address) as store:
        owner = _owner(store, key)
        models = by_model(record for _, record in _each(store, owner, Period(confirmed=True)))
    found = [cases for which, cases in models.items() if which.is_meant_by(model)]
    if models and not found:
        names = dict.fromkeys(f"{which.name} {which.version}" for which in models)
        raise click.ClickException(
            f"No confirmed case is of a model {model}; there are cases of {', '.join(names)}."
        )
    measured = [evaluate_cases(cases) for cases in found if len(cases) >= NEEDED]
    if not measured:
        most = _counted(max(map(len, found), default=0), "confirmed case")
        raise click.ClickException(f"{most} so far, and {NEEDED} are needed: confirm more diagnoses first.")
    for numbers in measured:
        for line in summary(numbers):
            click.echo(line)
    if json_file:
        json_file.write(msgspec.json.format(msgspec.json.encode(measured)).decode() + "\n")


@history.command(short_help="Write the record as CSV.")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True))
@database_option
@key_option
@click.option(
    *("--images", "folder"),
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the images into that were kept, each named after its record.",
)
def export(file: TextIO, address: str | None, key: str | None, folder: Path | None) -> None:
    """Write all records as CSV into FILE, the newest first; - is the standard output.

    `owner` is `key:` with the name of an API key, or `browser:` with the hash of a browser's cookie.

    \b
    Example:
      lesion history export record.csv --images pictures
    """
    from server.record.sheet import lines

    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    with _opened(address) as store:
        kept = tqdm(_each(store, _owner(store, key)), unit="record", disable=None)
        for line in lines(([one] for one in _with_images(store, kept, folder)), owners=True):
            file.write(line)


@history.command(short_help="Delete old records.")
@database_option
@click.option(
    "--days",
    envvar="RETENTION_DAYS",
    type=click.IntRange(0, 36_500),
    help="Delete what is older, as in RETENTION_DAYS, which counts where this is left out; 0: everything.",
)
@click.option("--yes", is_flag=True, help="Delete without a question.")
def purge(address: str | None, days: int | None, yes: bool) -> None:
    """Delete records that are older than some days, and their images. With RETENTION_DAYS servers do it.

    \b
    Example:
      lesion history purge --days 365 --yes
    """
    if days is None:
        raise click.UsageError("Say after how many days: give --days, or set RETENTION_DAYS.")
    with _opened(address) as store:
        if not yes:
            click.confirm(f"Delete all records older than {days} days?", abort=True)
        deleted = store.delete_before(datetime.now(UTC) - timedelta(days=days))
    click.echo(f"{_counted(deleted, 'record')} deleted.")


@contextmanager
def _opened(address: str | None, *, new: bool = False) -> Iterator[Store]:
    """Open the record at an address, which may be a ``new`` one.

    Raises MissingDependency, or ClickException for a bad address or one without a record.
    """
    if not address:
        raise click.UsageError("Say where the record is: give --database, or set DATABASE_URL.")
    try:
        from server.record.database import Database, parse_url
        from server.record.store import Store
    except ImportError as error:
        raise MissingDependency(f"The record needs {error.name}: install requirements-server.txt.") from error
    try:
        url = parse_url(address)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    database = Database(url)
    try:
        if not new:
            _check_made(database, url)
        yield Store(database)
    finally:
        database.close()


def _check_made(database: Database, url: URL) -> None:
    """Raise ClickException where there is no record; nothing is made of it, not even SQLite's file."""
    from server.record.migrate import version

    is_file = url.get_backend_name() == "sqlite"
    if (is_file and not Path(url.database or "").is_file()) or version(database) is None:
        place = url.database if is_file else f"{url.host}/{url.database}"
        raise click.ClickException(
            f"There is no record at {place}: name another address, or make it by `lesion history migrate`."
        )


def _owner(store: Store, key: str | None) -> str | None:
    """Return the owner who holds the key of that name. Raises ClickException where none has any records."""
    from server.record.owner import BY_KEY

    if key is None:
        return None
    names = [owner.removeprefix(BY_KEY) for owner in store.owners(BY_KEY)]
    if key not in names:
        known = f"there are records of {', '.join(names)}" if names else "there is none of any key"
        raise click.ClickException(f"There is no record of a key {key}; {known}.")
    return f"{BY_KEY}{key}"


def _each(store: Store, owner: str | None, period: Period = ANY) -> Iterator[tuple[str, Record]]:
    """Yield owners with their records, those of all for ``None``."""
    for batch in store.each(owner, period):
        yield from batch


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _with_images(
    store: Store, kept: Iterable[tuple[str, Record]], folder: Path | None
) -> Iterator[tuple[str, Record]]:
    """Yield what is there, and write the image of each record that has one into a folder, if there is one."""
    for owner, record in kept:
        if folder and record.image:
            try:
                data, _ = store.image(owner, record.id)
            except UnknownRecord:
                continue  # deleted meanwhile
            (folder / f"{record.id}{FORMATS[identify(data)].suffixes[0]}").write_bytes(data)
        yield owner, record
