"""How often one caller may ask, counted before a request's body is parsed.

What costs work, images and the record as a whole, is counted by itself; the page's own files and the health
of the server are free. Where the shared counters cannot be reached, each process counts for itself until they
can.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from flask import Flask, Response, request
from flask_limiter import Limit, Limiter, RateLimitExceeded
from limits import parse_many
from limits.errors import ConfigurationError

from lesion.keys import EXAMPLE_LIMIT, NO_LIMIT, Key
from server.callers import caller, current_key
from server.config import Config, ConfigError
from server.errors import RateLimited
from server.problems import answer_error

__all__ = ["install_limits"]

_COSTLY = {"api.classify", "predict.predict", "explanations.create", "history.evaluation", "history.sheet"}
_FREE = ("page.", "health.ping", "health.healthz", "docs.style")
_TIMEOUTS: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1}
"""Seconds that a request waits for shared counters before this process counts for itself."""


def install_limits(app: Flask, config: Config, keys: tuple[Key, ...]) -> None:
    """Refuse what goes beyond its caller's limits. Raises ConfigError for settings that cannot be used."""
    _check("RATE_LIMIT", config.rate_limit)
    _check("RATE_LIMIT_READS", config.rate_limit_reads)
    for key in keys:
        _check(f"The limit of the API key {key.name}", key.limit or NO_LIMIT)
    limiter = Limiter(
        caller,
        default_limits=[
            Limit(
                _work(config.rate_limit),
                scope="work",
                shared=True,
                exempt_when=lambda: not _is_costly(),
            ),
            Limit(_said(config.rate_limit_reads), scope="reads", shared=True, exempt_when=_is_free),
        ],
        storage_uri=config.rate_limit_store,
        storage_options=_TIMEOUTS if config.rate_limit_store.startswith("redis") else {},
        in_memory_fallback_enabled=True,
        key_prefix="lesion",
    )
    try:
        limiter.init_app(app)
    except (ConfigurationError, ValueError) as error:
        # Without the value: a password may stand in it.
        raise ConfigError(
            "RATE_LIMIT_STORE cannot be used: write `memory://`, or `redis://host:6379` where redis-py "
            "is installed."
        ) from error

    @app.errorhandler(RateLimitExceeded)
    def refuse(_: RateLimitExceeded) -> Response:
        limit = limiter.current_limit
        seconds = max(1, math.ceil(limit.window.reset_time - time.time())) if limit else 1
        return answer_error(
            RateLimited(f"That is too much in too short a time; please wait {seconds} s.", seconds)
        )


def _check(name: str, value: str) -> None:
    try:
        if value != NO_LIMIT:
            parse_many(value)
    except ValueError as error:
        raise ConfigError(
            f"{name}={value} cannot be used: write a limit such as {EXAMPLE_LIMIT}, or {NO_LIMIT}."
        ) from error


def _work(limit: str) -> Callable[[], str]:
    def of_caller() -> str:
        key = current_key()
        return _said(key.limit or limit if key else limit)

    return of_caller


def _said(limit: str) -> str:
    return "" if limit == NO_LIMIT else limit


def _is_costly() -> bool:
    return request.endpoint in _COSTLY and request.method != "OPTIONS"


def _is_free() -> bool:
    return _is_costly() or request.method == "OPTIONS" or (request.endpoint or "").startswith(_FREE)
