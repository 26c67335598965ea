"""Options of a run that do nothing without another one, so that nobody takes them to have been at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lesion.errors import DataError

if TYPE_CHECKING:
    from training.learning.config import TrainConfig

NEEDS: dict[str, tuple[Callable[[TrainConfig], bool], tuple[str, ...]]] = {
    "--sampling weighted": (lambda config: config.sampling == "weighted", ("source_power",)),
    "--sampling": (lambda config: config.sampling != "natural", ("class_power",)),
    "--loss focal": (lambda config: config.loss == "focal", ("focal_gamma",)),
    "--teachers": (
        lambda config: bool(config.teachers),
        ("hint_weight", "distil_weight", "distil_temperature", "teacher_size"),
    ),
}
"""What some options need, how to tell that it is there, and which these are."""


def check_at_work(config: TrainConfig) -> None:
    """Refuse a configuration in which an option was set, to more than nothing, and would do nothing.

    Raises:
        DataError: an option waits for another; the message names both.
    """
    usual = type(config)()
    for need, (is_there, names) in NEEDS.items():
        idle = [name for name in names if getattr(config, name) not in (0, getattr(usual, name))]
        if idle and not is_there(config):
            option = f"--{idle[0].replace('_', '-')}"
            raise DataError(
                f"The configuration is not valid: {option} does nothing without {need}: give that too, or "
                "leave it as it is by default."
            )
