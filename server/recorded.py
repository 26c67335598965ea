"""The answer to a classification, put down where a record is kept."""

from __future__ import annotations

import msgspec
from flask import Response

from lesion.classifier import Result
from server.record import owner
from server.record.answers import Classified
from server.services import json_response, services

__all__ = ["recorded", "unrecorded"]


def recorded(result: Result, data: bytes) -> Response:
    """Return the answer about an image file, and put it down where a record is kept.

    The browser of the own page is given the cookie by which it can ask for it again.
    """
    record = services().record
    whose, browser = owner.classifying() if record else (None, None)
    record_id = record.record(result, data, whose) if record and whose else None
    response = unrecorded(result, record_id)
    if browser and record_id:
        owner.remember_browser(response, browser)
    return response


def unrecorded(result: Result, record_id: str | None = None) -> Response:
    """Return the answer alone, with the id under which it is kept, if it is."""
    return json_response(Classified(**msgspec.structs.asdict(result), record=record_id))
