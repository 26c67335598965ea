"""Targets that are judged by the kept numbers alone.

They are no part of a record: one that was measured before a target was set is held to it too. Where it did
not keep what that needs, the target is told as one that was not measured.
"""

from __future__ import annotations

from benchmarks.faults.overload import FACTOR
from benchmarks.faults.record import Check, Numbers, Scenario, check
from benchmarks.fuzz import MEMORY_MB

__all__ = ["NOT_MEASURED", "verdicts"]

NOT_MEASURED = "not measured"
"""What was found of a target that the numbers do not tell of."""
SENT = 0.9
"""Share of the planned overload that must have been sent, by a generator that has the server beside it."""
REFUSED = 0.05
"""Share that may be refused of what a server can do: strangers come in bursts, but a queue waits for them."""


def verdicts(scenario: Scenario) -> list[Check]:
    """Return what a scenario's numbers are held to, none that they do not tell of left out."""
    rules = {"overload": _sent, "soak": _refused, "clients": _memory, "stop": _lost}
    rule = rules.get(scenario.name)
    return rule(_known(scenario.found.numbers)) if rule else []


Known = dict[str, float]


def _sent(known: Known) -> list[Check]:
    what = f"sent of what was planned, at least {SENT:.0%}"
    if not {"sent", "capacity_per_s"} <= known.keys():
        return [check(what, NOT_MEASURED)]
    share = known["sent"] / (FACTOR * known["capacity_per_s"])
    return [check(what, f"{share:.0%}", share >= SENT)]


def _refused(known: Known) -> list[Check]:
    what, outcomes = f"refused, at most {REFUSED:.0%}", _outcomes(known)
    if not outcomes:
        return [check(what, NOT_MEASURED)]
    share = outcomes.get("503", 0) / sum(outcomes.values())
    return [check(what, f"{share:.1%}", share <= REFUSED)]


def _memory(known: Known) -> list[Check]:
    bound = f"memory at its peak, at most {MEMORY_MB} MB"
    return [
        check(name.replace("memory_mb", bound), f"{most:.0f} MB", most <= MEMORY_MB)
        for name, most in known.items()
        if name.endswith(": memory_mb")
    ] or [check(bound, NOT_MEASURED)]


def _lost(known: Known) -> list[Check]:
    """Count the requests that got no answer, but for those that came when nobody took any more."""
    what, outcomes = "answers lost, excuses among them", _outcomes(known)
    if not outcomes:
        return [check(what, NOT_MEASURED)]
    lost = sum(count for name, count in outcomes.items() if name not in ("200", "refused"))
    return [check(what, f"{lost:.0f}", not lost)]


def _outcomes(known: Known) -> Known:
    """Return how many requests ended in each way, by status or problem."""
    prefix = "outcome_"
    return {name.removeprefix(prefix): count for name, count in known.items() if name.startswith(prefix)}


def _known(numbers: Numbers) -> Known:
    return {name: value for name, value in numbers.items() if isinstance(value, int | float)}
