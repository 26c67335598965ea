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
LIMITED = {
    "type": "/problems/rate-limited",
    "title": "Too many requests",
    "status": 429,
    "detail": "Ask less often.",
    "instance": "78",
}


def busy(route: Route) -> None:
    """Answer as the server does when its queue is full."""
    refuse(route, BUSY)


def limited(route: Route) -> None:
    """Answer as the server does to whoever asked too often."""
    refuse(route, LIMITED)


def refuse(route: Route, problem: dict[str, object], wait: int = 1) -> None:
    """Answer with a problem, and ask to wait so many seconds."""
    headers = {"Retry-After": str(wait), "Content-Type": "application/problem+json"}
    route.fulfill(status=int(str(problem["status"])), headers=headers, body=json.dumps(problem))
