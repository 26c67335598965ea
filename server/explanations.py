"""Explanations that take long: a job is created, followed, asked for, and cancelled.

Only who knows a job's key can do more than create one; to everybody else it is as if there were none.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for

from server.client import current_client
from server.events import notice_when_gone
from server.job import Job
from server.job_answers import JobCreated
from server.reading import ExplanationBody
from server.services import json_response, services
from server.uploads import read_upload

__all__ = ["blueprint"]

blueprint = Blueprint("explanations", __name__, url_prefix="/api/explanations")


@blueprint.post("")
def create() -> Response:
    """Begin to explain what is said of an image."""
    data, asked = read_upload(ExplanationBody)
    ticket = services().explainer.begin(data, asked, g.request_id, current_client())
    job = ticket.job
    response = json_response(
        JobCreated(
            id=job.id,
            key=job.key,
            state=job.status.state,
            method=asked.method,
            target=asked.target,
            precision=ticket.precision,
            samples=ticket.samples,
        )
    )
    response.status_code = 202
    response.headers["Location"] = url_for("explanations.state", job_id=job.id)
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
    notice_when_gone(request.environ)
    # The body of an answer to HEAD is neither taken nor closed.
    body = services().streams.follow(job) if request.method == "GET" else ()
    return Response(body, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _own(job_id: str) -> Job:
    return services().jobs.find(job_id, request.headers.get("X-Job-Key", ""))
