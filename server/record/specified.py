"""What the OpenAPI document says of the record."""

from __future__ import annotations

from lesion.formats import FORMATS
from server.openapi_parts import (
    EVERYWHERE,
    FROM_PAGE,
    Json,
    as_json,
    content,
    get,
    operation,
    optional,
    parameter,
    ref,
)
from server.record.answers import (
    MOST_PER_PAGE,
    Changes,
    Classified,
    Deleted,
    Evaluated,
    Record,
    RecordPage,
)

__all__ = ["TYPES", "history_paths"]

TYPES = (Classified, Changes, Deleted, Evaluated, Record, RecordPage)

_TAG = "history"
_MODEL = "Name of a model, that and its version, or the SHA-256 of its file"
_UUID: Json = {"type": "string", "format": "uuid"}
_ID = {**parameter("record_id", "Id of one of the own records"), "schema": _UUID}
_TIME: Json = {"type": "string", "examples": ["2026-11-21", "2026-11-21T18:00:00Z"]}
_FILTER = [
    optional("verdict", "Verdict of the model", {"enum": ["benign", "malignant"]}),
    optional("confirmed", "Whether a diagnosis was confirmed", {"type": "boolean"}),
    optional("from", "Not before this date (UTC) or moment", _TIME),
    optional("to", "Not after this date (UTC) or moment", _TIME),
]
_READ = (404, 503)
_ASK = (400, 404, 422, 503)
_WRITE = (403, 404, 503, *EVERYWHERE)


def history_paths() -> Json:
    """Return the operations on the record, each of them about the own records alone.

    They are those of the API key's holder, or of the browser that the cookie names. A server that keeps no
    record answers all of them with 404.
    """
    return {
        "/api/history": {
            **get("history", "List the own records", _TAG, as_json(RecordPage, "A page"), _pages(), _ASK),
            **operation(
                *("delete", "delete_history", "Delete all own records", _TAG, _deleted()),
                parameters=[FROM_PAGE],
                errors=_WRITE,
            ),
        },
        "/api/history.csv": get(
            "history_csv", "The own records as CSV", _TAG, content("A line each", "text/csv"), _FILTER, _ASK
        ),
        "/api/history/evaluation": get(
            "history_evaluation",
            "What a model did on the own confirmed cases",
            _TAG,
            as_json(Evaluated, "Numbers named as in metrics.json, where there are enough cases"),
            [optional("model", f"{_MODEL}; else that with most cases", {"type": "string"})],
            _ASK,
        ),
        "/api/history/{record_id}": _one(),
        "/api/history/{record_id}/image": get(
            "history_image",
            "The image of a record, where images are kept",
            _TAG,
            content("As it was sent", *(accepted.mimes[0] for accepted in FORMATS.values())),
            [_ID],
            _READ,
        ),
    }


def _one() -> Json:
    body = {"required": True, "content": {"application/json": {"schema": ref(Changes)}}}
    return {
        **get("record", "One record", _TAG, as_json(Record, "The record"), [_ID], _READ),
        **operation(
            "patch",
            "change_record",
            "Set or take away its note and confirmed diagnosis",
            _TAG,
            as_json(Record, "The record as it is now"),
            [_ID, FROM_PAGE],
            (400, 413, 422, *_WRITE),
            body,
        ),
        **operation("delete", "delete_record", "Delete it", _TAG, _deleted(), [_ID, FROM_PAGE], _WRITE),
    }


def _pages() -> list[Json]:
    return [
        *_FILTER,
        optional("page", "Which page", {"type": "integer", "minimum": 1, "default": 1}),
        optional(
            "per_page",
            "Records on a page",
            {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": 20},
        ),
    ]


def _deleted() -> Json:
    return as_json(Deleted, "How many are gone")
