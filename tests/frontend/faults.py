"""Ways in which a server fails, for tests of what the page says then."""

from __future__ import annotations

import json

from playwright.sync_api import Route

FAILED = "Failed to load resource"
BUSY = {
    "type": "/problems/busy",
    "title": "Too busy",
    "status": 503,
    "detail": "Try again soon.",
    "instance": "77",
}


def busy(route: Route) -> None:
    """Answer as the server does when its queue is full."""
    headers = {"Retry-After": "1", "Content-Type": "application/problem+json"}
    route.fulfill(status=503, headers=headers, body=json.dumps(BUSY))
