"""The tables of the record, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)

__all__ = ["VERSION_TABLE", "images", "metadata", "predictions"]

VERSION_TABLE = "lesion_schema"
"""Where Alembic notes which migrations were done."""


class UtcTime(TypeDecorator[datetime]):
    """A moment. SQLite knows no time zones, so there it is kept in UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData()

# The prefix keeps them apart from what else may live in a database that somebody already has.
predictions = Table(
    "lesion_predictions",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("image_sha256", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("quality_ok", Boolean, nullable=False),
    Column("quality_sharpness", Double, nullable=False),
    Column("quality_contrast", Double, nullable=False),
    Column("quality_advice", Text),
    Column("probability", Double, nullable=False),
    Column("prediction", String(20), nullable=False),
    Column("operating_point", String(100), nullable=False),
    Column("threshold", Double, nullable=False),
    Column("model_name", String(200), nullable=False),
    Column("model_version", String(100), nullable=False),
    Column("model_sha256", String(64), nullable=False),
    Column("triage", String(20), nullable=False),
    Column("note", Text),
    Column("confirmed_dx", String(40)),
    Index("ix_lesion_predictions_owner_time", "owner", "time"),
    Index("ix_lesion_predictions_time", "time"),
)

images = Table(
    "lesion_images",
    metadata,
    Column(
        "prediction_id",
        Uuid(as_uuid=False),
        ForeignKey("lesion_predictions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("media_type", String(40), nullable=False),
    Column("data", LargeBinary, nullable=False),
)
