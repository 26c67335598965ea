"""``lesion samples``: photos to try with, fetched into the user's cache."""

from __future__ import annotations

from pathlib import Path

import click

from lesion.archive import BASE_URL
from lesion.fetch import fetch_samples
from lesion.samples import default_cache_dir

__all__ = ["samples"]


@click.command(short_help="Fetch sample photos for the page.")
@click.option(
    *("--to", "folder"),
    envvar="LESION_CACHE_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to fill  [default: the user's cache, where the server looks].",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds after which to stop; the next call continues.",
)
@click.option("--base-url", default=BASE_URL, show_default=True, help="Address of the ISIC Archive's API.")
def samples(folder: Path | None, timeout: float, base_url: str) -> None:
    """Fetch a few public photos (CC0) from the ISIC Archive, for the page to offer.

    Photos that are there already are kept. The exit status is 0 if at least one photo is there, else 1: the
    page then shows drawings.

    \b
    Example:
      lesion samples --timeout 5
    """
    target = folder or default_cache_dir()
    fetched = fetch_samples(target, base_url=base_url, time_limit=timeout)
    if not fetched.present:
        click.echo(f"offline: the page will show drawings ({fetched.problem})", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{fetched.present} of {fetched.listed} sample photos in {target} ({fetched.new} new).")
    if fetched.problem:
        click.echo(f"The others did not come: {fetched.problem}", err=True)
