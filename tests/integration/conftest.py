"""Real servers and databases for the contracts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.engine import open_database, sqlite_url


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A fresh embedded database."""
    async with open_database(sqlite_url(tmp_path / "store.db")) as engine:
        yield engine
