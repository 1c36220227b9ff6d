"""Analyses, feedback, frame metrics."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERVERS = ("mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("id", _exact(128), primary_key=True),
        sa.Column("idempotency_key", _exact(255)),
        sa.Column("fingerprint", _exact(128), nullable=False),
        sa.Column("user_id", _exact(128)),
        sa.Column("session_id", _exact(128)),
        sa.Column("request", _document(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("percent", sa.Double(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", _exact(128)),
        sa.Column("due_at", _time()),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("started_at", _time()),
        sa.Column("finished_at", _time()),
        sa.Column("estimated_completion", _time()),
        sa.Column("failure_code", sa.String(64)),
        sa.Column("failure_detail", sa.Text()),
        sa.Column("result", _document()),
    )
    op.create_index("ix_analyses_created", "analyses", ["created_at", "id"])
    op.create_index("ix_analyses_user", "analyses", ["user_id", "created_at"])
    op.create_index("ix_analyses_session", "analyses", ["session_id", "created_at"])
    op.create_index("ix_analyses_due", "analyses", ["due_at"])
    op.create_index("ix_analyses_finished", "analyses", ["status", "finished_at"])
    op.create_index("ix_analyses_idempotency", "analyses", ["idempotency_key"], unique=True)
    op.create_table(
        "feedback",
        sa.Column("analysis_id", _exact(128), primary_key=True),
        sa.Column("document", _document(), nullable=False),
    )
    op.create_table(
        "frame_timelines",
        sa.Column("analysis_id", _exact(128), primary_key=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
    )
    op.create_table(
        "frame_chunks",
        sa.Column("analysis_id", _exact(128), primary_key=True),
        sa.Column("first_row", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), *_SERVERS), nullable=False),
    )


def downgrade() -> None:
    for table in ("frame_chunks", "frame_timelines", "feedback", "analyses"):
        op.drop_table(table)


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), *_SERVERS)


def _document() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(mysql.MEDIUMTEXT(), *_SERVERS)


def _time() -> sa.types.TypeEngine[datetime]:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_SERVERS)
