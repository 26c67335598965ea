"""The methods on offer, what each precision means, and what this installation lacks for one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, get_args

import msgspec

from lesion.bundle import Bundle
from lesion.errors import BundleNotReady, InvalidOption, LesionError, MissingDependency

__all__ = ["METHODS", "PRECISIONS", "Kind", "Method", "Precision", "Settings", "availability"]

Precision = Literal["low", "medium", "high"]
Kind = Literal["exact", "sampling", "gradient"]
LAB_FILE, SERVER_FILE = "requirements.txt", "requirements-server.txt"
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a precision costs: ``samples`` is the number of forward passes, or of passes back."""

    samples: int


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A way to explain. ``precisions`` is empty for a method that has nothing to choose.

    ``kind`` is ``exact`` for one that computes, ``sampling`` for one that tries altered pictures, and
    ``gradient`` for one that follows derivatives. ``random`` says whether runs with other seeds differ,
    ``signed`` whether a map tells what speaks for the target from what speaks against it,
    ``fine_grained`` whether it is made pixel by pixel, and ``in_log_odds`` whether its values are parts or
    changes of the target's log-odds.
    Methods of torch explain the learner of ``model.pkl``.
    """

    name: str
    title: str
    kind: Kind
    needs_torch: bool = False
    random: bool = False
    signed: bool = True
    fine_grained: bool = False
    in_log_odds: bool = False
    precisions: dict[Precision, Settings] = {}


def _precisions(low: int, medium: int, high: int) -> dict[Precision, Settings]:
    return {
        name: Settings(samples=samples) for name, samples in zip(PRECISIONS, (low, medium, high), strict=True)
    }


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(name="cam", title="Evidence map", kind="exact", in_log_odds=True),
        Method(
            name="occlusion",
            title="Occlusion",
            kind="sampling",
            in_log_odds=True,
            precisions=_precisions(144, 576, 1600),
        ),
        Method(
            name="lime",
            title="LIME",
            kind="sampling",
            random=True,
            in_log_odds=True,
            precisions=_precisions(193, 385, 1025),
        ),
        Method(name="gradcam", title="Grad-CAM", kind="gradient", needs_torch=True),
        Method(
            name="saliency",
            title="Saliency",
            kind="gradient",
            needs_torch=True,
            signed=False,
            fine_grained=True,
        ),
        Method(
            name="integrated_gradients",
            title="Integrated gradients",
            kind="gradient",
            needs_torch=True,
            fine_grained=True,
            precisions=_precisions(16, 64, 256),
        ),
        Method(
            name="gradient_shap",
            title="Gradient SHAP",
            kind="gradient",
            needs_torch=True,
            random=True,
            fine_grained=True,
            precisions=_precisions(32, 128, 320),
        ),
        Method(
            name="guided_gradcam",
            title="Guided Grad-CAM",
            kind="gradient",
            needs_torch=True,
            signed=False,
            fine_grained=True,
        ),
    )
}
"""By name, in the order in which they are offered."""


def availability(method: str, bundle: Bundle) -> str | None:
    """Return ``None`` where a method can explain a bundle here, else the sentence that says what to do.

    Raises:
        InvalidOption: there is no such method.
    """
    lacking = obstacle(find_method(method), bundle)
    return None if lacking is None else str(lacking)


def find_method(name: str) -> Method:
    """Return the named method. Raises InvalidOption."""
    if name not in METHODS:
        raise InvalidOption(f"There is no method {name[:100]!r}: choose one of {', '.join(METHODS)}.")
    return METHODS[name]


def find_precision(method: Method, precision: str) -> Precision | None:
    """Return a precision of a method; ``None`` for one that has nothing to choose. Raises InvalidOption."""
    for name in PRECISIONS:
        if name == precision:
            return name if method.precisions else None
    raise InvalidOption(f"There is no precision {precision[:100]!r}: choose one of {', '.join(PRECISIONS)}.")


def obstacle(method: Method, bundle: Bundle) -> LesionError | None:
    """Return the error that using a method on a bundle would end in, ``None`` where all is there."""
    absent = [name for name in _libraries(method) if find_spec(name) is None]
    if absent:
        missing, file = " and ".join(absent), LAB_FILE if method.needs_torch else SERVER_FILE
        return MissingDependency(f"{method.title} needs {missing}: install {file}, or choose another method.")
    problem = bundle.learner_problem() if method.needs_torch else None
    return None if problem is None else BundleNotReady(problem)


def _libraries(method: Method) -> tuple[str, ...]:
    if method.needs_torch:
        return ("torch", "fastai", "captum", "training")
    return ("lime",) if method.name == "lime" else ()
