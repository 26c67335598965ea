"""Answers of the worker itself to requests that no thread has time for, or that are not whole or no HTTP."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

import msgspec
from gunicorn.http import errors as unreadable

from lesion.errors import LesionError, TooManyBytes
from server.errors import (
    AddressTooLong,
    Busy,
    HeadTooLarge,
    NotHttp,
    RequestTimeout,
    TryLater,
    UnknownCoding,
)
from server.headers import SECURITY_HEADERS
from server.lanes import PICTURES
from server.metrics import Metrics
from server.problems import PredictError, problem_of

__all__ = ["refusal", "refusal_of"]

logger = logging.getLogger("server.access")

_ERRORS: dict[int, LesionError] = {
    error.status: error
    for error in (
        RequestTimeout("The request did not come in time; please send it again, without a pause."),
        TooManyBytes("The request is too large; send an image within the limit of /api/config."),
        HeadTooLarge("Address and headers are too long together; send shorter ones."),
        AddressTooLong("The address is too long; send what is long in the request's body."),
        NotHttp("This is no HTTP that a server can read; send it with an HTTP library."),
        UnknownCoding("The request comes in an unknown transfer coding; send it as it is, or in chunks."),
        LesionError("Something went wrong here; please try again."),
        Busy("Far too many requests came at the same time; please try again in a few seconds."),
    )
}

_STATUSES = {
    unreadable.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    unreadable.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    unreadable.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
_OURS = (
    unreadable.ConfigurationProblem,
    unreadable.InvalidResponseHeader,
    unreadable.InvalidResponseHeaderName,
)


def refusal(
    metrics: Metrics,
    why: int | LesionError,
    path: bytes,
    cause: str | None = None,
    address: str | None = None,
) -> bytes:
    """Return the whole answer to a request for ``path``, which is then logged and counted.

    ``why`` is an error, or the status for which there is one here. The line tells the ``cause`` in our own
    words, and none of the request's: the path only where it is one of those that take pictures. Whoever gives
    the client's ``address`` has it logged too.
    """
    error, instance = _ERRORS[why] if isinstance(why, int) else why, uuid.uuid4().hex
    status = error.status
    problem = problem_of(error, instance)
    metrics.observe_refusal(error.slug)
    level = (
        logging.WARNING if isinstance(error, TryLater) else logging.INFO
    )  # as of what the application answers
    route = path.decode() if path in PICTURES else None
    told = {"request_id": instance, "status": status, "refusal": error.slug}
    perhaps = {"route": route, "cause": cause, "address": address}
    logger.log(level, "refused", extra=told | {name: value for name, value in perhaps.items() if value})
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


def refusal_of(metrics: Metrics, error: BaseException, address: str | None = None) -> bytes:
    """Return the answer where gunicorn's parser raised ``error``, or something before an answer began.

    What the parser says repeats the request's own words, among which may be a name or a key.
    """
    if not isinstance(error, unreadable.ParseException) or isinstance(error, _OURS):
        logger.error("a request failed", exc_info=error)
        return refusal(metrics, HTTPStatus.INTERNAL_SERVER_ERROR, b"", address=address)
    status = _STATUSES.get(type(error), HTTPStatus.BAD_REQUEST)
    return refusal(metrics, status, b"", type(error).__name__, address)
