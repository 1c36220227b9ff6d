"""Sessions of screen gaze: their frames, calibrations, and the deliveries of their results."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SERVERS = ("mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "gaze_sessions",
        sa.Column("id", _exact(64), primary_key=True),
        sa.Column("owner", _exact(64), nullable=False),
        sa.Column("session_id", _exact(128), nullable=False),
        sa.Column("video_id", _exact(128)),
        sa.Column("user_id", _exact(128)),
        sa.Column("profile", _exact(64)),
        sa.Column("ip_address", _exact(64)),
        sa.Column("screen", sa.Text()),
        sa.Column("video_rect", sa.Text()),
        sa.Column("consent", sa.Boolean()),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("expires_at", _time()),
        sa.Column("last_number", sa.Integer()),
        sa.Column("closing_at", _time()),
        sa.Column("finished_at", _time()),
        sa.Column("due_at", _time()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("result", _document()),
    )
    op.create_index("ix_gaze_sessions_due", "gaze_sessions", ["due_at"])
    op.create_index("ix_gaze_sessions_expires", "gaze_sessions", ["expires_at"])
    op.create_index("ix_gaze_sessions_user", "gaze_sessions", ["user_id", "id"])
    op.create_table(
        "gaze_frames",
        sa.Column("session", _exact(64), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("received_at", _time(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in ("seconds", "x", "y", "video_x", "video_y")),
        sa.Column("source", sa.String(16)),
        sa.Column("problem", sa.String(32)),
    )
    op.create_table(
        "gaze_calibrations",
        sa.Column("id", _exact(64), primary_key=True),
        sa.Column("is_profile", sa.Boolean(), nullable=False),
        sa.Column("user_id", _exact(128)),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("expires_at", _time()),
        sa.Column("document", _document(), nullable=False),
    )
    op.create_index("ix_gaze_calibrations_expires", "gaze_calibrations", ["expires_at"])
    op.create_index("ix_gaze_calibrations_user", "gaze_calibrations", ["user_id"])
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("gaze_session", _exact(64)))
        deliveries.create_index("ix_deliveries_gaze_session", ["gaze_session"])


def downgrade() -> None:
    # The older program would take them for messages about analyses.
    op.execute("DELETE FROM deliveries WHERE gaze_session IS NOT NULL")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_index("ix_deliveries_gaze_session")
        deliveries.drop_column("gaze_session")
    for table in ("gaze_calibrations", "gaze_frames", "gaze_sessions"):
        op.drop_table(table)


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), *_SERVERS)


def _document() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(mysql.MEDIUMTEXT(), *_SERVERS)


def _time() -> sa.types.TypeEngine[datetime]:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_SERVERS)
