"""Under which names the server may be asked.

A page elsewhere whose name is made to lead here would otherwise count as this server's own.
"""

from __future__ import annotations

import ipaddress
import re

from flask import Flask, request
from werkzeug.sansio.utils import host_is_trusted

from server.config import ConfigError
from server.errors import UnknownHost

__all__ = ["install_hosts"]

_NAME = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*")
_EVERYWHERE = {"health.ping", "health.healthz"}
"""Health is asked for by address."""
_BY_ADDRESS = {"health.metrics"}
"""So are metrics, of each replica. A page elsewhere whose name leads here always asks by that name."""


def install_hosts(app: Flask, names: tuple[str, ...]) -> None:
    """Refuse requests for other hosts than ``names``, of which ``.example.org`` also stands for all below it.

    Without names every host will do. Raises ConfigError for what is no name.
    """
    if wrong := [name for name in names if not _NAME.fullmatch(name)]:
        raise ConfigError(
            f"ALLOWED_HOSTS={','.join(names)} cannot be used: `{wrong[0]}` is no host's name without port, "
            "such as lesion.example.org."
        )
    if not names:
        return

    @app.before_request
    def check() -> None:
        # Not request.host: without the header that would be the server's own address.
        told = request.headers.get("Host", "").lower()
        if request.endpoint in _EVERYWHERE or host_is_trusted(told, names):
            return
        if request.endpoint not in _BY_ADDRESS or not _is_address(told):
            raise UnknownHost(
                "This server is not known under that name; use the address that you were given."
            )


def _is_address(host: str) -> bool:
    """Whether a host, with or without port, is an IP address."""
    bare = re.sub(r":\d+$", "", host).strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True
