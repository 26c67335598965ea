"""Who waits for the answer to a request: until when, and whether still there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import cast

import msgspec
from flask import Flask, g, request

from server.errors import ClientGone, Deadline
from server.events import has_gone
from server.lanes import ARRIVED

__all__ = ["Client", "current_client", "install_clients"]


class Client(msgspec.Struct, frozen=True):
    """The client of one request, which waits ``until`` that reading of `time.monotonic`."""

    until: float
    gone: Callable[[], bool]

    def check(self) -> None:
        """Raise ClientGone or Deadline where there is nobody left to answer, or no time."""
        if self.gone():
            raise ClientGone("The connection was closed before the answer was ready.")
        if time.monotonic() > self.until:
            raise Deadline(
                "The answer would have taken longer than a request may take here; please try again in a few "
                "seconds."
            )


def install_clients(app: Flask, seconds: float) -> None:
    """Have the time of each request run from when it was all there; ``seconds`` is all it has."""

    @app.before_request
    def arrive() -> None:
        arrived = ARRIVED.get() or time.monotonic()
        g.client = Client(arrived + seconds, partial(has_gone, request.environ))


def current_client() -> Client:
    """Return the client of the request in hand."""
    return cast(Client, g.client)
