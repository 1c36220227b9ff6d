"""Run by Alembic on the connection that ``schema.migrations`` opened and holds in a transaction."""

from __future__ import annotations

from alembic import context

from interview_analysis.adapters.relational.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
