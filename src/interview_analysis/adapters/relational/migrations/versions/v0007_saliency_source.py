"""Where the saliency maps of a video come from; those that are stored already were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("saliency_videos") as videos:
        videos.add_column(sa.Column("source", sa.String(32), nullable=False, server_default="given"))


def downgrade() -> None:
    with op.batch_alter_table("saliency_videos") as videos:
        videos.drop_column("source")
