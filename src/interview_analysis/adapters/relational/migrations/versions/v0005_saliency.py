"""Saliency maps of videos that people are shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SERVERS = ("mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "saliency_videos",
        sa.Column("id", _exact(64), primary_key=True),
        sa.Column("owner", _exact(64), nullable=False),
        sa.Column("video_id", _exact(128), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
    )
    op.create_table(
        "saliency_maps",
        sa.Column("id", _exact(64), primary_key=True),
        sa.Column("frame", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), *_SERVERS), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("saliency_maps")
    op.drop_table("saliency_videos")


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), *_SERVERS)
