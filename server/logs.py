"""Structured logs: one JSON object a line on standard output; no library repeats what a client sent."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import Any

__all__ = ["REQUEST_ID", "StandardOutput", "WithRequestId", "log_config"]

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request in whose course a line is written; empty outside of one."""


class StandardOutput(logging.StreamHandler[Any]):
    """Writes lines, and counts those that are lost where that fails, as on a full disk; work goes on."""

    _lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, and after it how many before it were lost."""
        lost = self._lost
        super().emit(record)
        if lost and self._lost == lost:
            self._lost = 0
            told = {"name": __name__, "levelname": "WARNING", "levelno": logging.WARNING}
            super().emit(logging.makeLogRecord({**told, "msg": f"{lost} lines before this one were lost"}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Count a line that could not be written."""
        if isinstance(sys.exc_info()[1], OSError):
            self._lost += 1
        else:
            super().handleError(record)


class WithRequestId(logging.Filter):
    """Name the request in whose course a line is written, whoever writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id in place; every record passes."""
        if not hasattr(record, "request_id") and (request_id := REQUEST_ID.get()):
            record.request_id = request_id
        return True


def log_config(level: str) -> dict[str, Any]:
    """Return the `logging.config.dictConfig` for a process that serves, from ``level`` upwards.

    Of other libraries than our own nothing below INFO is written: what they tell those who mend them are the
    very bytes that a client sent, and what stands inside its picture.
    """
    libraries, quiet = _not_below("INFO", level), _not_below("WARNING", level)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"with_request_id": {"()": WithRequestId}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.msgspec.MsgspecFormatter",
                "fmt": "%(levelname)s %(name)s %(process)d %(message)s",
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "traceback"},
                "timestamp": "time",
            }
        },
        "handlers": {
            "stdout": {
                "()": StandardOutput,
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["with_request_id"],
            }
        },
        "root": {"level": libraries, "handlers": ["stdout"]},
        # gunicorn brings handlers of its own, which would write each line twice.
        "loggers": {
            "gunicorn.error": {"level": libraries, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "alembic": {"level": quiet},
            # It names the caller at each refusal: the hash of an address, which is soon found by trying all.
            "flask-limiter": {"level": quiet},
            **{package: {"level": level} for package in ("lesion", "server")},
        },
    }


def _not_below(least: str, level: str) -> str:
    return max(least, level, key=logging.getLevelNamesMapping().__getitem__)
