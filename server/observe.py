"""What an operator sees of each request and each job: an id, one log line and two metrics.

A line holds no image, no file name and no address: it names the route's pattern, never the path.
"""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.registry import Collector

from server.job import Job

__all__ = ["Metrics", "install_observation"]

logger = logging.getLogger("server.access")
jobs_logger = logging.getLogger("server.jobs")

_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9_.:-]{8,128}")
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOB_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500)


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self, models: Collector) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("lesion_http_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "lesion_http_request_duration_seconds",
            "Seconds from the request's arrival in the application to its answer.",
            labels,
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._jobs = Counter(
            "lesion_explanations",
            "Explanations that are over; the outcome is done, cached, cancelled, or the problem.",
            ("method", "outcome"),
            registry=self.registry,
        )
        self._job_seconds = Histogram(
            "lesion_explanation_duration_seconds",
            "Seconds that an explanation was worked on.",
            ("method", "outcome"),
            buckets=_JOB_BUCKETS,
            registry=self.registry,
        )
        self._keys = Counter(
            "lesion_api_key_requests",
            "Requests with an API key, by its name.",
            ("key",),
            registry=self.registry,
        )
        self.registry.register(models)
        ProcessCollector(registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        labels = (method if method in _METHODS else "other", route, str(status))
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)

    def observe_key(self, name: str) -> None:
        """Count one request with an API key."""
        self._keys.labels(name).inc()

    def observe_job(self, job: Job, outcome: str) -> None:
        """Count and log a job that is over."""
        seconds = job.seconds()
        self._jobs.labels(job.name, outcome).inc()
        self._job_seconds.labels(job.name, outcome).observe(seconds)
        jobs_logger.info(
            "job over",
            extra={
                "request_id": job.instance,
                "method": job.name,
                "outcome": outcome,
                "ms": round(seconds * 1000, 1),
            },
        )


def install_observation(app: Flask, metrics: Metrics) -> None:
    """Give every request an id, and log and count its answer."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        offered = request.headers.get("X-Request-ID", "")
        g.request_id = offered if _WELL_FORMED_ID.fullmatch(offered) else uuid.uuid4().hex

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        route = request.url_rule.rule if request.url_rule else "unmatched"
        metrics.observe(request.method, route, response.status_code, seconds)
        response.headers["X-Request-ID"] = g.request_id
        logger.info(
            "request",
            extra={
                "request_id": g.request_id,
                "method": request.method if request.method in _METHODS else "other",
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )
        return response
