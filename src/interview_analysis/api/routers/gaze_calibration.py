"""Calibration of screen gaze, for pages like `/calibrate`. Pictures are measured and dropped."""

from __future__ import annotations

from fastapi import APIRouter

from interview_analysis.api.dependencies import GazeDep, OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.gaze import decoded
from interview_analysis.api.schemas.gaze_calibration import (
    CalibrationBody,
    CalibrationDocument,
    DriftBody,
    DriftDocument,
    FaceBody,
    FaceDocument,
    calibration_document,
    drift_document,
)
from interview_analysis.application.calibrate_gaze import calibrate, check_drift
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSessionKey

router = APIRouter(prefix="/gaze/calibration", tags=["gaze"])


@router.post("", responses=problems(400, 413, 422))
async def fit(body: CalibrationBody, owner: OwnerDep, services: ServicesDep, gaze: GazeDep) -> CalibrationDocument:
    """Fit a regressor to one person before one screen, in place of the session's earlier one: pictures of eyes that rest on
    5, 9 or 13 known points. The error is that of points left out of the fit. `calibration_too_few`: fewer than four points
    with pictures that show open eyes."""
    gaze.settings.privacy.rules.keep_days(body.consent, None)
    return calibration_document(await calibrate(body.to_domain(owner), gaze.meter, services.calibrations))


@router.post("/check", responses=problems(400, 404, 413, 422))
async def check(body: DriftBody, owner: OwnerDep, services: ServicesDep, gaze: GazeDep) -> DriftDocument:
    """Whether the session's calibration still holds, by a few points shown again."""
    shown = [point.to_domain() for point in body.points]
    drift = await check_drift(GazeSessionKey(owner, body.session_id), shown, gaze.meter, services.calibrations)
    return drift_document(body.session_id, drift)


@router.post("/face", responses=problems(400, 413, 422))
async def face(body: FaceBody, gaze: GazeDep) -> FaceDocument:
    """Whether gaze can be measured in this picture, before somebody is asked to sit through a calibration."""
    measured = await gaze.meter.measure(decoded(body.picture))
    if isinstance(measured, GazeProblem):
        return FaceDocument(problem=measured, distance_mm=None)
    return FaceDocument(problem=None, distance_mm=measured.position[2])
