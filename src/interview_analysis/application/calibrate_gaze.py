"""Calibrating a session: pictures of eyes that rest on known points → its own regressor, and later whether that still holds."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from interview_analysis.application.gaze_ports import CalibrationStore, GazeMeter
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeSample, GazeSessionKey, Screen, ScreenPoint
from interview_analysis.domain.screen_gaze_calibration import CalibrationShot, fit_calibration, predict
from interview_analysis.errors import InputError, NotFound

_recalibrations = logging.getLogger("interview_analysis.recalibration")
_WORN = 1.5
"""A calibration is to be made anew once its error is this many times the expected one and above its interval: three points
scatter too much for less."""


class TargetPictures(NamedTuple):
    """Taken while the eyes rested on ``target``."""

    target: ScreenPoint
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRequest:
    """``user_id``: keep it as this user's profile too, which they agreed to."""

    key: GazeSessionKey
    screen: Screen
    shown: tuple[TargetPictures, ...]
    user_id: str | None = None


class Fallen(NamedTuple):
    """Where the gaze fell while a target was shown, the median over its pictures; ``None`` where no picture showed eyes."""

    target: ScreenPoint
    gaze: ScreenPoint | None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """``fallen``: by the calibration itself, which knew these targets; its error is that of targets left out."""

    calibration: GazeCalibration
    fallen: tuple[Fallen, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Pixels. ``error``: mean distance at the points shown now, ``expected``: of the calibration, of points left out of it."""

    error: float
    expected: float
    recalibrate: bool
    fallen: tuple[Fallen, ...]


async def calibrate(request: CalibrationRequest, meter: GazeMeter, store: CalibrationStore) -> Calibrated:
    """Fit and store it in place of the session's earlier one. Nothing of the pictures is kept.

    Raises ``InputError`` (``calibration_too_few``, ``picture_too_large``), ``ModelUnavailable``, ``DependencyUnavailable``.
    """
    shots = await _measure(request.shown, meter)
    fit = await asyncio.to_thread(fit_calibration, shots, request.screen)
    unseen = sum(len(one.pictures) for one in request.shown) - len(shots)
    calibration = GazeCalibration(
        owner=request.key.owner,
        session_id=request.key.session_id,
        screen=request.screen,
        regressor=fit.regressor,
        error=fit.error,
        points=fit.points,
        samples=fit.samples,
        dropped=fit.dropped + unseen,
        created_at=datetime.now(UTC),
        user_id=request.user_id,
    )
    again = await store.of_session(request.key) is not None
    await store.save(calibration)
    _log_recalibration(calibration, again=again)
    return Calibrated(calibration, _fallen(request.shown, shots, fit.regressor))


async def check_drift(key: GazeSessionKey, shown: Sequence[TargetPictures], meter: GazeMeter, store: CalibrationStore) -> Drift:
    """How far off the session's calibration is now. Nothing is stored.

    Raises ``NotFound`` (``calibration_not_found``), ``InputError`` (``calibration_too_few``: no eyes at any point;
    ``picture_too_large``), ``ModelUnavailable``, ``DependencyUnavailable``.
    """
    calibration = await store.of_session(key)
    if calibration is None:
        raise NotFound("the session has not been calibrated", code="calibration_not_found")
    fallen = _fallen(shown, await _measure(shown, meter), calibration.regressor)
    distances = [float(np.hypot(*np.subtract(one.gaze, one.target))) for one in fallen if one.gaze is not None]
    if not distances:
        raise InputError("no picture shows open eyes", code="calibration_too_few")
    error, expected = float(np.mean(distances)), calibration.error
    worn = error > max(expected.high, _WORN * expected.pixels)
    return Drift(error, expected.pixels, worn, fallen)


async def _measure(shown: Sequence[TargetPictures], meter: GazeMeter) -> list[CalibrationShot]:
    pictures = [picture for one in shown for picture in one.pictures]
    targets = [one.target for one in shown for _ in one.pictures]
    measured = await meter.measure_all(pictures)
    pairs = zip(targets, measured, strict=True)
    return [CalibrationShot(target, sample) for target, sample in pairs if isinstance(sample, GazeSample)]


def _fallen(shown: Sequence[TargetPictures], shots: Sequence[CalibrationShot], regressor: str) -> tuple[Fallen, ...]:
    seen: dict[ScreenPoint, list[ScreenPoint]] = defaultdict(list)
    for shot in shots:
        seen[shot.target].append(predict(regressor, shot.sample))
    return tuple(Fallen(one.target, _median(seen[one.target])) for one in shown)


def _median(points: Sequence[ScreenPoint]) -> ScreenPoint | None:
    return ScreenPoint(*(float(value) for value in np.median(points, axis=0))) if points else None


def _log_recalibration(calibration: GazeCalibration, *, again: bool) -> None:
    """One JSON line a calibration, beside those of recorded sessions."""
    entry = {
        "time": calibration.created_at.isoformat(),
        "session_id": calibration.session_id,
        "again": again,
        "points": calibration.points,
        "samples": calibration.samples,
        "dropped": calibration.dropped,
        "error_px": round(calibration.error.pixels, 1),
        "kept_as_profile": calibration.user_id is not None,
    }
    _recalibrations.info(json.dumps(entry, ensure_ascii=False))
