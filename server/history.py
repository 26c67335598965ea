"""The record of a browser or of an API key's holder: to read, complete, measure, take away and delete.

Nobody can tell another one's record from one that never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, request

from server.errors import NotFound
from server.reading import read_json, read_query
from server.record import owner
from server.record.answers import (
    Changes,
    Deleted,
    HistoryFilter,
    HistoryQuery,
    ModelQuery,
)
from server.record.asked import Period, columns_to_set, period_of
from server.record.sheet import lines
from server.services import json_response, services

if TYPE_CHECKING:
    from server.record.recorder import Recorder
    from server.record.store import Store

__all__ = ["blueprint"]

MOST_CASES = 5_000
"""Confirmed records that are measured at a request, the newest; the command line measures all."""

MOST_BYTES = 32_768
"""Largest body of a change: the longest note in any writing, escaped, and a diagnosis."""

blueprint = Blueprint("history", __name__, url_prefix="/api")


@blueprint.get("/history")
def page() -> Response:
    """List the own records that fit a filter, the newest first."""
    store, asked = _store(), read_query(request, HistoryQuery)
    return json_response(store.page(owner.reading(), period_of(asked), asked.page, asked.per_page))


@blueprint.delete("/history")
def delete_all() -> Response:
    """Delete all own records, and have the browser forget its id."""
    response = json_response(Deleted(deleted=_recorder().delete_all(owner.writing())))
    owner.forget_browser(response)
    return response


@blueprint.get("/history.csv")
def sheet() -> Response:
    """Send the own records that fit a filter as CSV."""
    store, period = _store(), period_of(read_query(request, HistoryFilter))
    batches = store.each(owner.reading(), period)
    first = list(islice(batches, 1))  # what fails, fails before the answer begins
    named = {"Content-Disposition": 'attachment; filename="lesion-history.csv"'}
    return Response(_encoded(lines(chain(first, batches))), mimetype="text/csv", headers=named)


@blueprint.get("/history/evaluation")
def evaluation() -> Response:
    """Tell how a model did on the own cases whose diagnosis was confirmed."""
    kept, asked = _recorder(), read_query(request, ModelQuery)
    batches = kept.store.each(owner.reading(), Period(confirmed=True))
    cases = (record for batch in batches for _, record in batch)
    return json_response(kept.evaluate(list(islice(cases, MOST_CASES)), asked.model))


@blueprint.get("/history/<uuid:record_id>")
def record(record_id: UUID) -> Response:
    """Tell what was kept of one prediction."""
    return json_response(_store().find(owner.reading(), str(record_id)))


@blueprint.patch("/history/<uuid:record_id>")
def change(record_id: UUID) -> Response:
    """Set or take away the note and the confirmed diagnosis of a record."""
    request.max_content_length = MOST_BYTES
    store, whose = _store(), owner.writing()
    values = columns_to_set(read_json(request, Changes))
    return json_response(store.change(whose, str(record_id), values))


@blueprint.delete("/history/<uuid:record_id>")
def delete(record_id: UUID) -> Response:
    """Delete a record, and its image."""
    return json_response(Deleted(deleted=_recorder().delete(owner.writing(), str(record_id))))


@blueprint.get("/history/<uuid:record_id>/image")
def image(record_id: UUID) -> Response:
    """Send the image of a record as it was sent."""
    data, mime = _store().image(owner.reading(), str(record_id))
    return Response(data, mimetype=mime)


def _store() -> Store:
    return _recorder().store


def _recorder() -> Recorder:
    recorder = services().record
    if recorder is None:
        raise NotFound("This server keeps no record; whoever runs it can set DATABASE_URL.")
    return recorder


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)
