"""The API that the page uses, and that anybody may use."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lesion import __version__, advice
from lesion.formats import FORMATS, accept_attribute
from lesion.labels import DISCLAIMER
from lesion.roc import roc_of
from server.answers import PageConfig, UploadLimits
from server.client import current_client
from server.describe import classes, diagnoses, model_details, model_info, report_file, sample_info
from server.reading import ClassifyBody
from server.recorded import recorded, unrecorded
from server.samples import mime_type
from server.services import json_response, services
from server.uploads import read_upload

__all__ = ["blueprint"]

TITLE = "Skin lesion classifier"

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.post("/classify")
def classify() -> Response:
    """Classify one image, and keep the answer where a record is kept."""
    data, asked = read_upload(ClassifyBody)
    result = services().models.classify(
        data,
        current_client(),
        model=asked.model,
        clinical=asked.clinical,
        operating_point=asked.operating_point,
        threshold=asked.threshold,
        prevalence=asked.prevalence,
        explain=asked.explain,
        own=asked.sample is None,
    )
    return recorded(result, data) if asked.record else unrecorded(result)


@blueprint.get("/config")
def config() -> Response:
    """Tell the page what it needs."""
    parts = services()
    limits = UploadLimits(
        max_bytes=parts.config.lesion_max_bytes,
        max_pixels=parts.config.lesion_max_pixels,
        formats=list(FORMATS),
        accept=accept_attribute(),
    )
    answer = PageConfig(
        title=TITLE,
        version=__version__,
        disclaimer=DISCLAIMER,
        advice=advice.VERDICTS,
        limits=limits,
        samples=[sample_info(sample) for sample in parts.samples.by_id.values()],
        models=[
            model_info(name, bundle, parts.models.default) for name, bundle in parts.models.bundles.items()
        ],
        diagnoses=diagnoses(),
        record=parts.record.config if parts.record else None,
    )
    return _fresh(json_response(answer))


@blueprint.get("/classes")
def default_classes() -> Response:
    """List the default model's classes in the order of its outputs."""
    models = services().models
    return _fresh(json_response(classes(models.bundle(models.default).manifest)))


@blueprint.get("/models/<name>")
def model(name: str) -> Response:
    """Tell everything known of a model."""
    return _fresh(json_response(model_details(name, services().models.bundle(name))))


@blueprint.get("/models/<name>/roc")
def roc(name: str) -> Response:
    """Send a model's measured ROC curve, from which the rates at any threshold can be read."""
    return _fresh(json_response(roc_of(services().models.bundle(name))))


@blueprint.get("/models/<name>/report/<file>")
def report(name: str, file: str) -> Response:
    """Send a file of a model's report."""
    data, mime = report_file(services().models.bundle(name), file)
    return _fresh(Response(data, mimetype=mime))


@blueprint.get("/samples/<sample_id>")
def sample(sample_id: str) -> Response:
    """Send a sample image."""
    data = services().samples.read(sample_id)
    return _fresh(Response(data, mimetype=mime_type(data)))


@blueprint.get("/samples/<sample_id>/thumbnail")
def thumbnail(sample_id: str) -> Response:
    """Send a small preview of a sample."""
    return _fresh(Response(services().samples.thumbnail(sample_id), mimetype="image/jpeg"))


def _fresh(response: Response) -> Response:
    """Let browsers keep the answer, but ask each time whether it has changed."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
