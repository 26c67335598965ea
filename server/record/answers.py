"""What the API tells of the record and takes for it, as types, of which the OpenAPI schemas are made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from lesion.classifier import ModelInfo, Result
from lesion.quality import Quality

__all__ = [
    "Changes",
    "Classified",
    "Deleted",
    "Evaluated",
    "HistoryFilter",
    "HistoryQuery",
    "MeasuredModel",
    "ModelQuery",
    "Record",
    "RecordConfig",
    "RecordPage",
    "image_url",
]

MOST_PER_PAGE = 100
LONGEST_NOTE = 2000

Time = Annotated[str, Meta(max_length=40)]


class Classified(Result, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer for one image; ``record`` is the id under which it is kept.

    ``None`` where no record is kept, the request belongs to nobody who could ask for it again, or the
    database has not answered for so long that nothing more can wait for it.
    """

    record: str | None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One prediction that was kept.

    ``image_sha256`` is that of the file as it was sent, ``width`` and ``height`` its pixels as shown.
    ``triage`` is the level of the answer. ``note`` and ``confirmed_dx``, a diagnosis code or ``benign`` or
    ``malignant``, are the owner's. ``image`` is the address of the file, ``None`` where it was not kept.
    """

    id: str
    time: datetime
    image_sha256: str
    width: int
    height: int
    quality: Quality
    probability: float
    prediction: str
    operating_point: str
    threshold: float
    model: ModelInfo
    triage: str
    note: str | None
    confirmed_dx: str | None
    image: str | None


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Records that fit a filter, the newest first, and how many fit in all.

    ``confirmed`` counts the owner's records with a confirmed diagnosis, whatever the filter.
    """

    total: int
    page: int
    per_page: int
    confirmed: int
    items: list[Record]


class HistoryFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which records: of one verdict; with a confirmed diagnosis or without; between two times, both included.

    A time is a date (UTC; ``to`` then means the end of that day) or a moment of RFC 3339.
    """

    verdict: Literal["benign", "malignant"] | None = None
    confirmed: bool | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None


class HistoryQuery(HistoryFilter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of the records that fit a filter."""

    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    per_page: Annotated[int, Meta(ge=1, le=MOST_PER_PAGE)] = 20


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an owner may change of a record; what is left out stays as it is, ``null`` takes it away."""

    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] | UnsetType | None = UNSET
    confirmed_dx: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """How many records are gone."""

    deleted: int


class ModelQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which model's cases: by its name, that and its version, these and its file's SHA-256, or that."""

    model: Annotated[str, Meta(max_length=300)] | None = None


class MeasuredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model, and how many different images with a confirmed diagnosis it judged."""

    name: str
    version: str
    sha256: str
    n: int


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """What a model did on the owner's confirmed cases.

    ``evaluation`` holds numbers named as in ``metrics.json``, and is ``None`` where there are fewer than
    ``needed`` cases. ``n`` counts those of the model that was asked for, or else of the one with the most;
    ``models`` lists all that have any.
    """

    n: int
    needed: int
    evaluation: dict[str, float | int | str] | None
    models: list[MeasuredModel]


class RecordConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept: whether the images too, and after how many days it is deleted (``None``: never)."""

    images: bool
    retention_days: int | None


def image_url(record_id: str) -> str:
    """Return the address of a record's image."""
    return f"/api/history/{record_id}/image"
