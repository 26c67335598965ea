"""Whether all servers find the same in the same drawings, and so do the same work."""

from __future__ import annotations

import msgspec

from benchmarks.running import Shares
from benchmarks.serving.record import Outcome

TOLERANCE = 0.05
"""How far apart probabilities of one drawing may be between servers that compute in float32."""


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How a server's answers compare with another's.

    ``same`` is in how many of ``drawings`` both find the same class most probable, ``apart`` the largest
    distance of two probabilities, by the images' size.
    """

    same: int
    drawings: int
    apart: dict[str, float]


def reference(outcome: Outcome) -> str:
    """Return whom all are compared with: this server in float32, or else the first."""
    float32 = [name for name in outcome.ours if not outcome.servers[name].int8]
    return next(iter((*float32, *outcome.servers)))


def agreement(outcome: Outcome, name: str) -> Agreement:
    """Compare a server with the reference, both calibrated by the bundle's temperature."""
    ours, theirs = _answers(outcome, reference(outcome)), _answers(outcome, name)
    pairs = {size: list(zip(ours[size], theirs[size], strict=True)) for size in ours}
    return Agreement(
        same=sum(_likeliest(a) == _likeliest(b) for each in pairs.values() for a, b in each),
        drawings=sum(map(len, pairs.values())),
        apart={size: max(abs(a[k] - b[k]) for a, b in each for k in a) for size, each in pairs.items()},
    )


def check(outcome: Outcome) -> None:
    """Raise RuntimeError where a server computes in float32 and yet finds something else."""
    for name, server in outcome.servers.items():
        apart = agreement(outcome, name).apart
        if not (server.int8 or outcome.servers[reference(outcome)].int8) and max(apart.values()) > TOLERANCE:
            told = " and ".join(f"{far:.3f} at {size}" for size, far in apart.items())
            raise RuntimeError(
                f"{name} does other work than {reference(outcome)}: probabilities are {told} apart, "
                f"where {TOLERANCE} is the most. What it loads may be of another bundle."
            )


def calibrated(shares: Shares, temperature: float) -> Shares:
    """Return the softmax of logits over the temperature, from the softmax of the logits themselves."""
    powers = {label: max(share, 1e-30) ** (1 / temperature) for label, share in shares.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}


def _answers(outcome: Outcome, name: str) -> dict[str, list[Shares]]:
    server = outcome.servers[name]
    if server.ours:
        return server.shares
    return {size: [calibrated(a, outcome.temperature) for a in each] for size, each in server.shares.items()}


def _likeliest(shares: Shares) -> str:
    return max(shares, key=shares.__getitem__)
