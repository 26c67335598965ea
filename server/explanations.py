"""Explanations that take long: a job is created, followed, asked for, and cancelled.

Who accepts events is told them in the answer to the question itself, so that nothing needs to be asked of
the process that holds the job. Otherwise only who knows a job's key can do more than create one; to everybody
else it is as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Blueprint, Response, g, request, url_for

from server.client import current_client
from server.errors import Busy
from server.events import event, notice_when_gone
from server.explainer import Ticket
from server.job import Job
from server.job_answers import JobCreated
from server.reading import ExplanationBody
from server.services import json_response, services
from server.uploads import read_upload

__all__ = ["blueprint"]

EVENTS = "text/event-stream"

blueprint = Blueprint("explanations", __name__, url_prefix="/api/explanations")


@blueprint.post("")
def create() -> Response:
    """Begin to explain what is said of an image."""
    data, asked = read_upload(ExplanationBody)
    ticket = services().explainer.begin(data, asked, g.request_id, current_client())
    created = _created(ticket, asked)
    if request.accept_mimetypes.best_match(("application/json", EVENTS)) == EVENTS:
        response = _followed(ticket.job, created)
    else:
        response = json_response(created)
        response.status_code = 202
    response.headers["Location"] = url_for("explanations.state", job_id=ticket.job.id)
    response.vary.add("Accept")
    return response


@blueprint.get("/<job_id>")
def state(job_id: str) -> Response:
    """Tell how far an explanation is, and the explanation itself once it is done."""
    return json_response(_own(job_id).status)


@blueprint.delete("/<job_id>")
def cancel(job_id: str) -> Response:
    """Cancel an explanation."""
    job = _own(job_id)
    services().jobs.cancel(job)
    return json_response(job.status)


@blueprint.get("/<job_id>/events")
def follow(job_id: str) -> Response:
    """Follow an explanation by server-sent events until it is over."""
    job = _own(job_id)
    # The body of an answer to HEAD is neither taken nor closed.
    return _streamed(services().streams.follow(job) if request.method == "GET" else ())


def _created(ticket: Ticket, asked: ExplanationBody) -> JobCreated:
    return JobCreated(
        id=ticket.job.id,
        key=ticket.job.key,
        state=ticket.job.status.state,
        method=asked.method,
        target=asked.target,
        precision=ticket.precision,
        samples=ticket.samples,
    )


def _followed(job: Job, created: JobCreated) -> Response:
    """Answer with the job's events; who stops listening does not want it any more. Raises Busy."""
    parts = services()
    cancel = partial(parts.jobs.cancel, job)
    try:
        return _streamed(parts.streams.follow(job, first=[event("created", created)], left=cancel))
    except Busy:
        cancel()
        raise


def _streamed(body: Iterable[bytes]) -> Response:
    notice_when_gone(request.environ)
    return Response(body, mimetype=EVENTS, headers={"X-Accel-Buffering": "no"})


def _own(job_id: str) -> Job:
    return services().jobs.find(job_id, request.headers.get("X-Job-Key", ""))
