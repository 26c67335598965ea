"""Who asks: the holder of an API key, or a network address that stands for whoever is behind it.

Neither is written to a log. Addresses are told apart by a hash, so that shared counters hold none; whoever
has a hash can find its address by trying all.
"""

from __future__ import annotations

import hashlib
import ipaddress

from flask import Flask, g, request

from lesion.errors import UnusableKeys
from lesion.keys import Key, holder_of, parse_keys
from server.config import Config, ConfigError
from server.errors import Unauthorised
from server.metrics import Metrics

__all__ = ["caller", "current_key", "install_keys", "install_refusal"]

_OPEN = ("docs.", "page.", "health.ping", "health.healthz")
"""Endpoints that answer to everybody, whatever key they bring or lack. Most are not counted, see `limits`: a
refusal for a wrong key would be free there."""

_IPV6_NETWORK = 64
"""Bits that a provider gives one customer: the addresses below are all the same caller's."""


def install_keys(app: Flask, config: Config, metrics: Metrics) -> tuple[Key, ...]:
    """Find the holder of each request's API key before its body is parsed; return all keys.

    Whoever has none, or a wrong one, counts by address, until `install_refusal` sends it away. Raises
    ConfigError where the keys cannot be read, or are needed and absent.
    """
    keys = _keys_of(config)

    @app.before_request
    def identify() -> None:
        secret = _secret_of_request() if keys else None
        g.key = holder_of(secret, keys) if secret is not None else None
        g.denied = None
        if g.key:
            metrics.observe_key(g.key.name)
        elif secret is not None and not _is_open():
            g.denied = "This API key is not known here: it is misspelt, or was removed."
        elif config.api_keys_required and not _is_open():
            g.denied = "This server answers to API keys alone: send one as `Authorization: Bearer <key>`."

    return keys


def install_refusal(app: Flask) -> None:
    """Refuse whoever has a wrong key, or none where one is needed; after they were counted like others."""

    @app.before_request
    def refuse() -> None:
        if g.denied:
            raise Unauthorised(g.denied)


def current_key() -> Key | None:
    """Return the API key of the current request, or None for one that has none."""
    key: Key | None = g.get("key")
    return key


def caller() -> str:
    """Return a word for whose requests count together: a key's name, or the hash of a network address."""
    key = current_key()
    if key:
        return f"key:{key.name}"
    return hashlib.blake2b(_network(request.remote_addr or "").encode(), digest_size=12).hexdigest()


def _keys_of(config: Config) -> tuple[Key, ...]:
    name = "API_KEYS_FILE" if config.api_keys_file else "API_KEYS"
    if config.api_keys_file and config.api_keys:
        raise ConfigError("API_KEYS cannot be used beside API_KEYS_FILE: put all keys into one of them.")
    try:
        text = config.api_keys_file.read_text("utf-8") if config.api_keys_file else config.api_keys or ""
        keys = parse_keys(text)
    except (OSError, UnicodeDecodeError, UnusableKeys) as error:
        # Without the value: what stands there is nobody else's business.
        raise ConfigError(f"{name} cannot be used: {error}") from error
    if config.api_keys_required and not keys:
        raise ConfigError(
            "API_KEYS_REQUIRED=true cannot be used: there is no key; `lesion keys add` makes one."
        )
    return keys


def _secret_of_request() -> str | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _is_open() -> bool:
    # What is not there, and what a browser asks before it asks, need no key either.
    return request.method == "OPTIONS" or request.endpoint is None or request.endpoint.startswith(_OPEN)


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), _IPV6_NETWORK), strict=False))
