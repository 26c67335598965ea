"""Answers of the worker's loop itself, to requests that no thread has time for, or that are not all there."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

import msgspec

from lesion.errors import LesionError, TooManyBytes
from server.errors import Busy, HeadTooLarge, RequestTimeout, TryLater
from server.headers import SECURITY_HEADERS
from server.metrics import Metrics
from server.problems import PredictError, problem_of

__all__ = ["refusal"]

logger = logging.getLogger("server.access")

_ERRORS: dict[int, LesionError] = {
    error.status: error
    for error in (
        RequestTimeout("The request did not come in time; please send it again, without a pause."),
        TooManyBytes("The request is too large; send an image within the limit of /api/config."),
        HeadTooLarge("Address and headers are too long together; send shorter ones."),
        Busy("Far too many requests came at the same time; please try again in a few seconds."),
    )
}


def refusal(metrics: Metrics, status: int, path: bytes) -> bytes:
    """Return the whole answer with a status to a request for ``path``, which is then logged and counted."""
    error, instance = _ERRORS[status], uuid.uuid4().hex
    problem = problem_of(error, instance)
    metrics.observe_refusal(error.slug)
    level = (
        logging.WARNING if isinstance(error, TryLater) else logging.INFO
    )  # as of what the application answers
    logger.log(level, "refused", extra={"request_id": instance, "status": status, "refusal": error.slug})
    if path == b"/predict":
        kind, body = "application/json", msgspec.json.encode(PredictError(error=problem.detail))
    else:
        kind, body = "application/problem+json", msgspec.json.encode(problem)
    headers = {
        "Connection": "close",
        "Content-Type": kind,
        "Content-Length": len(body),
        "Cache-Control": "no-store",
        "X-Request-ID": instance,
        **({"Retry-After": error.retry_after} if isinstance(error, TryLater) else {}),
        **SECURITY_HEADERS,
    }
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
