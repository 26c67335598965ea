"""What is asked of an explanation, checked before any work begins."""

from __future__ import annotations

import msgspec

from lesion.bundle import Bundle
from lesion.explain.methods import Method, Precision, find_method, find_precision, obstacle
from lesion.explain.target import target_columns

__all__ = ["Plan", "plan"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A method, its samples, the target's columns; ``precision`` is ``None`` where there is no choice."""

    method: Method
    columns: list[int]
    precision: Precision | None
    samples: int


def plan(bundle: Bundle, method: str, target: str, precision: str) -> Plan:
    """Return what is to be done to explain a bundle's answers.

    Raises:
        InvalidOption: there is no such method, target or precision.
        MissingDependency: the method's library is not installed here.
        BundleNotReady: the bundle has no learner, which the method needs.
    """
    known = find_method(method)
    chosen = find_precision(known, precision)
    columns = target_columns(bundle.manifest, target)
    lacking = obstacle(known, bundle)
    if lacking is not None:
        raise lacking
    samples = known.precisions[chosen].samples if chosen else 1
    return Plan(method=known, columns=columns, precision=chosen, samples=samples)
