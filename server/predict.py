"""``/predict``: one image as base64 in, a verdict and a probability out, errors in the same shape."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from lesion.errors import MissingImage
from server.answers import PredictAnswer
from server.errors import UnsupportedMediaType
from server.reading import ExplanationBody, PredictBody, body_kind, decode_base64, read_json
from server.services import json_response, services

__all__ = ["blueprint"]

blueprint = Blueprint("predict", __name__)


@blueprint.post("/predict")
def predict() -> Response:
    """Classify one image at the default model's default operating point."""
    if body_kind(request) != "json":
        raise UnsupportedMediaType("Send application/json with `image`, an image file as base64.")
    body = read_json(request, PredictBody)
    if body.image is None:
        raise MissingImage("Send `image`, an image file as base64.")
    data = decode_base64(body.image)
    result = services().models.classify(data, explain=False)
    heatmap = _lime(data, body.precision) if body.explain else None
    return json_response(
        PredictAnswer(prediction=result.prediction, probability=result.probability, explain=heatmap)
    )


def _lime(data: bytes, precision: str) -> str:
    asked = ExplanationBody(method="lime", precision=precision.lower())
    return services().explainer.explain(data, asked, g.request_id).heatmap
