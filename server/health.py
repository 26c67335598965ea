"""What an operator's tools ask: is it alive, can it work, how does it do."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from server.answers import Health
from server.services import json_response, services

__all__ = ["blueprint"]

blueprint = Blueprint("health", __name__)


@blueprint.get("/ping")
def ping() -> Response:
    """Answer as soon as the process does."""
    return Response("pong", mimetype="text/plain")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 once the default model has classified an image, 503 before that."""
    models = services().models
    bundle = models.check_ready()
    return json_response(Health(model=models.default, version=bundle.manifest.fitted_version))


@blueprint.get("/metrics")
def metrics() -> Response:
    """Write the metrics in Prometheus' text format."""
    return Response(generate_latest(services().exposition), content_type=CONTENT_TYPE_LATEST)
