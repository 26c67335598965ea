"""Predictions, and the images of those that were kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "lesion_predictions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("image_sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("quality_ok", sa.Boolean(), nullable=False),
        sa.Column("quality_sharpness", sa.Double(), nullable=False),
        sa.Column("quality_contrast", sa.Double(), nullable=False),
        sa.Column("quality_advice", sa.Text()),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("prediction", sa.String(20), nullable=False),
        sa.Column("operating_point", sa.String(100), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("model_name", sa.String(200), nullable=False),
        sa.Column("model_version", sa.String(100), nullable=False),
        sa.Column("model_sha256", sa.String(64), nullable=False),
        sa.Column("triage", sa.String(20), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("confirmed_dx", sa.String(40)),
    )
    op.create_index("ix_lesion_predictions_owner_time", "lesion_predictions", ["owner", "time"])
    op.create_index("ix_lesion_predictions_time", "lesion_predictions", ["time"])
    op.create_table(
        "lesion_images",
        sa.Column(
            "prediction_id",
            sa.Uuid(),
            sa.ForeignKey("lesion_predictions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Drop both tables, and all that they hold."""
    op.drop_table("lesion_images")
    op.drop_table("lesion_predictions")
