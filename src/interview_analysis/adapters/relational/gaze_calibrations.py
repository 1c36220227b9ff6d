"""``CalibrationStore`` on the relational store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Delete, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.tables import GazeCalibrationRow
from interview_analysis.adapters.relational.transactions import affected, looking_up, writing
from interview_analysis.domain.gaze_session import profile_digest, session_digest
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeSessionKey

_DOCUMENTS = TypeAdapter(GazeCalibration)


class SqlCalibrationStore:
    """Works on SQLite and MariaDB. Calibrations of sessions are kept for ``keep``, those of users for ``keep_profiles``
    (``None``: until they are erased). ``clock`` gives aware UTC."""

    def __init__(
        self,
        engine: AsyncEngine,
        keep: timedelta | None = None,
        keep_profiles: timedelta | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._engine = engine
        self._keep = {False: keep, True: keep_profiles}
        self._now = clock or _utc_now

    async def save(self, calibration: GazeCalibration) -> None:
        """See ``CalibrationStore``."""
        key = GazeSessionKey(calibration.owner, calibration.session_id)
        rows = [self._row(session_digest(key), calibration, is_profile=False)]
        if calibration.user_id is not None:
            rows.append(self._row(profile_digest(calibration.owner, calibration.user_id), calibration, is_profile=True))
        async with writing(self._engine) as transaction:
            for row in rows:
                await transaction.merge(row)

    async def of_session(self, key: GazeSessionKey) -> GazeCalibration | None:
        return await self._read(session_digest(key))

    async def of_user(self, owner: str, user_id: str) -> GazeCalibration | None:
        return await self._read(profile_digest(owner, user_id))

    async def delete_session(self, key: GazeSessionKey) -> bool:
        return await self._delete(delete(GazeCalibrationRow).where(GazeCalibrationRow.id == session_digest(key))) > 0

    async def delete_user(self, owner: str, user_id: str) -> bool:
        """See ``CalibrationStore``."""
        mine = delete(GazeCalibrationRow).where(GazeCalibrationRow.user_id == user_id, GazeCalibrationRow.is_profile.is_(True))
        if owner:
            mine = mine.where(GazeCalibrationRow.id == profile_digest(owner, user_id))
        return await self._delete(mine) > 0

    async def delete_expired(self) -> int:
        """How many went."""
        return await self._delete(delete(GazeCalibrationRow).where(GazeCalibrationRow.expires_at <= self._now()))

    def _row(self, digest: str, calibration: GazeCalibration, *, is_profile: bool) -> GazeCalibrationRow:
        keep = self._keep[is_profile]
        return GazeCalibrationRow(
            id=digest,
            is_profile=is_profile,
            user_id=calibration.user_id if is_profile else None,
            created_at=calibration.created_at,
            expires_at=None if keep is None else calibration.created_at + keep,
            document=_DOCUMENTS.dump_json(calibration if is_profile else replace(calibration, user_id=None)).decode(),
        )

    async def _read(self, digest: str) -> GazeCalibration | None:
        wanted = select(GazeCalibrationRow.document).where(GazeCalibrationRow.id == digest)
        async with looking_up(self._engine) as transaction:
            document = (await transaction.execute(wanted)).scalar_one_or_none()
        return None if document is None else _DOCUMENTS.validate_json(document)

    async def _delete(self, deletion: Delete) -> int:
        async with writing(self._engine) as transaction:
            return await affected(transaction, deletion)


def _utc_now() -> datetime:
    return datetime.now(UTC)
