"""Structured logs: one JSON object a line on standard output, without addresses."""

from __future__ import annotations

import logging
import re
from typing import Any

__all__ = ["WithoutAddresses", "log_config"]

_ADDRESS = re.compile(r"(?<=\bip=)\S+(?=:)")


class WithoutAddresses(logging.Filter):
    """Blank the address that gunicorn writes when it refuses a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message in place; every record passes."""
        record.msg, record.args = _ADDRESS.sub("-", record.getMessage()), ()
        return True


def log_config(level: str) -> dict[str, Any]:
    """Return the `logging.config.dictConfig` for a process that serves, from ``level`` upwards."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_addresses": {"()": WithoutAddresses}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.msgspec.MsgspecFormatter",
                "fmt": "%(levelname)s %(name)s %(message)s",
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "traceback"},
                "timestamp": "time",
            }
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["without_addresses"],
            }
        },
        "root": {"level": level, "handlers": ["stdout"]},
        # gunicorn brings handlers of its own, which would write each line twice.
        "loggers": {
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
