"""What the OpenAPI document says over and over: operations, answers, errors, and bodies with an image."""

from __future__ import annotations

from typing import Any

from lesion.clinical import SEXES, SITES
from server.csrf import PAGE_HEADER, PAGE_VALUE
from server.problems import Problem

__all__ = [
    "EVERYWHERE",
    "FROM_PAGE",
    "Json",
    "as_json",
    "as_json_list",
    "content",
    "get",
    "operation",
    "optional",
    "parameter",
    "ref",
    "upload",
]

Json = dict[str, Any]

EVERYWHERE = (400, 401, 408, 429, 431, 500)
"""Statuses with which anything may fail: before it is looked at, or for want of foresight."""

_MEANINGS = {
    400: "Not an image, damaged, a request that does not parse, or for another host",
    401: "The API key is not known, or one is needed",
    403: "Not asked for by this server's own page, though a cookie would authorise it",
    404: "There is no such thing",
    408: "Not all of the request came in time",
    413: "Too large, in bytes or in pixels",
    415: "A format or content type that is not accepted",
    422: "Well formed, but not usable",
    429: "Too many requests from this address, or with this API key",
    431: "Address and headers are too long together",
    500: "The server failed; the answer tells an id and nothing else",
    501: "Needs a library that is not installed here",
    503: "Not ready yet, too busy, or the model cannot be used",
    504: "Took longer than this server allows",
}

FROM_PAGE: Json = {
    "name": PAGE_HEADER,
    "in": "header",
    "required": False,
    "description": f"`{PAGE_VALUE}`, as the server's own page sends it. Who has a browser's cookie and no "
    "API key needs it to change records, and to have an answer kept as one",
    "schema": {"type": "string", "examples": [PAGE_VALUE]},
}
"""The header that no other site's form can send: see `server.csrf`."""

_CLINICAL = "left out where it is not known, and for a model that judges by the image alone"

_FILE: Json = {
    "type": "string",
    "contentMediaType": "application/octet-stream",
    "description": "The image file",
}

_SUBJECT: Json = {
    "model": {"type": "string", "description": "A model of /api/config"},
    "age": {"type": "number", "description": f"Years; {_CLINICAL}"},
    "sex": {"type": "string", "description": f"One of {', '.join(SEXES)}; {_CLINICAL}"},
    "localization": {"type": "string", "description": f"Site, such as {SITES[0]}; {_CLINICAL}"},
}


def upload(kind: type, fields: Json, image: Json, sample: Json) -> Json:
    """Return the body of a request with an image: a form, or JSON of ``kind`` with an example of each way."""
    form = {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": _FILE, **_SUBJECT, **fields},
    }
    examples = {"image": {"value": image}, "sample": {"value": sample}}
    return {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": form},
            "application/json": {"schema": ref(kind), "examples": examples},
        },
    }


def get(
    name: str,
    summary: str,
    tag: str,
    answer: Json,
    parameters: list[Json] | None = None,
    errors: tuple[int, ...] = (),
) -> Json:
    """Return an operation that reads."""
    return operation("get", name, summary, tag, answer, parameters, errors)


def operation(
    method: str,
    name: str,
    summary: str,
    tag: str,
    answer: Json,
    parameters: list[Json] | None = None,
    errors: tuple[int, ...] = (),
    body: Json | None = None,
    error_type: type = Problem,
    status: int = 200,
) -> Json:
    """Return one operation under its HTTP method's name; it may also fail in the ways of ``EVERYWHERE``."""
    failures = {str(error): _failure(error, error_type) for error in sorted({*errors, *EVERYWHERE})}
    described: Json = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": parameters or [],
        "responses": {str(status): answer, **failures},
    }
    return {method: {**described, "requestBody": body} if body else described}


def _failure(status: int, error_type: type) -> Json:
    media = "application/problem+json" if error_type is Problem else "application/json"
    answer: Json = {"description": _MEANINGS[status], "content": {media: {"schema": ref(error_type)}}}
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}}}
    return answer


def ref(kind: type) -> Json:
    """Return a reference to the schema of a type."""
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def as_json(kind: type, description: str) -> Json:
    """Return an answer that is one object of a type."""
    return {"description": description, "content": {"application/json": {"schema": ref(kind)}}}


def as_json_list(kind: type, description: str) -> Json:
    """Return an answer that is a list of a type."""
    schema = {"type": "array", "items": ref(kind)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def content(description: str, *media_types: str) -> Json:
    """Return an answer of which only the content type is told."""
    return {"description": description, "content": {media: {} for media in media_types}}


def parameter(name: str, description: str, place: str = "path") -> Json:
    """Return a parameter that must be given, in the address or in a header."""
    return {
        "name": name,
        "in": place,
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


def optional(name: str, description: str, schema: Json) -> Json:
    """Return a parameter behind the address that may be left out."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
