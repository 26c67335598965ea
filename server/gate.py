"""What every request passes before its body is parsed: the right host, not too often, a known caller."""

from __future__ import annotations

from flask import Flask

from server.callers import install_keys, install_refusal
from server.config import Config
from server.hosts import install_hosts
from server.limits import install_limits
from server.metrics import Metrics

__all__ = ["install_gate"]


def install_gate(app: Flask, config: Config, metrics: Metrics) -> None:
    """Install the checks in their order, after the observation of requests. Raises ConfigError."""
    install_hosts(app, config.allowed_hosts)
    keys = install_keys(app, config, metrics)
    install_limits(app, config, keys)
    install_refusal(app)
