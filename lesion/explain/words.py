"""One plain sentence or two on each method, made from what `explain-quality` measured of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lesion.explain.methods import find_method

__all__ = ["sentence"]

Metrics = Mapping[str, Any]

_UNSHOWN = {
    "deletion": "removing what they mark was not shown to lower the probability faster than removing random "
    "places",
    "insertion": "showing only what they mark was not shown to bring the probability back faster than "
    "showing random places",
    "randomised": "they were not shown to change enough when what the network learned is shuffled",
}
_WORSE = {
    "deletion": "removing what they mark lowers the probability more slowly than removing random places",
    "insertion": "showing only what they mark brings the probability back more slowly than showing random "
    "places",
}
_HANDICAP = " (a test that is hard on maps of fine grain: with scattered pixels gone, a lesion is still seen)"
_UNTOLD = "of a network that is shuffled they are empty, so that nothing tells what they owe to learning"


def sentence(method: str, metrics: Metrics) -> str:
    """Return what is known of how far a method's maps can be trusted, for the person who looks at one.

    Args:
        method: a name of `lesion.explain.METHODS`.
        metrics: ``metrics.json`` of the bundle that is explained.

    Raises:
        InvalidOption: there is no such method.
    """
    title = find_method(method).title
    start = f"explain.{method}."
    found = {key.removeprefix(start): value for key, value in metrics.items() if key.startswith(start)}
    if "passes" not in found:
        return f"{title}: whether its maps are right was not measured for this model."
    if found["passes"] == "yes":
        return f"{title}: {_where(found, metrics['explain.centre.inside_share'])} {_better(found)}"
    reasons = [_reason(method, name, found) for name in _UNSHOWN if found[f"passes.{name}"] == "no"]
    return (
        f"{title}: do not rely on it. Its maps failed our test, {_tested(found)}: {'; '.join(reasons)}."
        f"{_in_favour(found)}"
    )


def _reason(method: str, condition: str, found: Metrics) -> str:
    """Say which condition was not met, and whether chance did better or could not be told apart."""
    if condition == "randomised":
        return _UNSHOWN[condition] if "randomised_correlation" in found else _UNTOLD
    is_worse = found[f"{condition}_gain.random_high"] < 0
    handicap = _HANDICAP if condition == "deletion" and find_method(method).fine_grained else ""
    return (_WORSE if is_worse else _UNSHOWN)[condition] + handicap


def _in_favour(found: Metrics) -> str:
    """Say what maps that failed are good for all the same."""
    if found["passes.insertion"] == "no":
        return ""
    middle = " or the middle of the picture" if found["insertion_gain.centre_low"] > 0 else ""
    return (
        " Showing only what they mark does bring the probability back faster than showing random places"
        f"{middle}."
    )


def _where(found: Metrics, of_middle: float) -> str:
    """Say how much of the evidence lies inside the lesion, and of a map that knows nothing but the middle."""
    return (
        f"of the evidence that it marks, {found['inside_share']:.0%} lies inside the lesion, which takes "
        f"{found['area_share']:.0%} of the picture; of a map of the picture's middle, "
        f"{of_middle:.0%}."
    )


def _better(found: Metrics) -> str:
    """Say what removing the evidence is better than: chance, and the middle of the picture or not."""
    if found["deletion_gain.centre_high"] < 0:
        middle = ", but more slowly than removing the middle of the picture"
    elif found["deletion_gain.centre_low"] <= 0:
        middle = ", but was not shown to be faster than removing the middle of the picture"
    else:
        middle = ""
    return (
        f"Removing what it marks lowers the probability faster than removing random places{middle}; its maps "
        f"change when what the network learned is shuffled ({_tested(found)})."
    )


def _tested(found: Metrics) -> str:
    """Say for what a method was measured: other targets and pictures are another matter."""
    precision = f", at {found['precision']} precision" if "precision" in found else ""
    return f"for malignancy, on {found['n']} held-out lesions that the model flags{precision}"
