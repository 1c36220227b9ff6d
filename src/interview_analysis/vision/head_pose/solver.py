"""Head pose of one frame: a perspective fit of the rigid face points (SQPnP, then Levenberg–Marquardt).

Each frame is fitted by itself: SQPnP needs no first guess, so a bad frame cannot spoil the next.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.vision.head_pose.face_model import INTER_OCULAR_CM, rigid_points

FOCAL_SHARE = 1.0
"""Focal length over the picture's longer side. On webcam recordings the fit is best at 0.8–1.0."""
MAX_ERROR = 0.15
"""Of the inter-ocular distance. On 237 AFLW2000-3D pictures within 45° of yaw its median is .058, the largest .136;
pictures squeezed from 4:3 to 16:9 reach .12. A mesh on something else has no such shape."""
_PITCH_ZERO = 2.7
"""Degrees that the canonical model at rest looks up by the labels of AFLW2000-3D: the median difference on those pictures."""
_TO_VIEW = np.diag([1.0, -1.0, -1.0])
"""From the camera's axes (x right, y down, z away) to the viewer's (x right, y up, z toward the camera)."""


class HeadFit(NamedTuple):
    """``angles`` as in ``domain.pose``; ``rotation`` (3, 3) from the face model to the viewer's axes (x right, y up, z toward
    the camera); ``pixels_per_cm`` at the face; ``error`` root mean square reprojection error over the inter-ocular distance
    as it would be seen from the front."""

    angles: HeadAngles
    rotation: NDArray[np.float64]
    pixels_per_cm: float
    error: float


class HeadPoseSolver:
    """Fits the face model. Holds constants only."""

    def __init__(self) -> None:
        self._indices, self._model = rigid_points()

    def solve(self, points: NDArray[np.floating], width: int, height: int) -> HeadFit | None:
        """``points`` (478, 2) or more columns in pixels of a ``width`` × ``height`` picture; ``None`` where there is no fit."""
        focal = FOCAL_SHARE * max(width, height)
        camera = np.array([[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]])
        seen = np.ascontiguousarray(points[self._indices, :2], dtype=np.float64)
        try:
            found, turn, shift = cv2.solvePnP(self._model, seen, camera, None, flags=cv2.SOLVEPNP_SQPNP)
        except cv2.error:  # all points in one place
            return None
        if not found:
            return None
        turn, shift = cv2.solvePnPRefineLM(self._model, seen, camera, None, turn, shift)
        depth = float(shift[2, 0])
        if not math.isfinite(depth) or depth <= 0:
            return None
        off = cv2.projectPoints(self._model, turn, shift, camera, None)[0][:, 0] - seen
        pixels_per_cm = focal / depth
        error = math.sqrt(np.vdot(off, off) / len(off)) / (pixels_per_cm * INTER_OCULAR_CM)
        rotation = _TO_VIEW @ cv2.Rodrigues(turn)[0]
        return HeadFit(angles_of(rotation), rotation, pixels_per_cm, error)


def angles_of(rotation: NDArray[np.float64]) -> HeadAngles:
    """From a rotation (3, 3) of the face model to the viewer's axes: R = Rx · Ry · Rz, the order of the AFLW2000-3D labels."""
    (xx, xy, xz), (_, _, yz), (_, _, zz) = rotation.tolist()
    yaw = -math.asin(min(max(xz, -1.0), 1.0))
    pitch, roll = math.atan2(yz, zz), math.atan2(xy, xx)
    return HeadAngles(math.degrees(pitch) - _PITCH_ZERO, math.degrees(yaw), math.degrees(roll))
