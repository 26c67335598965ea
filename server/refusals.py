"""An answer that costs next to nothing, for clients that no thread has time for."""

from __future__ import annotations

import uuid

import msgspec

from server.errors import Busy
from server.problems import PredictError, Problem

__all__ = ["too_many"]

_TOLD = "Far too many requests came at the same time; please try again in a few seconds."
_HEAD = """\
HTTP/1.1 503 Service Unavailable\r
Connection: close\r
Content-Type: {kind}\r
Content-Length: {length}\r
Retry-After: {seconds}\r
Cache-Control: no-store\r
X-Content-Type-Options: nosniff\r
X-Request-ID: {instance}\r
\r
"""


def too_many(path: bytes) -> bytes:
    """Return the whole answer to a request for ``path`` that cannot even be looked at now."""
    instance = uuid.uuid4().hex
    if path == b"/predict":
        kind, body = "application/json", msgspec.json.encode(PredictError(error=_TOLD))
    else:
        problem = Problem(
            type=f"/problems/{Busy.slug}",
            title=Busy.title,
            status=Busy.status,
            detail=_TOLD,
            instance=instance,
        )
        kind, body = "application/problem+json", msgspec.json.encode(problem)
    head = _HEAD.format(kind=kind, length=len(body), seconds=Busy.retry_after, instance=instance)
    return head.encode() + body
