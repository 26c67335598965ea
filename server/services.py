"""What the views of one application share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
from flask import Flask, Response, current_app

from server.config import Config
from server.events import Streams
from server.explainer import Explainer
from server.exposition import Exposition
from server.jobs import Jobs
from server.metrics import Metrics
from server.models import Models
from server.samples import Samples

if TYPE_CHECKING:  # it brings SQLAlchemy
    from server.record.recorder import Recorder

__all__ = ["Services", "install_services", "json_response", "services", "services_of"]

_KEY = "lesion"


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that outlive a request."""

    config: Config
    models: Models
    samples: Samples
    metrics: Metrics
    exposition: Exposition
    jobs: Jobs
    explainer: Explainer
    streams: Streams
    record: Recorder | None


def install_services(app: Flask, parts: Services) -> None:
    """Attach the parts to the application."""
    app.extensions[_KEY] = parts


def services_of(app: Flask) -> Services:
    """Return the parts of an application."""
    return cast(Services, app.extensions[_KEY])


def services() -> Services:
    """Return the parts of the application that handles the current request."""
    return services_of(current_app)


def json_response(value: object) -> Response:
    """Answer with a struct, list or dictionary as JSON."""
    return Response(msgspec.json.encode(value), mimetype="application/json")
