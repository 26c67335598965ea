"""How errors are answered: as problem documents (RFC 9457), whose ``type`` is ``/problems/<slug>``.

``/predict`` answers the same errors with the same statuses, in its own shape.
"""

from __future__ import annotations

import logging

import msgspec
from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from lesion.errors import InputError, LesionError, MalformedRequest, MissingDependency, TooManyBytes
from server.errors import (
    JobTimeout,
    MethodNotAllowed,
    NotFound,
    RangeNotSatisfiable,
    TryLater,
    Unauthorised,
    UnsupportedMediaType,
)

__all__ = ["FailedElsewhere", "PredictError", "Problem", "answer_error", "install_problems", "problem_of"]

logger = logging.getLogger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error as RFC 9457 describes it; ``instance`` is the request id that stands in the server's log."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class FailedElsewhere(Exception):  # noqa: N818 (says where, as its kin say what)
    """A job's problem, for a request that waited for the job."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class PredictError(msgspec.Struct, frozen=True, kw_only=True):
    """An error as ``/predict`` answers it."""

    success: bool = False
    error: str


_BY_STATUS: dict[int, tuple[type[LesionError], str]] = {
    400: (MalformedRequest, "The request could not be read completely; please send it again."),
    404: (NotFound, "There is nothing at this address; /api/docs lists what there is."),
    405: (MethodNotAllowed, "This address does not answer that method; see the Allow header."),
    413: (
        TooManyBytes,
        "The request is too large; send an image within the limit of /api/config, and short fields.",
    ),
    415: (UnsupportedMediaType, "Send multipart/form-data or application/json."),
    416: (RangeNotSatisfiable, "The file is shorter than that; ask for all of it."),
}


def install_problems(app: Flask) -> None:
    """Answer every exception that leaves a view, and every one before it, as a problem."""
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(ParseException, _on_unreadable_body)
    app.register_error_handler(Exception, answer_error)


def problem_of(error: BaseException, instance: str) -> Problem:
    """Return an error as a document about the request ``instance``; log what is not the client's fault.

    Of an error that nobody foresaw, the log says everything and the document nothing but the id.
    """
    if isinstance(error, FailedElsewhere):
        return error.problem
    if not isinstance(error, LesionError):
        logger.error("unexpected error", exc_info=error, extra={"request_id": instance})
        told = f"Something went wrong here. Please try again; if it stays so, report the id {instance}."
        return _document(LesionError, told, instance)
    if error.status >= 500 and not isinstance(error, InputError | TryLater | MissingDependency | JobTimeout):
        logger.error("%s: %s", error.slug, error, extra={"request_id": instance})
    return _document(type(error), str(error), instance)


def _document(kind: type[LesionError], detail: str, instance: str) -> Problem:
    return Problem(
        type=f"/problems/{kind.slug}", title=kind.title, status=kind.status, detail=detail, instance=instance
    )


def answer_error(error: Exception) -> Response:
    """Answer the current request with an error, and with the headers that belong to its kind."""
    response = _answer(problem_of(error, _request_id()))
    if isinstance(error, TryLater):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorised):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _on_http_exception(exception: HTTPException) -> Response:
    status = exception.code or 500
    if status == 500:
        return answer_error(getattr(exception, "original_exception", None) or exception)
    response = answer_error(_translated(status)) if status in _BY_STATUS else _untold(exception, status)
    for name, value in exception.get_headers():
        if name in {"Allow", "Content-Range", "Retry-After"}:
            response.headers[name] = value
    return response


def _translated(status: int) -> LesionError:
    kind, detail = _BY_STATUS[status]
    return kind(detail)


def _untold(exception: HTTPException, status: int) -> Response:
    detail = exception.description or exception.name
    problem = Problem(
        type="about:blank", title=exception.name, status=status, detail=detail, instance=_request_id()
    )
    return _answer(problem)


def _on_unreadable_body(error: ParseException) -> Response:
    return answer_error(_translated(400))


def _answer(problem: Problem) -> Response:
    g.refusal = problem.type.rpartition("/")[2]
    if request.path == "/predict":
        body = msgspec.json.encode(PredictError(error=problem.detail))
        return Response(body, problem.status, mimetype="application/json")
    return Response(msgspec.json.encode(problem), problem.status, mimetype="application/problem+json")


def _request_id() -> str:
    return str(g.get("request_id", ""))
