"""Make trouble for the server, and write down what it does.

    python -m benchmarks.faults

makes every kind of trouble, half an hour of steady load included, and writes docs/benchmarks/faults.md and
.json. What is measured anew takes the place of what was measured before; the rest of the page stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
import msgspec

from benchmarks.faults.clients import slow_clients
from benchmarks.faults.damage import damaged_model, full_disk
from benchmarks.faults.database import database
from benchmarks.faults.overload import overload, soak
from benchmarks.faults.page import judged, misses, notes, page
from benchmarks.faults.processes import killed_worker, stop
from benchmarks.faults.record import Check, Found, Scenario, check, keep, read
from benchmarks.misses import remind
from benchmarks.options import out_option, rewrite_option
from benchmarks.outcome import circumstances
from benchmarks.running import ROOT

REPORT = ROOT / "docs" / "benchmarks" / "faults.md"
LIBRARIES = ("aiohttp", "flask", "gunicorn", "onnxruntime")


class Trouble(msgspec.Struct, frozen=True):
    """A kind of trouble: its heading, how it is made, and for how many seconds by default."""

    title: str
    make: Callable[[Path, float], Found]
    seconds: float

    def planned(self, seconds: float) -> list[Check]:
        """Hold the duration asked for against the one it needs: what a short run shows is no proof."""
        if not self.seconds:
            return []
        met = seconds >= self.seconds
        return [check(f"planned for {self.seconds:,g} s, as long as it should be", f"{seconds:,g} s", met)]


TROUBLES = {
    "overload": Trouble("Ten times more than it can do", overload, 300),
    "soak": Trouble("Four fifths of what it can do, for long", soak, 1_800),
    "clients": Trouble("A thousand clients with bad habits", slow_clients, 20),
    "killed": Trouble("A worker killed in the middle of work", killed_worker, 20),
    "stop": Trouble("A stop in the middle of work", stop, 10),
    "model": Trouble("A damaged model", damaged_model, 0),
    "database": Trouble("A database that is away, comes back, and is slow", database, 24),
    "disk": Trouble("A full disk", full_disk, 10),
}


@click.command()
@click.option("--model", "path", default="models/mobilenet_v2", show_default=True, help="Bundle to serve.")
@click.option(
    "--only",
    "names",
    multiple=True,
    type=click.Choice(list(TROUBLES)),
    help="Only this kind of trouble; give it again for more.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=1), help="For how long, instead of as long as each needs."
)
@rewrite_option
@out_option(REPORT)
def main(path: str, names: tuple[str, ...], seconds: float | None, rewrite: bool, out: Path) -> None:
    """Make trouble for the server, and report what it does. All of it takes about 40 minutes.

    \b
    Examples:
      python -m benchmarks.faults
      python -m benchmarks.faults --only overload --seconds 30 --out /tmp/faults.md
    """
    bundle, numbers = Path(path), out.with_suffix(".json")
    if rewrite:
        out.write_text(page(list(read(numbers).values()), numbers.name))
        _ask_for_notes(read(numbers).values())
        return
    for name in names or TROUBLES:
        trouble = TROUBLES[name]
        lasting = seconds or trouble.seconds
        click.echo(f"{trouble.title} …", err=True)
        known = circumstances("benchmarks.faults", LIBRARIES)
        try:
            found = trouble.make(bundle, lasting)
        except (RuntimeError, ValueError) as error:
            raise click.ClickException(str(error)) from error
        found = msgspec.structs.replace(found, checks=[*trouble.planned(lasting), *found.checks])
        before = read(numbers)
        known["versions"] |= found.versions
        before[name] = Scenario(**known, name=name, title=trouble.title, model=bundle.name, found=found)
        scenarios = [before[each] for each in TROUBLES if each in before]
        out.parent.mkdir(parents=True, exist_ok=True)
        keep(numbers, scenarios)
        out.write_text(page(scenarios, numbers.name))
        for each in judged(before[name]):
            click.echo(f"  {each.what}: {each.found}{'' if each.met is None else ' ✓' if each.met else ' ✗'}")
    _ask_for_notes(read(numbers).values())


def _ask_for_notes(scenarios: Iterable[Scenario]) -> None:
    for each in scenarios:
        remind(notes(each), each, misses(each))


if __name__ == "__main__":
    main()
