"""Wishes for the words of a language model, and the tokens of each day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERVERS = ("mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "comment_wishes",
        sa.Column("analysis_id", _exact(128), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("due_at", _time()),
        sa.Column("lease_until", _time()),
        sa.Column("wished_at", _time(), nullable=False),
        sa.Column("finished_at", _time()),
        sa.Column("failure", sa.String(64)),
    )
    op.create_index("ix_comment_wishes_due", "comment_wishes", ["due_at"])
    op.create_table(
        "llm_days",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("llm_days")
    op.drop_table("comment_wishes")


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), *_SERVERS)


def _time() -> sa.types.TypeEngine[datetime]:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_SERVERS)
