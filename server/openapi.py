"""The OpenAPI 3.1 description of every route, its schemas made from the types that the code itself uses."""

from __future__ import annotations

from typing import Any

import msgspec

from lesion import __version__
from lesion.classifier import Result
from lesion.clinical import SEXES, SITES
from lesion.drawings import KINDS
from lesion.labels import DISCLAIMER
from lesion.roc import Roc
from server.answers import Class, Health, ModelDetails, PageConfig, PredictAnswer
from server.errors import Kind
from server.problems import PredictError, Problem
from server.reading import ClassifyBody, PredictBody

__all__ = ["specification"]

Json = dict[str, Any]

_TYPES = (
    Result,
    PageConfig,
    Class,
    ModelDetails,
    Roc,
    PredictAnswer,
    PredictError,
    Health,
    Problem,
    Kind,
    ClassifyBody,
    PredictBody,
)

_EVERYWHERE = (500,)
_UPLOAD = (400, 404, 413, 415, 422, 500, 501, 503)

_MEANINGS = {
    400: "Not an image, damaged, or a request that does not parse",
    404: "There is no such thing",
    413: "Too large, in bytes or in pixels",
    415: "A format or content type that is not accepted",
    422: "Well formed, but not usable",
    500: "The server failed; the answer tells an id and nothing else",
    501: "Needs a library that is not installed here",
    503: "Not ready yet, too busy, or the model cannot be used",
}

_CLINICAL = "left out where it is not known, and for a model that judges by the image alone"

_INSIDE: Json = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}

_FORM: Json = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "The image file",
        },
        "model": {"type": "string", "description": "A model of /api/config"},
        "operating_point": {"type": "string", "description": "One of the model's operating points"},
        "threshold": {**_INSIDE, "description": "A cut of your own instead of an operating point"},
        "prevalence": {**_INSIDE, "description": "Share of malignant lesions, for predictive values"},
        "explain": {"type": "boolean", "default": True, "description": "Whether to return the evidence map"},
        "age": {"type": "number", "description": f"Years; {_CLINICAL}"},
        "sex": {"type": "string", "description": f"One of {', '.join(SEXES)}; {_CLINICAL}"},
        "localization": {"type": "string", "description": f"Site, such as {SITES[0]}; {_CLINICAL}"},
    },
}


def specification() -> Json:
    """Return the document, ready to be written as JSON."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Skin lesion classifier",
            "version": __version__,
            "description": DISCLAIMER,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "classification", "description": "Images in, calibrated probabilities out"},
            {"name": "description", "description": "What is on offer, and what was measured"},
            {"name": "operation", "description": "For those who run the server"},
            {"name": "page", "description": "For browsers"},
        ],
        "paths": {**_classification(), **_description(), **_operation(), **_page()},
        "components": {"schemas": components},
    }


def _classification() -> Json:
    classify_body = {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FORM},
            "application/json": {
                "schema": _ref(ClassifyBody),
                "examples": {
                    "image": {"value": {"image": "/9j/4AAQSkZJRg...", "operating_point": "sensitive"}},
                    "sample": {"value": {"sample": f"drawing-{KINDS[0]}", "explain": False}},
                },
            },
        },
    }
    predict_body = {"required": True, "content": {"application/json": {"schema": _ref(PredictBody)}}}
    return {
        "/api/classify": _operation_of(
            "post",
            "classify",
            "Classify one image",
            "classification",
            _json(
                Result,
                "Verdict, calibrated probability, and the sensitivity and specificity at the threshold used",
            ),
            errors=_UPLOAD,
            body=classify_body,
        ),
        "/predict": _operation_of(
            "post",
            "predict",
            "Classify one image, in few words",
            "classification",
            _json(PredictAnswer, "Verdict and calibrated probability of malignancy"),
            errors=_UPLOAD,
            body=predict_body,
            error_type=PredictError,
        ),
    }


def _description() -> Json:
    name = _parameter("name", "Name of a model of /api/config")
    sample = _parameter("sample_id", "Id of a sample of /api/config")
    file = _parameter("file", "Name of a file of the report")
    about = "description"
    plots = _content(
        "A file of the report",
        "image/svg+xml",
        "image/png",
        "application/json",
        "text/csv",
        "text/markdown",
        "text/html",
        "text/css",
    )
    images = _content(
        "The image", "image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/heif"
    )
    return {
        "/api/config": _get(
            "config", "What the page needs to know", about, _json(PageConfig, "Limits, samples, models")
        ),
        "/api/classes": _get(
            "classes", "Classes of the default model", about, _json_list(Class, "Ordered as the outputs")
        ),
        "/api/models/{name}": _get(
            "model",
            "All about a model",
            about,
            _json(ModelDetails, "Manifest, measurements, card, plots"),
            [name],
            (404, 503),
        ),
        "/api/models/{name}/roc": _get(
            "roc",
            "A model's measured ROC curve",
            about,
            _json(Roc, "Held-out lesions flagged at each of their own probabilities, by falling threshold"),
            [name],
            (404, 503),
        ),
        "/api/models/{name}/report/{file}": _get(
            "report", "A file of a model's report", about, plots, [name, file], (404, 503)
        ),
        "/api/samples/{sample_id}": _get("sample", "A sample image", about, images, [sample], (404,)),
        "/api/samples/{sample_id}/thumbnail": _get(
            "thumbnail",
            "A small preview of a sample",
            about,
            _content("The preview", "image/jpeg"),
            [sample],
            (404,),
        ),
        "/api/openapi.json": _get(
            "openapi", "This document", about, _content("OpenAPI 3.1", "application/json")
        ),
        "/api/docs": _get("docs", "This document, to read", about, _content("A page", "text/html")),
        "/api/docs/style.css": _get("docs_style", "Style of that page", about, _content("Style", "text/css")),
        "/problems/{slug}": _get(
            "problem",
            "What a kind of problem means",
            about,
            {
                "description": "Meaning and remedy",
                "content": {
                    "application/json": {"schema": _ref(Kind)},
                    **_content("", "text/html")["content"],
                },
            },
            [_parameter("slug", "The last part of a problem's type")],
            (404,),
        ),
    }


def _operation() -> Json:
    tag = "operation"
    return {
        "/ping": _get("ping", "Whether the process is alive", tag, _content("pong", "text/plain")),
        "/healthz": _get(
            "healthz", "Whether the model answers", tag, _json(Health, "It does"), errors=(503,)
        ),
        "/metrics": _get("metrics", "Metrics for Prometheus", tag, _content("Text format", "text/plain")),
    }


def _page() -> Json:
    path = _parameter("path", "Path of a file of the page")
    return {
        "/": _get("index", "The page", "page", _content("HTML", "text/html")),
        "/static/{path}": _get(
            "static", "A file of the page", "page", _content("The file", "*/*"), [path], (404,)
        ),
    }


def _get(
    name: str,
    summary: str,
    tag: str,
    answer: Json,
    parameters: list[Json] | None = None,
    errors: tuple[int, ...] = (),
) -> Json:
    return _operation_of("get", name, summary, tag, answer, parameters, (*errors, *_EVERYWHERE))


def _operation_of(
    method: str,
    name: str,
    summary: str,
    tag: str,
    answer: Json,
    parameters: list[Json] | None = None,
    errors: tuple[int, ...] = (),
    body: Json | None = None,
    error_type: type = Problem,
) -> Json:
    failures = {str(status): _failure(status, error_type) for status in errors}
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": parameters or [],
        "responses": {"200": answer, **failures},
    }
    return {method: {**operation, "requestBody": body} if body else operation}


def _failure(status: int, error_type: type) -> Json:
    media = "application/problem+json" if error_type is Problem else "application/json"
    answer: Json = {"description": _MEANINGS[status], "content": {media: {"schema": _ref(error_type)}}}
    if status == 503:
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return answer


def _ref(kind: type) -> Json:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _json(kind: type, description: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": _ref(kind)}}}


def _json_list(kind: type, description: str) -> Json:
    schema = {"type": "array", "items": _ref(kind)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _content(description: str, *media_types: str) -> Json:
    return {"description": description, "content": {media: {} for media in media_types}}


def _parameter(name: str, description: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }
