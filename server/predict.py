"""``/predict``: one image as base64 in, a verdict and a probability out, errors in the same shape."""

from __future__ import annotations

import io

from flask import Blueprint, Response, g, request

from lesion.errors import MissingImage
from lesion.evidence import data_url
from lesion.pictures import SIZE, laid_over
from server.answers import PredictAnswer
from server.client import Client, current_client
from server.errors import UnsupportedMediaType
from server.events import notice_when_gone
from server.reading import ExplanationBody, PredictBody, body_kind, decode_base64, read_json
from server.services import json_response, services

__all__ = ["blueprint"]

blueprint = Blueprint("predict", __name__)


@blueprint.post("/predict")
def predict() -> Response:
    """Classify one image at the default model's default operating point."""
    with services().metrics.stage("read"):
        data, body = _read()
    client = current_client()
    result = services().models.classify(data, client, explain=False)
    picture = _lime(data, client, body.precision) if body.explain else None
    return json_response(
        PredictAnswer(
            prediction=result.prediction,
            probability=result.probability,
            triage=result.triage,
            explain=picture,
        )
    )


def _read() -> tuple[bytes, PredictBody]:
    if body_kind(request) != "json":
        raise UnsupportedMediaType("Send application/json with `image`, an image file as base64.")
    services().models.places.check_room()
    body = read_json(request, PredictBody)
    if body.image is None:
        raise MissingImage("Send `image`, an image file as base64.")
    return decode_base64(body.image), body


def _lime(data: bytes, client: Client, precision: str) -> str:
    """Return the judged square with LIME's superpixels over it, as a data URL. Raises a LesionError."""
    asked = ExplanationBody(method="lime", precision=precision.lower())
    parts = services()
    # Before the job: afterwards a busy server could refuse it, and the explanation would be lost.
    _, photo = parts.models.picture(data, client, size=SIZE)
    notice_when_gone(request.environ)
    made = parts.explainer.explain(data, asked, g.request_id, client)
    picture = io.BytesIO()
    laid_over(photo, decode_base64(made.heatmap)).save(picture, "PNG")
    return data_url(picture.getvalue())
