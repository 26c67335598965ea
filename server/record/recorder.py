"""The record of one server: what is put down of each answer, and what becomes of it."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge

from lesion.classifier import Result
from lesion.decode import Limits, dimensions
from server.cache import Cache
from server.config import Config
from server.errors import Busy
from server.record.answers import Evaluated, Record, RecordConfig, image_url
from server.record.database import PLACE_S, Database, parse_url
from server.record.evaluation import evaluate
from server.record.keeper import Keeper
from server.record.store import Entry, Store
from server.samples import mime_type

__all__ = ["Recorder"]

MEASURED_BYTES = 1_000_000
"""Memory for evaluations, of which each takes some kilobytes; a page asks for one with each list."""


class Recorder:
    """Keeps predictions for their owners in the configured database. Raises ConfigError."""

    def __init__(self, config: Config, registry: CollectorRegistry) -> None:
        days = config.retention_days
        self.config = RecordConfig(images=config.store_images, retention_days=days)
        self._limits = Limits(max_bytes=config.lesion_max_bytes, max_pixels=config.lesion_max_pixels)
        database = Database(parse_url(config.database_url or ""))
        self.store = Store(database, timedelta(days=days) if days else None)
        self._evaluated: Cache[bytes, Evaluated] = Cache(MEASURED_BYTES)
        self._measuring = threading.Lock()
        self._keeper = Keeper(self.store, _Tally(registry))

    def record(self, result: Result, data: bytes, owner: str) -> str | None:
        """Keep an answer about an image file; return the record's id, or None where it cannot even wait."""
        record_id = str(uuid.uuid4())
        width, height = dimensions(data, self._limits)
        record = Record(
            id=record_id,
            time=datetime.now(UTC),
            image_sha256=hashlib.sha256(data).hexdigest(),
            width=width,
            height=height,
            quality=result.quality,
            probability=result.probability,
            prediction=result.prediction,
            operating_point=result.operating_point.name,
            threshold=result.operating_point.threshold,
            model=result.model,
            triage=result.triage.level,
            note=None,
            confirmed_dx=None,
            image=image_url(record_id) if self.config.images else None,
        )
        image = (data, mime_type(data)) if self.config.images else None
        return record_id if self._keeper.keep(Entry(record=record, owner=owner, image=image)) else None

    def evaluate(self, cases: Sequence[Record], model: str | None) -> Evaluated:
        """Measure a model on confirmed records: see `server.record.evaluation`. It is remembered.

        One is made at a time, since each takes a processor and memory. Raises Busy where another is still
        being made: whoever waited for it would hold one of the threads that pages and metrics need too.
        """
        key = hashlib.sha256(
            repr((model, [(case.id, case.confirmed_dx) for case in cases])).encode()
        ).digest()
        if known := self._evaluated.get(key):
            return known
        if not self._measuring.acquire(timeout=PLACE_S):
            raise Busy("Other cases are being measured; please ask again in a few seconds.")
        try:
            known = self._evaluated.get(key)
            if known is None:
                known = evaluate(cases, model)
                self._evaluated.put(key, known)
            return known
        finally:
            self._measuring.release()

    def delete(self, owner: str, record_id: str) -> int:
        """Delete a record, also one that waits to be written. Raises UnknownRecord, RecordUnavailable."""
        return self._keeper.forget(owner, record_id) or self.store.delete(owner, record_id)

    def delete_all(self, owner: str) -> int:
        """Delete an owner's records, those that wait to be written too; return how many there were.

        Raises RecordUnavailable.
        """
        return self._keeper.forget(owner) + self.store.delete_all(owner)

    def close(self) -> None:
        """Write what waits, as far as the database lets it."""
        self._keeper.close()
        self.store.database.close()


class _Tally:
    """Counts of what was written and lost, and how much waits, for Prometheus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._predictions = Counter(
            "lesion_record_predictions",
            "Predictions for the record, by what became of them: written, or lost.",
            ("outcome",),
            registry=registry,
        )
        self._images = Counter(
            "lesion_record_images_lost",
            "Images that their records lack, since the database took too long over them.",
            registry=registry,
        )
        self._waiting = Gauge(
            "lesion_record_waiting",
            "Predictions that wait to be written.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        for outcome in ("written", "lost"):
            self._predictions.labels(outcome)

    def __call__(self, outcome: str, count: int) -> None:
        """Note how many were ``written`` or ``lost``, or ``images`` alone, or how many are ``waiting``."""
        if outcome == "waiting":
            self._waiting.set(count)
        elif outcome == "images":
            self._images.inc(count)
        else:
            self._predictions.labels(outcome).inc(count)
