"""The OpenAPI 3.1 description of every route, its schemas made from the types that the code itself uses."""

from __future__ import annotations

import msgspec

from lesion import __version__
from lesion.drawings import KINDS
from lesion.explain import METHODS, PRECISIONS
from lesion.labels import DISCLAIMER
from lesion.roc import Roc
from server.answers import Class, Health, ModelDetails, PageConfig, PredictAnswer
from server.errors import Kind
from server.job_answers import JobCreated, JobStatus
from server.openapi_parts import (
    FROM_PAGE,
    Json,
    as_json,
    as_json_list,
    content,
    get,
    operation,
    parameter,
    ref,
    upload,
)
from server.problems import PredictError, Problem
from server.reading import ClassifyBody, ExplanationBody, PredictBody
from server.record.answers import Classified
from server.record.owner import COOKIE
from server.record.specified import TYPES, history_paths

__all__ = ["Json", "specification"]

_TYPES = (
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
    ExplanationBody,
    PredictBody,
    JobCreated,
    JobStatus,
    *TYPES,
)

_UPLOAD = (400, 404, 413, 415, 422, 500, 501, 503)

_KEY = "An API key of this server, where it gives any out: for a limit of its own, or because it needs one"
_BROWSER = "The browser that a record is kept for. /api/classify sets it, asked by the server's own page"

_STRING: Json = {"type": "string"}
_INSIDE: Json = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}

_CLASSIFY: Json = {
    "operating_point": {"type": "string", "description": "One of the model's operating points"},
    "threshold": {**_INSIDE, "description": "A cut of your own instead of an operating point"},
    "prevalence": {**_INSIDE, "description": "Share of malignant lesions, for predictive values"},
    "explain": {"type": "boolean", "default": True, "description": "Whether to return the evidence map"},
    "record": {
        "type": "boolean",
        "default": True,
        "description": "Whether to keep the answer, if any",
    },
}

_EXPLAIN: Json = {
    "method": {"enum": list(METHODS), "default": "cam", "description": "How to explain"},
    "target": {"type": "string", "default": "malignant", "description": "What for; a target of the model"},
    "precision": {
        "enum": list(PRECISIONS),
        "default": "low",
        "description": "How many passes, where the method has a choice",
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
        "security": [{}, {"key": []}, {"browser": []}],
        "tags": [
            {"name": "classification", "description": "Images in, calibrated probabilities out"},
            {
                "name": "explanation",
                "description": "Where answers come from: jobs, since it may take long",
            },
            {"name": "history", "description": "What was kept for a browser or an API key, if anything is"},
            {"name": "description", "description": "What is on offer, and what was measured"},
            {"name": "operation", "description": "For those who run the server"},
            {"name": "page", "description": "For browsers"},
        ],
        "paths": {
            **_classification(),
            **_explanation(),
            **history_paths(),
            **_description(),
            **_operation(),
            **_page(),
        },
        # As it will be read: a default may be a tuple, which JSON does not know.
        "components": {
            "schemas": msgspec.json.decode(msgspec.json.encode(components)),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": _KEY},
                "browser": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": _BROWSER},
            },
        },
    }


def _classification() -> Json:
    classify_body = upload(
        ClassifyBody,
        _CLASSIFY,
        {"image": "/9j/4AAQSkZJRg...", "operating_point": "sensitive"},
        {"sample": f"drawing-{KINDS[0]}", "explain": False},
    )
    cookie = {"Set-Cookie": {"description": f"`{COOKIE}`, where it is kept for a browser", "schema": _STRING}}
    classified = as_json(
        Classified,
        "Verdict, calibrated probability, and the sensitivity and specificity at the threshold used",
    )
    predict_body = {"required": True, "content": {"application/json": {"schema": ref(PredictBody)}}}
    return {
        "/api/classify": operation(
            "post",
            "classify",
            "Classify one image",
            "classification",
            {**classified, "headers": cookie},
            [FROM_PAGE],
            errors=_UPLOAD,
            body=classify_body,
        ),
        "/predict": operation(
            "post",
            "predict",
            "Classify one image, in few words",
            "classification",
            as_json(PredictAnswer, "Verdict and calibrated probability of malignancy"),
            errors=(*_UPLOAD, 504),
            body=predict_body,
            error_type=PredictError,
        ),
    }


def _explanation() -> Json:
    tag, about = "explanation", "/api/explanations/{job_id}"
    body = upload(
        ExplanationBody,
        _EXPLAIN,
        {"image": "/9j/4AAQSkZJRg...", "method": "occlusion", "precision": "low"},
        {"sample": f"drawing-{KINDS[0]}", "method": "cam"},
    )
    location = {"Location": {"description": "Address of the job", "schema": _STRING}}
    created = {**as_json(JobCreated, "A job, and the key to ask for it with"), "headers": location}
    job = [parameter("job_id", "Id of a job"), parameter("X-Job-Key", "Key of the job", "header")]
    streamed = content("Events `progress`, `done`, `failed`, `cancelled`: a JobStatus", "text/event-stream")
    begin = operation(
        "post", "explain", "Begin an explanation", tag, created, errors=_UPLOAD, body=body, status=202
    )
    begin["post"]["responses"]["200"] = content(
        "To whoever accepts events: `created`, a JobCreated, and then those of the job", "text/event-stream"
    )
    return {
        "/api/explanations": begin,
        about: {
            **get("explanation", "How far it is", tag, as_json(JobStatus, "State and result"), job, (404,)),
            **operation(
                "delete",
                "cancel_explanation",
                "Cancel it",
                tag,
                as_json(JobStatus, "Its last state"),
                job,
                (404,),
            ),
        },
        f"{about}/events": get("explanation_events", "Follow it", tag, streamed, job, (404, 503)),
    }


def _description() -> Json:
    name = parameter("name", "Name of a model of /api/config")
    sample = parameter("sample_id", "Id of a sample of /api/config")
    file = parameter("file", "Name of a file of the report")
    about = "description"
    plots = content(
        "A file of the report",
        "image/svg+xml",
        "image/png",
        "application/json",
        "text/csv",
        "text/markdown",
        "text/html",
        "text/css",
    )
    images = content(
        "The image", "image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/heif"
    )
    return {
        "/api/config": get(
            "config", "What the page needs to know", about, as_json(PageConfig, "Limits, samples, models")
        ),
        "/api/classes": get(
            "classes", "Classes of the default model", about, as_json_list(Class, "Ordered as the outputs")
        ),
        "/api/models/{name}": get(
            "model",
            "All about a model",
            about,
            as_json(ModelDetails, "Manifest, measurements, card, plots"),
            [name],
            (404, 503),
        ),
        "/api/models/{name}/roc": get(
            "roc",
            "A model's measured ROC curve",
            about,
            as_json(Roc, "Held-out lesions flagged at each of their own probabilities, by falling threshold"),
            [name],
            (404, 503),
        ),
        "/api/models/{name}/report/{file}": get(
            "report", "A file of a model's report", about, plots, [name, file], (404, 503)
        ),
        "/api/samples/{sample_id}": get("sample", "A sample image", about, images, [sample], (404,)),
        "/api/samples/{sample_id}/thumbnail": get(
            "thumbnail",
            "A small preview of a sample",
            about,
            content("The preview", "image/jpeg"),
            [sample],
            (404,),
        ),
        "/api/openapi.json": get(
            "openapi", "This document", about, content("OpenAPI 3.1", "application/json")
        ),
        "/api/docs": get("docs", "This document, to read", about, content("A page", "text/html")),
        "/api/docs/style.css": get("docs_style", "Style of that page", about, content("Style", "text/css")),
        "/problems/{slug}": get(
            "problem",
            "What a kind of problem means",
            about,
            {
                "description": "Meaning and remedy",
                "content": {
                    "application/json": {"schema": ref(Kind)},
                    **content("", "text/html")["content"],
                },
            },
            [parameter("slug", "The last part of a problem's type")],
            (404,),
        ),
    }


def _operation() -> Json:
    tag = "operation"
    return {
        "/ping": get("ping", "Whether the process is alive", tag, content("pong", "text/plain")),
        "/healthz": get(
            "healthz", "Whether the model answers", tag, as_json(Health, "It does"), errors=(503,)
        ),
        "/metrics": get("metrics", "Metrics for Prometheus", tag, content("Text format", "text/plain")),
    }


def _page() -> Json:
    path = parameter("path", "Path of a file of the page")
    return {
        "/": get("index", "The page", "page", content("HTML", "text/html")),
        "/static/{path}": get(
            "static", "A file of the page", "page", content("The file", "*/*"), [path], (404,)
        ),
    }
