"""From a record to the columns of its row, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from lesion.classifier import ModelInfo
from lesion.quality import Quality
from server.record.answers import Record, image_url

__all__ = ["columns_of", "record_of"]

_ASIDE = {"quality", "model", "image"}


def columns_of(record: Record) -> dict[str, Any]:
    """Return what a record's row holds; its image lies elsewhere."""
    plain = {name: getattr(record, name) for name in record.__struct_fields__ if name not in _ASIDE}
    quality = {f"quality_{name}": getattr(record.quality, name) for name in Quality.__struct_fields__}
    model = {f"model_{name}": getattr(record.model, name) for name in ModelInfo.__struct_fields__}
    return plain | quality | model


def record_of(row: Row[Any]) -> Record:
    """Return the record of a row that was selected with ``has_image``."""
    columns = row._mapping
    plain = {name: columns[name] for name in Record.__struct_fields__ if name not in _ASIDE}
    return Record(
        **plain,
        quality=Quality(**{name: columns[f"quality_{name}"] for name in Quality.__struct_fields__}),
        model=ModelInfo(**{name: columns[f"model_{name}"] for name in ModelInfo.__struct_fields__}),
        image=image_url(columns["id"]) if columns["has_image"] else None,
    )
