"""What an operator sees of each request and each job: an id, one log line and its counts.

A line holds no image, no file name and, unless asked for, no address: it names the route's pattern, never the
path.
"""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from server.job import Job
from server.jobs import Observer
from server.logs import REQUEST_ID
from server.metrics import Metrics, method_of

__all__ = ["install_observation", "job_observer"]

logger = logging.getLogger("server.access")
jobs_logger = logging.getLogger("server.jobs")

_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9_.:-]{8,128}")
_ROUTINE = frozenset({"/ping", "/healthz", "/metrics"})
"""Asked every few seconds by programs: a line for each would bury the others."""


def job_observer(metrics: Metrics) -> Observer:
    """Return what counts and logs a job that is over."""

    def observe(job: Job, outcome: str) -> None:
        seconds = job.seconds()
        metrics.observe_job(job.name, outcome, seconds)
        told = {"request_id": job.instance, "method": job.name, "outcome": outcome}
        jobs_logger.info("job over", extra={**told, "ms": round(seconds * 1000, 1)})

    return observe


def install_observation(app: Flask, metrics: Metrics, addresses: bool = False) -> None:
    """Give every request an id, and log and count its answer; ``addresses`` says whether to log those."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        offered = request.headers.get("X-Request-ID", "")
        g.request_id = offered if _WELL_FORMED_ID.fullmatch(offered) else uuid.uuid4().hex
        REQUEST_ID.set(g.request_id)
        metrics.begin_request()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else "unmatched"
        method = method_of(request.method)
        metrics.observe_request(method, route, response.status_code, seconds)
        if "refusal" in g:
            metrics.observe_refusal(g.refusal)
        response.headers["X-Request-ID"] = g.request_id
        told = {
            "request_id": g.request_id,
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        if addresses:
            told["address"] = request.remote_addr
        logger.log(_level(route, response.status_code), "request", extra=told)
        return response

    @app.teardown_request
    def over(_: BaseException | None) -> None:
        REQUEST_ID.set("")
        if "started" in g:
            metrics.end_request()


def _level(route: str, status: int) -> int:
    """Return how much a line matters: answers that blame the server most, those that nobody reads least."""
    if route in _ROUTINE:
        return logging.DEBUG if status < 400 else logging.INFO
    if status >= 500:
        # That something is busy, was never installed, or takes longer than asked for, is no failure.
        return logging.WARNING if status in (501, 503, 504) else logging.ERROR
    return logging.INFO
