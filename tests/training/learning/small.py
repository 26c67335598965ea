"""The smallest run that is one."""

from __future__ import annotations

from training.learning.config import TrainConfig

CONFIG = TrainConfig(
    arch="mobilenet_v2", weights="none", size=32, epochs=3, frozen_epochs=1, batch_size=8, lr=1e-3, patience=9
)
