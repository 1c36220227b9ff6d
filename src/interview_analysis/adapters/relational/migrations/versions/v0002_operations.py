"""Whose an analysis is, how urgent, until when it is kept; deliveries to other services."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SERVERS = ("mysql", "mariadb")


def upgrade() -> None:
    with op.batch_alter_table("analyses") as analyses:
        analyses.add_column(sa.Column("owner", _exact(64), nullable=False, server_default=""))
        analyses.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        analyses.add_column(sa.Column("expires_at", _time()))
        analyses.drop_index("ix_analyses_idempotency")
        analyses.create_index("ix_analyses_idempotency", ["owner", "idempotency_key"], unique=True)
        analyses.create_index("ix_analyses_owner", ["owner", "created_at", "id"])
        analyses.create_index("ix_analyses_expires", ["expires_at"])
    op.create_table(
        "deliveries",
        sa.Column("id", _exact(160), primary_key=True),
        sa.Column("analysis_id", _exact(128)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body", sa.Text().with_variant(mysql.MEDIUMTEXT(), *_SERVERS), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", _time()),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("finished_at", _time()),
        sa.Column("failure", sa.Text()),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"])
    op.create_index("ix_deliveries_analysis", "deliveries", ["analysis_id"])


def downgrade() -> None:
    # Owners may have used the same key; without owners it would stand twice in a unique index.
    op.execute("UPDATE analyses SET idempotency_key = NULL WHERE owner <> ''")
    op.drop_table("deliveries")
    with op.batch_alter_table("analyses") as analyses:
        for index in ("ix_analyses_expires", "ix_analyses_owner", "ix_analyses_idempotency"):
            analyses.drop_index(index)
        analyses.create_index("ix_analyses_idempotency", ["idempotency_key"], unique=True)
        for column in ("expires_at", "priority", "owner"):
            analyses.drop_column(column)


def _exact(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), *_SERVERS)


def _time() -> sa.types.TypeEngine[datetime]:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_SERVERS)
