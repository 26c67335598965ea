"""Targets that are judged by the kept numbers alone.

They are no part of a record: one that was measured before a target was set is held to it too, as far as it
kept what that needs.
"""

from __future__ import annotations

from benchmarks.faults.overload import FACTOR
from benchmarks.faults.record import Check, Numbers, Scenario, check
from benchmarks.fuzz import MEMORY_MB

__all__ = ["verdicts"]

SENT = 0.9
"""Share of the planned overload that must have been sent, by a generator that has the server beside it."""
REFUSED = 0.05
"""Share that may be refused of what a server can do: strangers come in bursts, but a queue waits for them."""


def verdicts(scenario: Scenario) -> list[Check]:
    """Return what a scenario's numbers are held to; nothing where they do not tell."""
    rules = {"overload": _sent, "soak": _refused, "clients": _memory}
    rule = rules.get(scenario.name)
    return rule(scenario.found.numbers) if rule else []


def _sent(numbers: Numbers) -> list[Check]:
    known = _known(numbers)
    if not {"sent", "capacity_per_s"} <= known.keys():
        return []
    share = known["sent"] / (FACTOR * known["capacity_per_s"])
    return [check(f"sent of what was planned, at least {SENT:.0%}", f"{share:.0%}", share >= SENT)]


def _refused(numbers: Numbers) -> list[Check]:
    outcomes = {name: count for name, count in _known(numbers).items() if name.startswith("outcome_")}
    if not outcomes:
        return []
    share = outcomes.get("outcome_503", 0) / sum(outcomes.values())
    return [check(f"refused, at most {REFUSED:.0%}", f"{share:.1%}", share <= REFUSED)]


def _memory(numbers: Numbers) -> list[Check]:
    bound = f"memory at its peak, at most {MEMORY_MB} MB"
    return [
        check(name.replace("memory_mb", bound), f"{most:.0f} MB", most <= MEMORY_MB)
        for name, most in _known(numbers).items()
        if name.endswith(": memory_mb")
    ]


def _known(numbers: Numbers) -> dict[str, float]:
    return {name: value for name, value in numbers.items() if isinstance(value, int | float)}
