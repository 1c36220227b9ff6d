"""Which analyses name a video, by an index."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 1000


def upgrade() -> None:
    with op.batch_alter_table("analyses") as analyses:
        analyses.add_column(sa.Column("video", sa.String(64), nullable=False, server_default=""))
        analyses.create_index("ix_analyses_video", ["video"])
    _fill()


def downgrade() -> None:
    with op.batch_alter_table("analyses") as analyses:
        analyses.drop_index("ix_analyses_video")
        analyses.drop_column("video")


def _fill() -> None:
    connection = op.get_bind()
    rows = sa.table("analyses", sa.column("id"), sa.column("request"), sa.column("video"))
    changing = rows.update().where(rows.c.id == sa.bindparam("which")).values(video=sa.bindparam("digest"))
    while found := connection.execute(sa.select(rows.c.id, rows.c.request).where(rows.c.video == "").limit(_BATCH)).all():
        connection.execute(changing, [{"which": row.id, "digest": _digest(row.request)} for row in found])


def _digest(request: str) -> str:
    video = json.loads(request)["video"]
    return hashlib.sha256(f"{video['bucket']}/{video['key']}".encode()).hexdigest()
